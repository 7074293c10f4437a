using System.Globalization;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

/// <summary>Where this machine has a hierarchy of version 2 that we may make groups in; limits are proved where a controller is in it.</summary>
public sealed class ControlGroupSpecs
{
    private static readonly CgroupAbility Ability = CgroupAbility.Look();

    private static readonly SupervisorOptions ForAll = new() { GroupsForAll = true };

    [Fact]
    public async Task A_child_is_in_a_group_of_its_own_from_its_first_moment_and_the_group_goes_with_it()
    {
        NeedsGroups();
        await using var machine = new Machine(options: ForAll);
        var file = Path.Combine(machine.Root, "where");
        await machine.StartAsync("a", Machine.Sh($"cat /proc/self/cgroup > {file}; setsid sleep 1000 & exec sleep 1000"));
        (await Machine.ReadAsync(file)).ShouldContain($"/procman-{machine.Home.ManagerId:N}/a@1.1");
        await machine.EndAsync("a");
        Groups(machine).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_way_into_the_group_leaves_no_trace_in_environment_and_descriptors()
    {
        NeedsGroups();
        await using var machine = new Machine(options: ForAll);
        var none = new ProcessSpec { Command = "env", InheritEnvironment = EnvironmentInheritance.None, Environment = [new("A", "b c")] };
        await machine.StartAsync("a", none);
        await machine.ExitAsync("a");
        var lines = Output(machine, "a").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Select(line => line.Split('=')[0]).Order(StringComparer.Ordinal).ShouldBe(["A", "PROCMAN_ID", "PROCMAN_NAME", "PROCMAN_RUN"]);
        await machine.StartAsync("b", new ProcessSpec { Command = "ls", Args = ["/proc/self/fd"], Limits = [new("nofile", new ResourceLimit(100, 200))] });
        await machine.ExitAsync("b");
        Output(machine, "b").Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["0", "1", "2", "3"], "the last one is the listing's own");
    }

    [Fact]
    public async Task Whoever_leaves_session_parent_and_mark_behind_is_still_in_the_group()
    {
        NeedsGroups();
        await using var machine = new Machine(options: ForAll);
        var file = Path.Combine(machine.Root, "pids");
        await machine.StartAsync("a", Machine.Sh(
            $"(env -i setsid sh -c 'trap \"\" TERM; (sleep 1000 & echo $! >> {file}); echo $$ >> {file}; while :; do sleep 1; done' &); exec sleep 1000"));
        var pids = (await Machine.ReadAsync(file, x => x.Count(y => y == '\n') == 2)).Split('\n').Select(int.Parse).ToList();
        machine.Supervisor.Members()[ProcessId.Parse("a")].Select(x => x.OsPid).ShouldContain(pids[0]);
        (await machine.EndAsync("a")).LeftBehind.ShouldBeEmpty();
        pids.ShouldAllBe(x => !Machine.IsAlive(x));
    }

    [Fact]
    public async Task One_that_forks_without_end_is_ended_as_a_whole()
    {
        NeedsGroups();
        await using var machine = new Machine(options: ForAll);
        var count = Path.Combine(machine.Root, "count");
        await machine.StartAsync("a", Machine.Sh($"i=0; while [ $i -lt 1000 ]; do env -i setsid sleep 1000 & i=$((i+1)); done; echo $i > {count}; exec sleep 1000"));
        await Machine.ReadAsync(count);
        var group = Groups(machine).ShouldHaveSingleItem();
        List<int> members = [];
        group.AddMembers(members);
        members.Count.ShouldBe(1001);
        (await machine.EndAsync("a")).LeftBehind.ShouldBeEmpty();
        members.ShouldAllBe(x => !Machine.IsAlive(x));
    }

