using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

public sealed class AdoptionSpecs : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("procman-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task A_child_that_lives_is_found_and_is_not_started_twice()
    {
        var spec = new ProcessSpec { Command = "sleep", Args = ["1000"] };
        var before = new Machine(_root.FullName);
        var pid = await before.StartAsync("a", spec);
        await before.LeaveAsync();
        await using var machine = new Machine(_root.FullName);
        machine.Tell("a", new SupervisorCommand.Adopt(spec, null));
        var found = await machine.WaitForAsync<SupervisorReport.Spawned>("a");
        (found.Child.OsPid, found.Adopted).ShouldBe((pid, true));
        machine.Tell("a", new SupervisorCommand.Spawn(spec));
        (await machine.WaitForAsync<SupervisorReport.Spawned>("a")).Child.OsPid.ShouldBe(pid);
        await machine.EndAsync("a", Signal.Term);
        (await machine.ExitAsync("a")).Status.ShouldBe(new ExitStatus.BySignal(Signal.Term, CoreDumped: false));
    }

    [Fact]
    public async Task A_spawn_of_an_attempt_that_the_ledger_knows_is_an_adoption()
    {
        var before = new Machine(_root.FullName);
        var pid = await before.StartAsync("a", new ProcessSpec { Command = "sleep", Args = ["1000"] });
        await before.LeaveAsync();
        await using var machine = new Machine(_root.FullName);
        machine.Tell("a", new SupervisorCommand.Spawn(new ProcessSpec { Command = "sleep", Args = ["1000"] }));
        (await machine.WaitForAsync<SupervisorReport.Spawned>("a")).ShouldSatisfyAllConditions(x => x.Adopted.ShouldBeTrue(), x => x.Child.OsPid.ShouldBe(pid));
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task That_a_child_was_adopted_is_told_once_and_not_to_who_asks_again()
    {
        var spec = new ProcessSpec { Command = "sleep", Args = ["1000"] };
        var before = new Machine(_root.FullName);
        var pid = await before.StartAsync("a", spec);
        before.Tell("a", new SupervisorCommand.Adopt(spec, null));
        (await before.WaitForAsync<SupervisorReport.Spawned>("a")).Adopted.ShouldBeFalse("it started that child itself");
        await before.LeaveAsync();

        await using var machine = new Machine(_root.FullName);
        machine.Tell("a", new SupervisorCommand.Adopt(spec, null));
        (await machine.WaitForAsync<SupervisorReport.Spawned>("a")).Adopted.ShouldBeTrue();
        foreach (var again in new SupervisorCommand[] { new SupervisorCommand.Adopt(spec, null), new SupervisorCommand.Spawn(spec) })
        {
            machine.Tell("a", again);
            var told = await machine.WaitForAsync<SupervisorReport.Spawned>("a");
            (told.Child.OsPid, told.Adopted).ShouldBe((pid, false));
        }

        await machine.EndAsync("a");
    }

    [Fact]
    public async Task No_second_child_is_started_beside_one_that_only_the_ledger_knows()
    {
        var (older, present, newer) = (new Epoch(1, 1), new Epoch(2, 1), new Epoch(2, 2));
        var spec = new ProcessSpec { Command = "sleep", Args = ["1000"] };
        var before = new Machine(_root.FullName);
        var pid = await before.StartAsync("a", spec, present);
        await before.LeaveAsync();

        await using var machine = new Machine(_root.FullName);
        machine.Supervisor.Recorded().ShouldBe([(ProcessId.Parse("a"), present)]);
        foreach (var epoch in new[] { older, newer })
        {
            machine.Tell("a", new SupervisorCommand.Spawn(spec), epoch);
            var failed = await machine.WaitForAsync<SupervisorReport.StartFailed>("a", epoch);
            (failed.Error.Code, failed.Transient).ShouldBe((ErrorCode.InvalidState, true));
        }

        Machine.Marked(machine.Home.ManagerId).ShouldHaveSingleItem().OsPid.ShouldBe(pid);
        await machine.Supervisor.EndOrphansAsync((_, _) => false);
        await Machine.GoneAsync(pid);
        await Machine.UntilAsync(() => machine.Supervisor.Recorded().Count == 0, () => "It is still in the ledger.");
    }

    [Fact]
    public async Task What_the_ledger_had_is_recorded_until_it_is_released()
    {
        var before = new Machine(_root.FullName);
        await before.StartAsync("a", Machine.Sh("exit 7"));
        await before.ExitAsync("a");
        await before.LeaveAsync();

        await using var machine = new Machine(_root.FullName);
        machine.Tell("a", new SupervisorCommand.Adopt(Machine.Sh(""), null));
        await machine.ExitAsync("a");
        machine.Supervisor.Recorded().ShouldHaveSingleItem().Epoch.ShouldBe(Machine.First);
        machine.Tell("a", new SupervisorCommand.Release());
        await Machine.UntilAsync(() => machine.Supervisor.Recorded().Count == 0, () => "It is still in the ledger.");
        await machine.StartAsync("a", Machine.Sh("exit 5"), new Epoch(1, 2));
        machine.Supervisor.Recorded().ShouldBeEmpty("that one is this supervisor's own");
    }

    [Fact]
    public async Task One_that_ended_unseen_is_unknown_and_one_whose_end_was_seen_is_told_again()
    {
        var before = new Machine(_root.FullName);
        var pid = await before.StartAsync("unseen", new ProcessSpec { Command = "sleep", Args = ["1000"] });
        await before.StartAsync("seen", Machine.Sh("exit 7"));
        await before.ExitAsync("seen");
        await before.LeaveAsync();
        Libc.Kill(pid, 9);
        await Machine.GoneAsync(pid);
        await using var machine = new Machine(_root.FullName);
        machine.Tell("unseen", new SupervisorCommand.Adopt(Machine.Sh(""), null));
        machine.Tell("seen", new SupervisorCommand.Adopt(Machine.Sh(""), null));
        (await machine.ExitAsync("seen")).Status.ShouldBe(new ExitStatus.Code(7));
        var end = await Task.WhenAny(machine.ExitAsync("unseen"));

        // In this process the zombie is still ours to collect; a real successor finds nothing.
        (await end).Status.ShouldBeOneOf(new ExitStatus.Unknown(), new ExitStatus.BySignal(Signal.Kill, CoreDumped: false));
        await machine.EndAsync("unseen");
    }

    [Fact]
    public async Task An_intent_without_marker_never_ran_and_can_be_started()
    {
        var before = new Machine(_root.FullName);
        new ChildLedger(before.Home, ChildIdentities.BootId).Intend(ProcessId.Parse("a"), Machine.First);
        await before.LeaveAsync();
        await using var machine = new Machine(_root.FullName);
        machine.Tell("a", new SupervisorCommand.Adopt(Machine.Sh("exit 5"), null));
        await machine.WaitForAsync<SupervisorReport.NeverRan>("a");
        machine.Tell("b", new SupervisorCommand.Adopt(Machine.Sh("exit 5"), null));
        await machine.WaitForAsync<SupervisorReport.NeverRan>("b");
        await machine.StartAsync("a", Machine.Sh("exit 5"));
        (await machine.ExitAsync("a")).Status.ShouldBe(new ExitStatus.Code(5));
    }

    [Fact]
    public async Task A_marker_without_identity_is_found_by_its_mark()
    {
        var before = new Machine(_root.FullName);
        var pid = await before.StartAsync("a", new ProcessSpec { Command = "sleep", Args = ["1000"] });
        File.WriteAllText(Path.Combine(before.Home.LedgerFolder, "a@1.1"), LedgerLines.Intent(ChildIdentities.BootId) + "child 12"); // torn
        await before.LeaveAsync();
        await using var machine = new Machine(_root.FullName);
        machine.Supervisor.Problems.ShouldContain(x => x.Contains("a@1.1"));
        machine.Tell("a", new SupervisorCommand.Adopt(Machine.Sh(""), null));
        (await machine.WaitForAsync<SupervisorReport.Spawned>("a")).Child.OsPid.ShouldBe(pid);
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task A_marker_without_a_living_child_ran_and_how_it_ended_is_unknown()
    {
        var before = new Machine(_root.FullName);
        new ChildLedger(before.Home, ChildIdentities.BootId).Intend(ProcessId.Parse("a"), Machine.First);
        File.WriteAllText(Path.Combine(before.Home.MarkerFolder, "a@1.1"), "");
        await before.LeaveAsync();
        await using var machine = new Machine(_root.FullName);
        machine.Tell("a", new SupervisorCommand.Spawn(Machine.Sh("exit 0")));
        (await machine.ExitAsync("a")).Status.ShouldBe(new ExitStatus.Unknown());
    }

    [Fact]
    public async Task A_forged_record_is_unknown_and_its_process_is_never_signalled()
    {
        var before = new Machine(_root.FullName);
        var pid = await before.StartAsync("bystander", new ProcessSpec { Command = "sleep", Args = ["1000"] });
        var real = ChildIdentities.Read(pid)!;
        var forged = real with { StartTicks = real.StartTicks + 1 };
        var ledger = new ChildLedger(before.Home, ChildIdentities.BootId);
        ledger.Intend(ProcessId.Parse("a"), Machine.First);
        ledger.Identify(ProcessId.Parse("a"), Machine.First, forged, TimeProvider.System.GetUtcNow());
        await before.LeaveAsync();
        await using var machine = new Machine(_root.FullName);
        machine.Tell("a", new SupervisorCommand.Adopt(Machine.Sh(""), forged));
        (await machine.ExitAsync("a")).Status.ShouldBe(new ExitStatus.Unknown());
        machine.Tell("a", new SupervisorCommand.SendSignal(Signal.Kill, Tree: false));
        await machine.EndAsync("a");
        Machine.IsAlive(pid).ShouldBeTrue();
        machine.Tell("bystander", new SupervisorCommand.Adopt(Machine.Sh(""), null));
        await machine.EndAsync("bystander");
    }

    [Fact]
    public async Task Children_of_another_boot_are_gone_with_it()
    {
        var before = new Machine(_root.FullName);
        var ledger = new ChildLedger(before.Home, "another-boot");
        ledger.Intend(ProcessId.Parse("a"), Machine.First);
        await before.LeaveAsync();
        File.WriteAllText(Path.Combine(_root.FullName, "boot"), "another-boot\n");
        await using var machine = new Machine(_root.FullName);
        machine.Tell("a", new SupervisorCommand.Adopt(Machine.Sh(""), null));
        (await machine.ExitAsync("a")).Status.ShouldBe(new ExitStatus.Rebooted());
        machine.Tell("b", new SupervisorCommand.Adopt(Machine.Sh(""), new ChildIdentity("another-boot", 1, 1)));
        (await machine.ExitAsync("b")).Status.ShouldBe(new ExitStatus.Rebooted());

        // No entry: it may have been lost with the boot, so nothing is proven until recovery is over.
        machine.Tell("c", new SupervisorCommand.Adopt(Machine.Sh(""), null));
        (await machine.ExitAsync("c")).Status.ShouldBe(new ExitStatus.Rebooted());
        await machine.Supervisor.EndOrphansAsync((_, _) => true);
        machine.Tell("d", new SupervisorCommand.Adopt(Machine.Sh(""), null));
        await machine.WaitForAsync<SupervisorReport.NeverRan>("d");
    }

    [Fact]
    public async Task What_no_record_knows_is_ended_and_what_is_another_managers_is_not()
    {
        var before = new Machine(_root.FullName);
        var known = await before.StartAsync("known", new ProcessSpec { Command = "sleep", Args = ["1000"] });
        var orphan = await before.StartAsync("orphan", Machine.Sh("sleep 1000 & wait"));

        // As a manager that is a child of ours would mark a child of its own.
        var inner = Guid.NewGuid();
        var nested = before.Doomed(await before.StartAsync("manager", Machine.Sh(
            $"setsid env PROCMAN_RUN=$PROCMAN_RUN:{inner:N}/x/1.1 sleep 1000 & echo $! > {_root.FullName}/nested; exec sleep 1000")));
        var grandchild = before.Doomed(int.Parse(await Machine.ReadAsync(Path.Combine(_root.FullName, "nested"))));
        await before.LeaveAsync();
        await using var other = new Machine();
        var stranger = await other.StartAsync("stranger", new ProcessSpec { Command = "sleep", Args = ["1000"] });

        await using var machine = new Machine(_root.FullName);
        Libc.Kill(nested, 9);
        await Machine.GoneAsync(nested);
        var ended = await machine.Supervisor.EndOrphansAsync((id, _) => id.Value == "known");
        ended.ShouldHaveSingleItem().Id.Value.ShouldBe("orphan");
        ended[0].OsPids.ShouldContain(orphan);
        await Machine.GoneAsync(orphan);
        (await other.Supervisor.EndOrphansAsync((id, _) => id.Value == "stranger")).ShouldBeEmpty();
        new[] { known, stranger, grandchild }.ShouldAllBe(x => Machine.IsAlive(x));
        await Machine.UntilAsync(() => !File.Exists(Path.Combine(machine.Home.LedgerFolder, "orphan@1.1")), () => "Its ledger entry is still there.");
        Libc.Kill(grandchild, 9);
        machine.Tell("known", new SupervisorCommand.Adopt(Machine.Sh(""), null));
        await machine.EndAsync("known");
        await other.EndAsync("stranger");
    }
}
