using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

public sealed class IdentitySpecs : IDisposable
{
    private readonly SpawnLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void A_name_with_parentheses_and_newlines_doesnt_confuse_the_fields()
    {
        var text = "42 (a) R 1 (\n) S 7 42 43 0 -1 4194560 1 2 3 4 50 60 0 0 20 0 9 0 777 1000 25 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 256\n";

        ProcStat.TryParse(Encoding.UTF8.GetBytes(text), out var stat).ShouldBeTrue();

        (stat.State, stat.ParentPid, stat.ProcessGroup, stat.Session).ShouldBe(('S', 7, 42, 43));
        (stat.UserTicks, stat.SystemTicks, stat.Threads, stat.StartTicks, stat.ResidentPages, stat.WaitStatus).ShouldBe((50, 60, 9, 777, 25, 256));
    }

    [Fact]
    public async Task A_zombie_is_dead_and_so_is_a_forged_identity()
    {
        var spawned = await _lab.StartAsync(_lab.Request("sleep", "600"));
        ChildIdentities.Read(spawned.Child.OsPid).ShouldBe(spawned.Child);
        ChildIdentities.IsAlive(spawned.Child).ShouldBeTrue();
        var forged = spawned.Child with { StartTicks = spawned.Child.StartTicks + 1 };
        ChildIdentities.IsAlive(forged).ShouldBeFalse();
        ChildIdentities.IsAlive(spawned.Child with { BootId = "another" }).ShouldBeFalse();
        PidFd.Open(forged).ShouldBeNull();

        spawned.PidFd.SendSignal(Signal.Kill);
        for (ProcStat stat = default; stat.State != 'Z';)
        {
            ProcStat.TryRead(spawned.Child.OsPid, out stat).ShouldBeTrue();
            await Task.Yield();
        }

        ChildIdentities.IsAlive(spawned.Child).ShouldBeFalse();
        (await _lab.EndAsync(spawned)).ShouldBe(new ExitStatus.BySignal(Signal.Kill, CoreDumped: false));
        ChildIdentities.Read(spawned.Child.OsPid).ShouldNotBe(spawned.Child);
        PidFd.Open(spawned.Child).ShouldBeNull();
    }

    [Fact]
    public async Task A_signal_to_one_that_has_gone_reaches_nobody()
    {
        var spawned = await _lab.StartAsync(_lab.Request("true"));
        using var second = PidFd.Open(spawned.Child).ShouldNotBeNull();
        await _lab.EndAsync(spawned);

        second.SendSignal(Signal.Term).ShouldBe(SignalOutcome.Gone);
        spawned.PidFd.SendSignal(Signal.Term).ShouldBe(SignalOutcome.Gone);
    }
}