    [Fact]
    public async Task What_a_main_child_left_in_the_group_is_listed_and_left_with_kill_mode_process()
    {
        NeedsGroups();
        await using var machine = new Machine(options: ForAll);
        await machine.StartAsync("a", Machine.Sh("env -i setsid sleep 1000 & exit 3") with { Stop = new StopSpec { KillMode = KillMode.Process } });
        (await machine.ExitAsync("a")).Status.ShouldBe(new ExitStatus.Code(3));
        var left = (await machine.EndAsync("a", Signal.Term, KillMode.Process)).LeftBehind.ShouldHaveSingleItem();
        Machine.IsAlive(machine.Doomed(left)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_manager_that_comes_later_finds_the_group_of_a_child_and_of_one_that_ended_meanwhile()
    {
        NeedsGroups();
        await using var home = new TemporaryRoot();
        int hidden;
        await using (var first = new Machine(home.Path, ForAll))
        {
            var file = Path.Combine(home.Path, "pid");
            await first.StartAsync("a", Machine.Sh($"(env -i setsid sleep 1000 & echo $! > {file}); exec sleep 1000"));
            hidden = int.Parse(await Machine.ReadAsync(file));
            Groups(first).ShouldHaveSingleItem();

            // As when it is killed: what Machine's own end would do to the children isn't done.
            await first.LeaveAsync();
            Machine.IsAlive(hidden).ShouldBeTrue();
            await using var second = new Machine(home.Path, new SupervisorOptions { GroupsForAll = false });
            second.Tell("a", new SupervisorCommand.Adopt(Machine.Sh("x"), null));
            (await second.WaitForAsync<SupervisorReport.Spawned>("a")).Adopted.ShouldBeTrue();
            (await second.EndAsync("a")).LeftBehind.ShouldBeEmpty();
            Machine.IsAlive(hidden).ShouldBeFalse();
            second.Tell("a", new SupervisorCommand.Release());
            await second.Supervisor.EndOrphansAsync((_, _) => true);
            Groups(second).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Groups_of_nobody_go_at_the_end_of_recovery()
    {
        NeedsGroups();
        await using var machine = new Machine();
        var left = Path.Join(Ability.Directory, $"procman-{machine.Home.ManagerId:N}", "gone@4.2");
        Directory.CreateDirectory(left);
        await machine.Supervisor.EndOrphansAsync((id, _) => id.Value == "known");
        Directory.Exists(left).ShouldBeFalse();
    }

    [Fact]
    public async Task A_stop_command_is_in_the_group_too_and_ends_with_it()
    {
        NeedsGroups();
        await using var machine = new Machine(options: ForAll);
        var file = Path.Combine(machine.Root, "where");
        var spec = Machine.Sh("exec sleep 1000");
        await machine.StartAsync("a", spec);
        machine.Tell("a", new SupervisorCommand.RunStopCommand(spec, $"cat /proc/self/cgroup > {file}", Machine.Patience));
        (await machine.WaitForAsync<SupervisorReport.StopCommandEnded>("a")).Problem.ShouldBeNull();
        (await Machine.ReadAsync(file)).ShouldContain("/a@1.1");
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task What_cant_be_enforced_is_said_or_the_start_fails_where_it_is_required()
    {
        await using var machine = new Machine();
        var limits = new ResourceSpec { MemoryMax = 64 << 20, CpuMax = 0.5, PidsMax = 50 };
        var missing = new[] { "memory", "cpu", "pids" }.Where(controller => Ability.Missing(controller) is not null).ToList();
        machine.Tell("a", new SupervisorCommand.Spawn(Machine.Sh("exec sleep 1000") with { Resources = limits }));
        var gaps = (await machine.WaitForAsync<SupervisorReport.Spawned>("a")).NotEnforced;
        gaps.Count.ShouldBe(missing.Count);
        gaps.ShouldAllBe(gap => missing.Any(controller => gap.Contains(Ability.Missing(controller)!)));
        await machine.EndAsync("a");

        Assert.SkipWhen(missing.Count == 0, "Every controller is here: nothing can be missing.");
        machine.Tell("b", new SupervisorCommand.Spawn(Machine.Sh("exec sleep 1000") with { Resources = limits with { Required = true } }));
        var failed = await machine.WaitForAsync<SupervisorReport.StartFailed>("b");
        (failed.Error.Code, failed.Transient).ShouldBe((ErrorCode.StartFailed, false));
        failed.Error.Message.ShouldContain("isn't to run without its limits");
        Groups(machine).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_uses_up_its_memory_ended_for_that()
    {
        NeedsController("memory");
        await using var machine = new Machine();
        await machine.StartAsync("a", Machine.Sh("tail /dev/zero") with { Resources = new ResourceSpec { MemoryMax = 32 << 20, Required = true } });
        (await machine.ExitAsync("a")).OutOfMemory.ShouldBeTrue();
    }

    [Fact]
    public async Task One_that_forks_beyond_its_limit_is_refused_by_the_kernel()
    {
        NeedsController("pids");
        await using var machine = new Machine();
        await machine.StartAsync("a", Machine.Sh("i=0; while [ $i -lt 100 ]; do sleep 1000 & i=$((i+1)); done") with { Resources = new ResourceSpec { PidsMax = 20, Required = true } });
        (await machine.ExitAsync("a")).LastErrorLines!.ShouldContain("fork");
        await machine.EndAsync("a");
    }

    [Fact]
    public void Limits_are_written_as_the_kernel_wants_them_and_only_where_their_files_are()
    {
        using var folder = new TemporaryRoot();
        var group = new ControlGroup(folder.Path);
        foreach (var file in new[] { "memory.max", "cpu.max", "pids.max" })
        {
            File.WriteAllText(Path.Combine(folder.Path, file), "max");
        }

        group.Limit(new ResourceSpec { MemoryMax = 1 << 20, MemoryHigh = 1, CpuMax = 1.5, PidsMax = 7 });
        File.ReadAllText(Path.Combine(folder.Path, "memory.max")).ShouldBe("1048576");
        File.ReadAllText(Path.Combine(folder.Path, "cpu.max")).ShouldBe("150000 100000");
        File.ReadAllText(Path.Combine(folder.Path, "pids.max")).ShouldBe("7");
        group.Has("memory.high").ShouldBeFalse();
        group.RanOutOfMemory.ShouldBeFalse();
        File.WriteAllText(Path.Combine(folder.Path, "memory.events"), "low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\noom_group_kill 0\n");
        group.RanOutOfMemory.ShouldBeTrue();
    }

    [Fact]
    public async Task A_group_with_processes_in_it_hands_its_controllers_down_once_they_are_in_a_leaf()
    {
        NeedsGroups();
        var control = Path.Join(Ability.Directory, "cgroup.subtree_control");
        var spare = File.ReadAllText(Path.Join(Ability.Directory, "cgroup.controllers")).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        Assert.SkipWhen(spare is null, "No controller is in this hierarchy.");
        var given = Path.Join(Ability.Directory, $"procman-test-{Guid.NewGuid():N}");
        var before = File.ReadAllText(control).Contains(spare, StringComparison.Ordinal);
        Directory.CreateDirectory(given);
        File.WriteAllText(control, "+" + spare);
        await using var machine = new Machine();
        var pid = await machine.StartAsync("sleeper", new ProcessSpec { Command = "sleep", Args = ["1000"] });
        File.WriteAllText(Path.Join(given, "cgroup.procs"), pid.ToString(CultureInfo.InvariantCulture));
        try
        {
            using var root = new CgroupRoot(Guid.NewGuid(), () => new CgroupAbility(given, null, [spare]));
            var group = root.TryMake(ProcessId.Parse("a"), new Epoch(1, 1), limited: true, out var problem).ShouldNotBeNull();
            problem.ShouldBeNull();
            File.ReadAllText(Path.Join(group.Path, "cgroup.controllers")).ShouldContain(spare);
            File.ReadAllText($"/proc/{pid}/cgroup").ShouldContain($"{Path.GetFileName(given)}/{CgroupRoot.LeafName}");
            root.All().ShouldHaveSingleItem().Id.Value.ShouldBe("a");
        }
        finally
        {
            await machine.EndAsync("sleeper");
            File.WriteAllText(Path.Join(given, "cgroup.subtree_control"), "-" + spare);
            new ControlGroup(given).Remove();
            if (!before)
            {
                File.WriteAllText(control, "-" + spare);
            }
        }
    }


    private static string Output(Machine machine, string id) =>
        System.Text.Encoding.UTF8.GetString(machine.Logs.ReadAttempt(ProcessId.Parse(id), Machine.First, LogStream.Stdout, 1 << 20).Bytes.Span);

    private static List<ControlGroup> Groups(Machine machine)
    {
        using var root = new CgroupRoot(machine.Home.ManagerId, CgroupAbility.Look);
        return [.. root.All().Select(x => x.Group)];
    }

    private static void NeedsGroups() => Assert.SkipWhen(Ability.Directory is null, $"No groups can be made here: {Ability.Obstacle}.");

    private static void NeedsController(string name) => Assert.SkipWhen(Ability.Missing(name) is not null, $"Not here: {Ability.Missing(name)}.");

    private sealed class TemporaryRoot : IAsyncDisposable, IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("procman-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
