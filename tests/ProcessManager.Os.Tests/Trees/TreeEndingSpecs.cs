using System.Diagnostics;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

public sealed class TreeEndingSpecs
{
    [Fact]
    public void A_sweep_that_has_ended_takes_what_comes_late_without_a_fault()
    {
        var tree = new Tree(ProcessId.Parse("a"), new Epoch(1, 1), null);
        var sweep = new TreeSweep(Guid.NewGuid());
        sweep.Dispose();
        sweep.End(tree, Signal.Kill, KillMode.Tree, leaderLives: false, _ => { });
        sweep.LeaderEnded(tree);
    }

    [Fact]
    public async Task Members_that_hide_or_ignore_TERM_are_gone_and_a_bystander_lives()
    {
        await using var machine = new Machine();
        await using var other = new Machine();
        var bystander = await other.StartAsync("a", new ProcessSpec { Command = "sleep", Args = ["7654"] });
        var file = Path.Combine(machine.Root, "pids");
        await machine.StartAsync("a", Machine.Sh(
            $"""
            cd {machine.Root}
            sleep 7654 & echo 0 $! >> pids
            setsid sh -c 'echo 1 $$ >> pids; exec sleep 7654' &
            (setsid sh -c 'trap "" TERM; echo 2 $$ >> pids; sleep 7654; sleep 7654' &) &
            (env -i sh -c 'trap "" TERM; echo 3 $$ >> pids; while :; do sleep 1; done' &)
            trap '' TERM
            while :; do sleep 1; done
            """));
        var pids = (await Machine.ReadAsync(file, x => x.Count(y => y == '\n') == 4)).Split('\n').Order().Select(x => int.Parse(x[2..])).ToList();
        machine.Tell("a", new SupervisorCommand.EndTree(Signal.Term, KillMode.Tree));
        await Machine.GoneAsync(pids[0]);
        await Machine.GoneAsync(pids[1]);
        Machine.IsAlive(pids[2]).ShouldBeTrue();
        Machine.IsAlive(pids[3]).ShouldBeTrue();

        var since = Stopwatch.GetTimestamp();
        (await machine.EndAsync("a", Signal.Kill)).LeftBehind.ShouldBeEmpty();
        pids.ShouldAllBe(x => !Machine.IsAlive(x));
        Machine.Marked(machine.Home.ManagerId).ShouldBeEmpty();
        Machine.IsAlive(bystander).ShouldBeTrue();
        (await machine.ExitAsync("a")).Status.ShouldBe(new ExitStatus.BySignal(Signal.Kill, CoreDumped: false));
        await other.EndAsync("a");
    }

    [Fact]
    public async Task What_a_main_child_left_is_found_after_its_end()
    {
        await using var machine = new Machine();
        var file = Path.Combine(machine.Root, "pids");
        await machine.StartAsync("a", Machine.Sh($"(setsid sleep 1000 & echo $! >> {file}; env -i sleep 1000 & echo $! >> {file})"));
        await machine.ExitAsync("a");
        var pids = (await Machine.ReadAsync(file, x => x.Count(y => y == '\n') == 2)).Split('\n').Select(int.Parse).ToList();
        machine.Reports().ShouldBeEmpty();
        await machine.EndAsync("a", Signal.Kill);
        pids.ShouldAllBe(x => !Machine.IsAlive(x));
    }

