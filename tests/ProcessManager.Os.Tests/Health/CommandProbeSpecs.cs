using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

/// <summary>Commands that ask beside a child.</summary>
public class CommandProbeSpecs
{
    [Fact]
    public async Task It_runs_in_the_childs_directory_and_environment_and_its_exit_code_is_the_answer()
    {
        await using var machine = new Machine();
        var spec = Machine.Sh("exec sleep 1000") with { WorkingDirectory = machine.Root, Environment = [new("FILE", "up")] };
        var pid = await machine.StartAsync("a", spec);
        Watch(machine, new ProbeTarget.Command("test -e \"$FILE\" && echo $PROCMAN_OSPID > seen") { Shell = true });

        (await machine.WaitForAsync<SupervisorReport.Probed>("a")).Error.ShouldNotBeNull().ShouldContain("exited with 1");
        await File.WriteAllTextAsync(Path.Combine(machine.Root, "up"), "", TestContext.Current.CancellationToken);
        await PassesAsync(machine);
        (await Machine.ReadAsync(Path.Combine(machine.Root, "seen"))).ShouldBe($"{pid}");
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task One_that_hangs_is_killed_at_its_timeout_with_what_it_started()
    {
        await using var machine = new Machine();
        await machine.StartAsync("a", Machine.Sh("exec sleep 1000") with { WorkingDirectory = machine.Root });
        Watch(machine, new ProbeTarget.Command("trap '' TERM; sleep 1000 & echo $$ $! >> pids; wait; wait") { Shell = true }, TimeSpan.FromSeconds(1));

        (await machine.WaitForAsync<SupervisorReport.Probed>("a")).Error.ShouldBe("no answer within 1s");
        foreach (var pid in (await Machine.ReadAsync(Path.Combine(machine.Root, "pids"))).Split('\n')[0].Split(' '))
        {
            await Machine.GoneAsync(int.Parse(pid));
        }

        await machine.EndAsync("a");
    }

    [Fact]
    public async Task What_one_leaves_in_a_session_of_its_own_is_found_and_killed_while_the_child_lives()
    {
        await using var machine = new Machine();
        var child = await machine.StartAsync("a", Machine.Sh("exec sleep 1000") with { WorkingDirectory = machine.Root });
        Watch(machine, new ProbeTarget.Command("[ -e pid ] || setsid sh -c 'echo $$ > pid; exec sleep 1000' &") { Shell = true }, interval: TimeSpan.FromSeconds(30));
        await PassesAsync(machine);
        await Machine.GoneAsync(int.Parse(await Machine.ReadAsync(Path.Combine(machine.Root, "pid"))));
        Machine.IsAlive(child).ShouldBeTrue();
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task One_under_way_ends_with_its_attempt_and_none_begins_after_it()
    {
        await using var machine = new Machine();
        await machine.StartAsync("a", Machine.Sh("exec sleep 1000") with { WorkingDirectory = machine.Root });
        Watch(machine, new ProbeTarget.Command("echo $$ >> pids; exec sleep 1000") { Shell = true }, TimeSpan.FromMinutes(5));
        var pid = int.Parse(await Machine.ReadAsync(Path.Combine(machine.Root, "pids")));

        await machine.EndAsync("a");
        await Machine.GoneAsync(pid);
        (await Machine.ReadAsync(Path.Combine(machine.Root, "pids"))).ShouldBe($"{pid}");
        machine.Reports().ShouldNotContain(report => report.Report is SupervisorReport.Probed);
    }

    [Fact]
    public async Task While_its_process_is_suspended_nobody_is_asked()
    {
        await using var machine = new Machine();
        await machine.StartAsync("a", Machine.Sh("exec sleep 1000") with { WorkingDirectory = machine.Root });
        machine.Tell("a", new SupervisorCommand.SendSignal(Signal.Stop, Tree: true));
        machine.Tell("a", new SupervisorCommand.SendSignal(Signal.Cont, Tree: true));
        Watch(machine, new ProbeTarget.Command("echo x >> asked") { Shell = true });
        await PassesAsync(machine);
        machine.Tell("a", new SupervisorCommand.SendSignal(Signal.Stop, Tree: true));
        var file = Path.Combine(machine.Root, "asked");

        // One may be under way while the order arrives; then the file grows no more for many intervals.
        await Machine.UntilAsync(() => IsQuiet(file), () => "It is asked on.");
        machine.Tell("a", new SupervisorCommand.SendSignal(Signal.Cont, Tree: true));
        var length = new FileInfo(file).Length;
        await Machine.UntilAsync(() => new FileInfo(file).Length > length, () => "It isn't asked again.");
        await machine.EndAsync("a");
    }

    private static bool IsQuiet(string file) =>
        TimeProvider.System.GetUtcNow().UtcDateTime - new FileInfo(file).LastWriteTimeUtc > TimeSpan.FromSeconds(1);

    private static void Watch(Machine machine, ProbeTarget target, TimeSpan? timeout = null, TimeSpan? interval = null)
    {
        var probe = new ProbeSpec { Target = target, Interval = interval ?? TimeSpan.FromMilliseconds(100), Timeout = timeout ?? TimeSpan.FromSeconds(20), FailureThreshold = 1000 };
        machine.Tell("a", new SupervisorCommand.WatchHealth(new HealthSpec { Liveness = probe }, null, null, null, IsReady: true));
    }

    private static async Task PassesAsync(Machine machine)
    {
        while ((await machine.WaitForAsync<SupervisorReport.Probed>("a")).Status != ProbeStatus.Passing)
        {
            // Why it hasn't passed yet is told once before.
        }
    }
}
