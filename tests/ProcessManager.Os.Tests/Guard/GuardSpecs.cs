using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

public sealed class GuardSpecs
{
    private static readonly ProcessSpec Sleep = new() { Command = "sleep", Args = ["1000"], Lifetime = Lifetime.WithManager };

    [Fact]
    public async Task What_ends_with_the_manager_ends_and_what_is_kept_lives()
    {
        await using var machine = new Machine();
        var kept = machine.Doomed(await machine.StartAsync("a.1", Sleep with { Lifetime = Lifetime.Keep }));
        var ended = await machine.StartAsync("a", Sleep);
        var removed = await machine.StartAsync("removed", Sleep);
        await machine.EndAsync("removed");
        var file = Path.Combine(machine.Root, "pids");
        var stubborn = await machine.StartAsync("b", Machine.Sh(
            $"""
            setsid sh -c 'echo $$ >> {file}; trap "" TERM; sleep 1000; sleep 1000' &
            env -i sh -c 'echo $$ >> {file}; trap "" TERM; while :; do /bin/sleep 1; done' &
            trap '' TERM
            while :; do sleep 1; done
            """) with
        { Lifetime = Lifetime.WithManager });
        var pids = (await Machine.ReadAsync(file, x => x.Count(y => y == '\n') == 2)).Split('\n').Select(int.Parse).ToList();
        pids.ForEach(x => machine.Doomed(x));

        // To the guard the end of the supervisor is the end of the manager: both end the pipe.
        await machine.Supervisor.DisposeAsync().AsTask().WaitAsync(Machine.Patience);
        ((List<int>)[ended, removed, stubborn, .. pids]).ShouldAllBe(x => !Machine.IsAlive(x));
        Machine.IsAlive(kept).ShouldBeTrue();
    }

    [Fact]
    public async Task It_is_started_once_replaced_when_killed_and_ends_with_the_manager()
    {
        await using var machine = new Machine();
        var pid = machine.Doomed(await machine.StartAsync("a", Sleep));
        await machine.StartAsync("b", Sleep);
        var guard = GuardOf().ShouldHaveSingleItem();
        Libc.Kill(guard, 9);
        await Machine.UntilAsync(() => GuardOf() is [var next] && next != guard, () => "There is no other guard.");
        Machine.IsAlive(pid).ShouldBeTrue();
        await machine.EndAsync("b");
        var last = GuardOf().ShouldHaveSingleItem();
        await machine.Supervisor.DisposeAsync();
        Machine.IsAlive(last).ShouldBeFalse();
        Machine.IsAlive(pid).ShouldBeFalse();

        List<int> GuardOf() =>
        [
            .. Directory.EnumerateDirectories("/proc").Select(x => int.TryParse(Path.GetFileName(x), out var n) ? n : 0)
                .Where(x => x > 0 && CommandLine(x) is { } line && line.Contains("procman-guard") && line.Contains(machine.Home.ManagerId.ToString("N"))),
        ];
    }

    [Fact]
    public async Task It_holds_nothing_of_the_managers_but_its_pipe()
    {
        await using var machine = new Machine();
        await machine.StartAsync("a", Sleep);
        var guard = 0;
        await Machine.UntilAsync(() => (guard = GuardOf(machine)) > 0, () => "no guard is in /proc");
        Directory.GetFiles($"/proc/{guard}/fd").Select(Path.GetFileName).Order().ShouldBe(["0", "1", "2"]);
        ProcStat.TryRead(guard, out var stat).ShouldBeTrue();
        stat.Session.ShouldBe(guard);
        await machine.EndAsync("a");
    }

    /// <summary>0: not seen; a listing of /proc made while others come and go can miss one.</summary>
    private static int GuardOf(Machine machine) =>
        Directory.EnumerateDirectories("/proc").Select(x => int.TryParse(Path.GetFileName(x), out var n) ? n : 0)
            .SingleOrDefault(x => x > 0 && CommandLine(x) is { } line && line.Contains("procman-guard") && line.Contains(machine.Home.ManagerId.ToString("N")));

    private static string? CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // It has ended.
        }
    }
}