    [Fact]
    public async Task A_tree_that_forks_while_it_is_killed_is_gone_in_the_end()
    {
        await using var machine = new Machine();
        await machine.StartAsync("a", Machine.Sh("f() { (setsid sleep 0.3; g) & }; g() { f; sleep 0.05; }; for i in 1 2 3 4 5 6; do (while :; do setsid sleep 0.2 & sleep 0.02; done) & done; wait"));
        await Machine.UntilAsync(() => Machine.Marked(machine.Home.ManagerId).Count > 12, () => "it doesn't fork");
        await machine.EndAsync("a");
        Machine.Marked(machine.Home.ManagerId).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_killMode_process_only_the_main_child_ends_and_the_rest_is_named()
    {
        await using var machine = new Machine();
        var file = Path.Combine(machine.Root, "pid");
        await machine.StartAsync("a", Machine.Sh($"sleep 1000 & echo $! > {file}; wait"));
        var left = machine.Doomed(int.Parse(await Machine.ReadAsync(file)));
        (await machine.EndAsync("a", Signal.Term, KillMode.Process)).LeftBehind.ShouldBe([left]);
        Machine.IsAlive(left).ShouldBeTrue();
        (await machine.EndAsync("a", Signal.Kill)).LeftBehind.ShouldBeEmpty();
        Machine.IsAlive(left).ShouldBeFalse();
    }

    [Fact]
    public async Task A_signal_to_the_tree_reaches_all_and_one_to_the_main_child_only_it()
    {
        await using var machine = new Machine();
        var file = Path.Combine(machine.Root, "out");
        var script = $"trap 'echo main >> {file}' USR1; sh -c 'trap \"echo inner >> {file}\" USR1; echo ready >> {file}; while :; do sleep 0.05; done' & while :; do wait; sleep 0.05; done";
        await machine.StartAsync("a", Machine.Sh(script));
        await Machine.ReadAsync(file);
        var usr1 = new Signal(10);
        machine.Tell("a", new SupervisorCommand.SendSignal(usr1, Tree: false));
        await Machine.ReadAsync(file, x => x.Contains("main"));
        machine.Tell("a", new SupervisorCommand.SendSignal(usr1, Tree: true));
        (await Machine.ReadAsync(file, x => x.Contains("inner") && x.Split("main").Length == 3)).Split("inner").Length.ShouldBe(2);
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task A_stopped_tree_can_be_ended()
    {
        await using var machine = new Machine();
        var pid = await machine.StartAsync("a", new ProcessSpec { Command = "sleep", Args = ["1000"] });
        machine.Tell("a", new SupervisorCommand.SendSignal(Signal.Stop, Tree: true));
        await Machine.UntilAsync(() => ProcStat.TryRead(pid, out var stat) && stat.State == 'T', () => "It isn't stopped.");
        await machine.EndAsync("a", Signal.Term);
    }

    [Fact]
    public async Task A_number_with_another_start_is_never_signalled()
    {
        await using var machine = new Machine();
        var pid = await machine.StartAsync("bystander", new ProcessSpec { Command = "sleep", Args = ["1000"] });
        var real = ChildIdentities.Read(pid)!;

        // As if its number had been that of a main child before.
        using var sweep = new TreeSweep(Guid.NewGuid());
        var empty = new TaskCompletionSource<IReadOnlyList<int>>();
        var tree = new Tree(ProcessId.Parse("x"), Machine.First, real with { StartTicks = real.StartTicks - 5 }) { SessionHeld = true };
        tree.Remember(new() { [pid] = real.StartTicks - 5 });
        sweep.End(tree, Signal.Kill, KillMode.Tree, leaderLives: false, empty.SetResult);
        (await empty.Task.WaitAsync(Machine.Patience)).ShouldBeEmpty();
        Machine.IsAlive(pid).ShouldBeTrue();
        await machine.EndAsync("bystander");
    }

    [Fact]
    public async Task The_members_of_living_trees_are_told_main_child_first()
    {
        await using var machine = new Machine();
        var file = Path.Combine(machine.Root, "pid");
        var main = await machine.StartAsync("a", Machine.Sh($"setsid sh -c 'echo $$ > {file}; exec sleep 1000' & wait"));
        var inner = int.Parse(await Machine.ReadAsync(file));
        var members = machine.Supervisor.Members()[ProcessId.Parse("a")];
        members[0].OsPid.ShouldBe(main);
        members.Select(x => x.OsPid).ShouldContain(inner);
        await machine.EndAsync("a");
    }
}
