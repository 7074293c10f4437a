using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

public sealed class SupervisionSpecs
{
    [Fact]
    public async Task A_child_is_reported_spawned_then_exited_then_its_tree_empty()
    {
        await using var machine = new Machine();
        var pid = await machine.StartAsync("a", Machine.Sh("exit 3"));
        pid.ShouldBeGreaterThan(0);
        (await machine.ExitAsync("a")).Status.ShouldBe(new ExitStatus.Code(3));
        (await machine.EndAsync("a", Signal.Term)).LeftBehind.ShouldBeEmpty();
        machine.Tell("a", new SupervisorCommand.Release());
        await Machine.UntilAsync(() => Directory.GetFiles(machine.Home.LedgerFolder).Length == 0, () => "The ledger entry is still there.");
        Directory.GetFiles(machine.Home.MarkerFolder).ShouldBeEmpty();
        machine.Faults.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_signal_to_end_that_is_asked_for_again_is_sent_once()
    {
        await using var machine = new Machine();
        var file = Path.Combine(machine.Root, "signals");
        await machine.StartAsync("a", Machine.Sh($"trap 'echo term >> {file}' TERM; trap 'echo int >> {file}; exit 0' INT; echo > {file}; while :; do sleep 0.05; done"));
        await Machine.ReadAsync(file);

        machine.Tell("a", new SupervisorCommand.EndTree(Signal.Term, KillMode.Process));
        machine.Tell("a", new SupervisorCommand.EndTree(Signal.Term, KillMode.Process));
        await Machine.UntilAsync(() => File.ReadAllText(file).Contains("term"), () => File.ReadAllText(file));
        machine.Tell("a", new SupervisorCommand.EndTree(Signal.Int, KillMode.Process));
        await machine.ExitAsync("a");

        File.ReadAllLines(file).Where(line => line.Length > 0).ShouldBe(["term", "int"]);
    }

    [Fact]
    public async Task The_last_error_lines_are_told_of_a_failure()
    {
        await using var machine = new Machine();
        await machine.StartAsync("a", Machine.Sh("echo fine; echo 'no such luck' >&2; exit 1"));
        (await machine.ExitAsync("a")).LastErrorLines.ShouldNotBeNull().ShouldContain("no such luck");
    }

    [Fact]
    public async Task The_environment_is_the_inherited_one_then_the_specs_then_ours()
    {
        await using var machine = new Machine();
        var file = Path.Combine(machine.Root, "env");
        await machine.StartAsync("a", Machine.Sh($"env > {file}.new; mv {file}.new {file}") with { Name = "Alice", Environment = [new("X", "1"), new("HOME", null)] });
        var variables = (await Machine.ReadAsync(file)).Split('\n');
        variables.ShouldContain("X=1");
        variables.ShouldContain("PROCMAN_ID=a");
        variables.ShouldContain("PROCMAN_NAME=Alice");
        variables.ShouldContain(x => x.StartsWith("PROCMAN_RUN=") && x.EndsWith($"{machine.Home.ManagerId:N}/a/1.1"));
        variables.ShouldContain(x => x.StartsWith("PATH="));
        variables.ShouldNotContain(x => x.StartsWith("HOME="));
        variables.ShouldNotContain(x => x.StartsWith("DOTNET_"));
    }

    [Fact]
    public async Task Arguments_of_a_shell_line_are_its_parameters()
    {
        await using var machine = new Machine();
        var file = Path.Combine(machine.Root, "out");
        await machine.StartAsync("a", Machine.Sh($"echo \"$2|$1\" > {file}") with { Args = ["one", "two words"] });
        (await Machine.ReadAsync(file)).ShouldBe("two words|one");
    }

    [Fact]
    public async Task A_missing_command_fails_the_start_and_leaves_nothing()
    {
        await using var machine = new Machine();
        machine.Tell("a", new SupervisorCommand.Spawn(new ProcessSpec { Command = "no-such-command-here" }));
        var failed = await machine.WaitForAsync<SupervisorReport.StartFailed>("a");
        failed.Error.Code.ShouldBe(ErrorCode.CommandNotFound);
        failed.Transient.ShouldBeFalse();
        Directory.GetFiles(machine.Home.LedgerFolder).ShouldBeEmpty();
        Directory.GetFiles(machine.Home.MarkerFolder).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_older_attempt_is_refused_and_an_equal_one_is_the_same_child()
    {
        await using var machine = new Machine();
        var newer = new Epoch(2, 1);
        var pid = machine.Doomed(await machine.StartAsync("a", new ProcessSpec { Command = "sleep", Args = ["1000"] }, newer));
        machine.Tell("a", new SupervisorCommand.Spawn(new ProcessSpec { Command = "sleep", Args = ["1001"] }));
        machine.Tell("a", new SupervisorCommand.EndTree(Signal.Kill, KillMode.Tree));
        machine.Tell("a", new SupervisorCommand.Spawn(new ProcessSpec { Command = "sleep", Args = ["1002"] }), newer);
        (await machine.WaitForAsync<SupervisorReport.Spawned>("a", newer)).Child.OsPid.ShouldBe(pid);
        machine.Reports().ShouldBeEmpty();
        Machine.IsAlive(pid).ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_true_is_told_again_until_it_is_released()
    {
        await using var machine = new Machine();
        await machine.StartAsync("a", Machine.Sh("exit 0"));
        await machine.ExitAsync("a");
        await machine.EndAsync("a");
        machine.Supervisor.ReportAll();
        await machine.WaitForAsync<SupervisorReport.Spawned>("a");
        await machine.ExitAsync("a");
        await machine.WaitForAsync<SupervisorReport.TreeEmpty>("a");
        machine.Tell("a", new SupervisorCommand.Release());
        machine.Supervisor.ReportAll();
        machine.Tell("b", new SupervisorCommand.Adopt(Machine.Sh(":"), null));
        await machine.WaitForAsync<SupervisorReport.NeverRan>("b");
        machine.Reports().ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_at_once_are_each_told_once()
    {
        await using var machine = new Machine();
        var ids = Enumerable.Range(0, 200).Select(x => $"p{x}").ToList();
        foreach (var (index, id) in ids.Index())
        {
            machine.Tell(id, new SupervisorCommand.Spawn(Machine.Sh($"exit {index % 7}")));
            machine.Tell(id, new SupervisorCommand.EndTree(Signal.Cont, KillMode.Tree));
        }

        foreach (var (index, id) in ids.Index())
        {
            (await machine.ExitAsync(id)).Status.ShouldBe(new ExitStatus.Code(index % 7));
            await machine.WaitForAsync<SupervisorReport.TreeEmpty>(id);
        }

        machine.Reports().ShouldAllBe(x => x.Report is SupervisorReport.Spawned);
        machine.Reports().Count.ShouldBe(ids.Count);
    }

    [Fact]
    public async Task Unknown_users_groups_and_cpus_are_faults()
    {
        await using var machine = new Machine();
        var faults = machine.Supervisor.Check(new ProcessSpec
        {
            Command = "true",
            User = "nobody-at-all",
            OsGroup = "no-such-group",
            SupplementaryGroups = ["root", "nor-this"],
            CpuAffinity = [0, 9999],
        });
        faults.Select(x => x.Path).ShouldBe(["user", "osGroup", "supplementaryGroups[1]", "cpuAffinity[1]"]);
        machine.Supervisor.Check(new ProcessSpec { Command = "true", User = "root" }).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_user_is_changed_to_with_home_and_name()
    {
        Assert.SkipUnless(Libc.GetEuid() == 0, "Changing users needs root.");
        await using var machine = new Machine();
        await machine.StartAsync("a", Machine.Sh("id -u >&2; echo \"$USER\" >&2; exit 1") with { User = "nobody", WorkingDirectory = "/" });
        (await machine.ExitAsync("a")).LastErrorLines.ShouldNotBeNull().Trim().Split('\n').ShouldBe(["65534", "nobody"]);
    }

    [Fact]
    public async Task A_stop_command_runs_beside_the_child()
    {
        await using var machine = new Machine();
        var pid = await machine.StartAsync("a", new ProcessSpec { Command = "sleep", Args = ["1000"], Environment = [new("SIG", "TERM")] });
        var spec = new ProcessSpec { Command = "sleep", Args = ["1000"], Environment = [new("SIG", "TERM")] };
        machine.Tell("a", new SupervisorCommand.RunStopCommand(spec, "kill -$SIG $PROCMAN_OSPID", TimeSpan.FromSeconds(20)));
        (await machine.WaitForAsync<SupervisorReport.StopCommandEnded>("a")).Problem.ShouldBeNull();
        (await machine.ExitAsync("a")).Status.ShouldBe(new ExitStatus.BySignal(Signal.Term, CoreDumped: false));
        await Machine.GoneAsync(pid);
    }

    [Fact]
    public async Task A_stop_command_that_takes_too_long_is_killed_with_its_group()
    {
        await using var machine = new Machine();
        var file = Path.Combine(machine.Root, "pid");
        await machine.StartAsync("a", new ProcessSpec { Command = "sleep", Args = ["1000"] });
        machine.Tell("a", new SupervisorCommand.RunStopCommand(Machine.Sh(""), $"sleep 1000 & echo $! > {file}; wait", TimeSpan.FromMilliseconds(700)));
        (await machine.WaitForAsync<SupervisorReport.StopCommandEnded>("a")).Problem.ShouldNotBeNull().ShouldContain("0.7 s");
        await Machine.GoneAsync(int.Parse(await Machine.ReadAsync(file)));
        machine.Tell("a", new SupervisorCommand.RunStopCommand(Machine.Sh(""), "exit 4", TimeSpan.FromSeconds(20)));
        (await machine.WaitForAsync<SupervisorReport.StopCommandEnded>("a")).Problem.ShouldNotBeNull().ShouldContain("4");
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task A_child_that_writes_nothing_is_told_as_idle_once_and_not_while_it_writes()
    {
        await using var machine = new Machine();
        await machine.StartAsync("a", Machine.Sh("for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.1; done; sleep 1000"));
        var since = TimeProvider.System.GetUtcNow();
        machine.Tell("a", new SupervisorCommand.WatchIdle(TimeSpan.FromMilliseconds(500)));
        var idle = await machine.WaitForAsync<SupervisorReport.Idle>("a");
        (idle.At - since).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(900));
        await machine.EndAsync("a");
        machine.Reports().ShouldNotContain(x => x.Report is SupervisorReport.Idle);
    }

    [Fact]
    public async Task Forgetting_deletes_the_logs_and_frees_the_epochs()
    {
        await using var machine = new Machine();
        await machine.StartAsync("a", Machine.Sh("echo hello"), new Epoch(5, 1));
        await machine.ExitAsync("a", new Epoch(5, 1));
        machine.Tell("a", new SupervisorCommand.EndTree(Signal.Kill, KillMode.Tree), new Epoch(5, 1));
        await machine.WaitForAsync<SupervisorReport.TreeEmpty>("a", new Epoch(5, 1));
        machine.Tell("a", new SupervisorCommand.Forget(), new Epoch(5, 1));

        // At once, as a host does that frees the id; and once more when all is gone.
        await machine.StartAsync("a", Machine.Sh("exit 2"));
        (await machine.ExitAsync("a")).Status.ShouldBe(new ExitStatus.Code(2));
        await machine.EndAsync("a");
        machine.Tell("a", new SupervisorCommand.Forget());
        await Machine.UntilAsync(() => !Directory.Exists(Path.Combine(machine.Home.LogFolder, "a")), () => "The logs are still there.");
        await machine.StartAsync("a", Machine.Sh("exit 4"));
        (await machine.ExitAsync("a")).Status.ShouldBe(new ExitStatus.Code(4));
    }
}
