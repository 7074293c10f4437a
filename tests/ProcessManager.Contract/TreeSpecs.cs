using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>What ends is the whole tree, wherever its members went, and nothing but the tree.</summary>
public abstract class TreeSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    // The promise is grace + 1 s; the rest is for a machine that is busy with other tests.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task A_stop_ends_members_that_left_the_session_or_ignore_SIGTERM_and_no_bystander()
    {
        var (mine, bystanders) = (await StartTree("mine"), await StartTree("bystander"));
        var began = TimeProvider.System.GetTimestamp();

        var down = await Stopped(mine.Id, Grace);

        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(Grace + TimeSpan.FromSeconds(1) + Slack);
        down.ShouldBeDown(EndReason.Stopped);
        down.LeftBehind.ShouldBeEmpty();
        mine.Members.Where(member => member.IsAlive).ShouldBeEmpty();
        bystanders.Members.ShouldAllBe(member => member.IsAlive);
    }

    [Fact]
    public async Task A_kill_ends_all_of_them_at_once()
    {
        var tree = await StartTree("mine");

        var down = await Manager.KillAsync(tree.Id, wait: true, Cancel);

        down.ShouldBeDown(EndReason.Killed);
        tree.Members.Where(member => member.IsAlive).ShouldBeEmpty();
    }

    [Fact]
    public async Task When_the_main_child_ends_its_result_is_known_and_what_it_left_is_ended()
    {
        var tree = await StartTree("mine");

        OsProcess.Of(tree.Main).Signal(Signal.Kill);

        var down = await Ended(tree.Id);
        down.ShouldBeDown(EndReason.Signaled);
        tree.Members.Where(member => member.IsAlive).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_attempt_left_is_gone_before_the_next_one_starts()
    {
        var info = await Start(Scripts.Shell(
            """
            for old in $(cat pids 2>/dev/null); do grep -qs '^State:.[^ZX]' /proc/$old/status && echo $old >> alive; done
            setsid sh -c "trap '' TERM; echo \$\$ >> pids; exec sleep 1000" &
            while [ ! -s pids ]; do sleep 0.02; done
            echo $$ >> attempts
            exit 1
            """) with
        {
            WorkingDirectory = Directory,
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Max = 1, Delay = TimeSpan.FromMilliseconds(20) },
        });

        var down = await Ended(info.Id);

        (down.Attempt, down.IsDown()).ShouldBe((2, true), $"{down}");
        (await File.ReadAllLinesAsync(Path.Combine(Directory, "attempts"), Cancel)).Length.ShouldBe(2);
        File.Exists(Path.Combine(Directory, "alive")).ShouldBeFalse();
    }

    [Fact]
    public async Task With_killMode_process_only_the_main_child_is_ended_and_the_rest_is_listed()
    {
        var info = await StartSaying("ready", Scripts.Shell("sleep 1000 & echo $! > pids; echo ready; exec sleep 1000") with
        {
            WorkingDirectory = Directory,
            Stop = new StopSpec { KillMode = KillMode.Process },
        });
        var left = OsProcess.Of(int.Parse(await File.ReadAllTextAsync(Path.Combine(Directory, "pids"), Cancel)));
        try
        {
            var down = await Stopped(info.Id);

            down.ShouldBeDown(EndReason.Stopped);
            down.LeftBehind.ShouldBe([left.Pid]);
            left.IsAlive.ShouldBeTrue();
        }
        finally
        {
            left.Signal(Signal.Kill);
        }
    }

    [Fact]
    public async Task Metrics_are_of_the_whole_tree()
    {
        var tree = await StartTree("mine");

        var metrics = await Manager.GetMetricsAsync(tree.Id, Cancel);

        metrics.Children.ShouldBe(4);
        metrics.Threads.ShouldBe(5);
        metrics.MemoryBytes.ShouldBeGreaterThan(0);
        metrics.CpuSeconds.ShouldBeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public async Task Memory_that_it_takes_is_seen()
    {
        var info = await StartSaying("taken", Scripts.Dummy("allocate=64", "say=taken", "sleep"));

        (await Manager.GetMetricsAsync(info.Id, Cancel)).MemoryBytes.ShouldBeGreaterThan(64 << 20);
        (await Manager.GetStatusAsync(info.Id, Cancel)).MemoryBytes.ShouldNotBeNull().ShouldBeGreaterThan(64 << 20);
    }

    private async Task<(ProcessId Id, int Main, List<OsProcess> Members)> StartTree(string name)
    {
        var directory = System.IO.Directory.CreateDirectory(Path.Combine(Directory, name)).FullName;
        var info = await StartSaying("ready", Scripts.Tree(directory));
        var pids = await File.ReadAllLinesAsync(Path.Combine(directory, "pids"), Cancel);
        pids.Length.ShouldBe(4);
        return (info.Id, info.OsPid!.Value, [OsProcess.Of(info.OsPid.Value), .. pids.Select(pid => OsProcess.Of(int.Parse(pid)))]);
    }
}
