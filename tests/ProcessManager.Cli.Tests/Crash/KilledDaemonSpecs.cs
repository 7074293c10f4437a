using System.Text;
using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests.Crash;

/// <summary>What a kill -9 of the daemon does to its children and to what is known of them: nothing.</summary>
public sealed class KilledDaemonSpecs
{
    // The promise is 2 s and 1 s; the rest is for a machine that is busy with other tests.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(8);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Whether the kernel tells the exit status of a process that isn't one's own child (PIDFD_INFO_EXIT).</summary>
    private static bool KernelTellsStatus => Environment.OSVersion.Version >= new Version(6, 15);

    [Fact]
    public async Task Of_200_that_write_every_survivor_is_adopted_once_and_no_line_is_lost()
    {
        const int Children = 200;
        await using var daemon = new Daemon();
        await daemon.StartAsync();
        string File(string name) => Path.Combine(daemon.Scratch, name);

        // A third ends while the daemon is away, a third after it is back, a third stays.
        (string Until, int Code)[] kinds = [("away", 7), ("back", 8), ("never", 9)];
        var ids = Enumerable.Range(0, Children).Select(number => ProcessId.Parse($"writer-{number:D3}")).ToArray();
        await Parallel.ForEachAsync(ids.Index(), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (item, _) =>
        {
            var (until, code) = kinds[item.Index % kinds.Length];
            await daemon.Manager.CreateAsync(Writers.Until(File("starts"), File(until), code) with { Id = item.Item }, cancellationToken: Cancel);
        });
        var before = await ById(daemon);
        before.Count.ShouldBe(Children);
        before.Values.ShouldAllBe(info => info.Phase == Phase.Running);

        await daemon.KillAsync();
        await System.IO.File.WriteAllTextAsync(File("away"), "", Cancel);
        var away = Kind(0).Select(id => OsProcess.Of(before[id].OsPid!.Value)).ToList();
        await Patience.Until("the ends of those that end while the daemon is away", () => away.TrueForAll(child => !child.IsAlive));
        var took = await daemon.StartAsync();

        took.ShouldBeLessThan(TimeSpan.FromSeconds(2) + Slack);
        var after = await ById(daemon);
        after.Keys.ShouldBe(before.Keys, ignoreOrder: true);
        foreach (var id in Kind(1).Concat(Kind(2)))
        {
            (after[id].Phase, after[id].OsPid, after[id].Run, after[id].Attempt).ShouldBe((Phase.Running, before[id].OsPid, 1, 1), $"{after[id]}");
        }

        foreach (var id in Kind(0))
        {
            var down = await daemon.Manager.WaitAsync(id, new WaitOptions { Timeout = Patience.Limit }, Cancel);
            ShouldHaveEnded(down, 7);
        }

        var began = TimeProvider.System.GetTimestamp();
        await System.IO.File.WriteAllTextAsync(File("back"), "", Cancel);
        foreach (var id in Kind(1))
        {
            var down = await daemon.Manager.WaitAsync(id, new WaitOptions { Timeout = Patience.Limit }, Cancel);
            ShouldHaveEnded(down, 8);
            if (KernelTellsStatus)
            {
                down.ExitCode.ShouldBe(8, $"{down}");
            }
        }

        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(1) + Slack);
        var adopted = await Events(daemon, EventType.Adopted, Kind(1).Count + Kind(2).Count);
        adopted.ShouldBe(Kind(1).Concat(Kind(2)), ignoreOrder: true);
        foreach (var id in ids)
        {
            Writers.Fault(await Log(daemon, id), ended: !Kind(2).Contains(id)).ShouldBeNull($"the log of {id}");
        }

        var starts = await System.IO.File.ReadAllLinesAsync(File("starts"), Cancel);
        starts.Length.ShouldBe(Children);
        starts.ShouldBeUnique();

        foreach (var id in Kind(2))
        {
            var child = OsProcess.Of(before[id].OsPid!.Value);
            await daemon.Manager.KillAsync(id, wait: true, Cancel);
            child.IsAlive.ShouldBeFalse($"{id} after its kill");
        }

        List<ProcessId> Kind(int kind) => [.. ids.Where((_, number) => number % kinds.Length == kind)];
    }

    [Fact]
    public async Task A_stop_under_way_is_carried_on_and_never_followed_by_a_restart()
    {
        await using var daemon = new Daemon();
        await daemon.StartAsync();
        var policy = new RestartPolicy { When = RestartWhen.Always, Delay = TimeSpan.FromMilliseconds(20) };
        var id = ProcessId.Parse("stubborn");
        var info = await daemon.Manager.CreateAsync(Scripts.IgnoresTerm with { Id = id, Restart = policy }, cancellationToken: Cancel);
        await Patience.Until("its trap", () => Log(daemon, id), log => log.Contains("ready"));
        var child = OsProcess.Of(info.OsPid!.Value);
        await daemon.Manager.StopAsync(id, new StopOptions { Grace = TimeSpan.FromSeconds(2) }, Cancel);

        await daemon.KillAsync();
        child.IsAlive.ShouldBeTrue();
        await daemon.StartAsync();

        var down = await daemon.Manager.WaitAsync(id, new WaitOptions { Timeout = Patience.Limit }, Cancel);
        (down.Reason, down.Goal, down.Run, down.Attempt).ShouldBe((EndReason.Stopped, Goal.Down, 1, 1), $"{down}");
        child.IsAlive.ShouldBeFalse();
    }

    [Fact]
    public async Task One_that_backs_off_starts_again_when_the_daemon_is_back()
    {
        await using var daemon = new Daemon();
        await daemon.StartAsync();
        var id = ProcessId.Parse("crasher");
        var there = Path.Combine(daemon.Scratch, "there");
        await daemon.Manager.CreateAsync(
            Scripts.Shell("[ -e \"$1\" ] && exec sleep 1000; exit 1") with
            {
                Id = id,
                Args = [there],
                Restart = new RestartPolicy { When = RestartWhen.OnFailure, Delay = TimeSpan.FromSeconds(1), Jitter = 0 },
            },
            cancellationToken: Cancel);
        await Patience.Until("backing off", () => daemon.Manager.GetAsync(id, Cancel), info => info.Phase == Phase.BackingOff);

        await daemon.KillAsync();
        await File.WriteAllTextAsync(there, "", Cancel);
        await daemon.StartAsync();

        var up = await daemon.Manager.WaitAsync(id, new WaitOptions { For = WaitFor.Ready, Timeout = Patience.Limit }, Cancel);
        up.Phase.ShouldBe(Phase.Running);
        up.RestartCount.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_crashes_while_the_daemon_is_away_is_restarted_by_its_policy()
    {
        await using var daemon = new Daemon();
        await daemon.StartAsync();
        var id = ProcessId.Parse("killed");
        var info = await daemon.Manager.CreateAsync(
            Scripts.Sleeps with { Id = id, Restart = new RestartPolicy { When = RestartWhen.OnAbnormal, Delay = TimeSpan.FromMilliseconds(20) } },
            cancellationToken: Cancel);
        var child = OsProcess.Of(info.OsPid!.Value);

        await daemon.KillAsync();
        child.Signal(Signal.Kill);
        await Patience.Until("its death", () => !child.IsAlive);
        await daemon.StartAsync();

        var up = await Patience.Until("its next attempt", () => daemon.Manager.GetAsync(id, Cancel), now => now is { Phase: Phase.Running, Attempt: 2 });
        up.OsPid.ShouldNotBe(info.OsPid);
        var end = (await daemon.Manager.GetRunsAsync(id, Cancel)).ShouldHaveSingleItem();
        end.Reason.ShouldBeOneOf(EndReason.Unknown, EndReason.Signaled);
    }

    [Fact]
    public async Task What_was_to_end_with_the_manager_is_gone_soon_and_the_rest_is_adopted()
    {
        await using var daemon = new Daemon();
        await daemon.StartAsync();
        var (mine, keep) = (ProcessId.Parse("mine"), ProcessId.Parse("keep"));
        var (mineAt, keepAt) = (Directory.CreateDirectory(Path.Combine(daemon.Scratch, "m")), Directory.CreateDirectory(Path.Combine(daemon.Scratch, "k")));
        await daemon.Manager.CreateAsync(Scripts.Tree(mineAt.FullName) with { Id = mine, Lifetime = Lifetime.WithManager }, cancellationToken: Cancel);
        await daemon.Manager.CreateAsync(Scripts.Tree(keepAt.FullName) with { Id = keep, Lifetime = Lifetime.Keep }, cancellationToken: Cancel);
        await Patience.Until("its members", () => Log(daemon, mine), log => log.Contains("ready"));
        await Patience.Until("its members", () => Log(daemon, keep), log => log.Contains("ready"));
        var (ends, stays) = (await Members(mine, mineAt), await Members(keep, keepAt));

        var began = TimeProvider.System.GetTimestamp();
        await daemon.KillAsync();

        await Patience.Until("the end of what ends with the manager", () => ends.TrueForAll(member => !member.IsAlive));
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(2) + Slack);
        stays.ShouldAllBe(member => member.IsAlive);
        await daemon.StartAsync();
        (await daemon.Manager.GetAsync(keep, Cancel)).OsPid.ShouldBe(stays[0].Pid);
        var down = await daemon.Manager.WaitAsync(mine, new WaitOptions { Timeout = Patience.Limit }, Cancel);
        down.OsPid.ShouldBeNull();
        await daemon.Manager.KillAsync(keep, wait: true, Cancel);
        stays.Where(member => member.IsAlive).ShouldBeEmpty();

        async Task<List<OsProcess>> Members(ProcessId id, DirectoryInfo at) =>
        [
            OsProcess.Of((await daemon.Manager.GetAsync(id, Cancel)).OsPid!.Value),
            .. (await File.ReadAllLinesAsync(Path.Combine(at.FullName, "pids"), Cancel)).Select(pid => OsProcess.Of(int.Parse(pid))),
        ];
    }

    [Fact]
    public async Task Events_go_on_from_a_cursor_of_before_the_kill()
    {
        await using var daemon = new Daemon();
        await daemon.StartAsync();
        var id = ProcessId.Parse("told");
        await daemon.Manager.CreateAsync(Scripts.Sleeps with { Id = id }, cancellationToken: Cancel);
        var before = await Told(new EventQuery { Ids = [id], After = "" }, EventType.Ready);

        await daemon.KillAsync();
        await daemon.StartAsync();
        await daemon.Manager.StopAsync(id, new StopOptions { Wait = true }, Cancel);

        var after = await Told(new EventQuery { Ids = [id], After = before[^1].Cursor }, EventType.Terminated);
        after.Select(one => one.Type).ShouldBe([EventType.Adopted, EventType.Stopping, EventType.Stopped, EventType.Terminated]);

        async Task<List<ProcessEvent>> Told(EventQuery query, EventType last)
        {
            var seen = new List<ProcessEvent>();
            await foreach (var one in daemon.Manager.SubscribeAsync(query, Cancel))
            {
                seen.Add(one);
                if (one.Type == last)
                {
                    break;
                }
            }

            return seen;
        }
    }

    private static void ShouldHaveEnded(ProcessInfo down, int code)
    {
        (down.Phase is Phase.Terminated or Phase.Finished).ShouldBeTrue($"{down}");
        (down.Reason, down.ExitCode).ShouldBeOneOf((EndReason.Failed, code), (EndReason.Unknown, null));
    }

    private static async Task<Dictionary<ProcessId, ProcessInfo>> ById(Daemon daemon) =>
        (await daemon.Manager.ListAsync(new ProcessQuery { Limit = ProcessQuery.MaxLimit }, Cancel)).Items.ToDictionary(info => info.Id);

    private static async Task<List<ProcessId>> Events(Daemon daemon, EventType type, int atLeast)
    {
        var ids = new List<ProcessId>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Patience.Limit);
        await foreach (var one in daemon.Manager.SubscribeAsync(new EventQuery { After = "", Types = [type, EventType.Removed] }, limit.Token))
        {
            if (one.Type == EventType.Removed)
            {
                return ids;
            }

            ids.Add(one.Id!.Value);
            if (ids.Count == atLeast)
            {
                // A mark at the end of the events: whatever came twice stands before it.
                var mark = await daemon.Manager.CreateAsync(Scripts.Sleeps, start: false, Cancel);
                await daemon.Manager.RemoveAsync(mark.Id, cancellationToken: Cancel);
            }
        }

        return ids;
    }

    private static async Task<string> Log(Daemon daemon, ProcessId id)
    {
        var text = new StringBuilder();
        await foreach (var chunk in daemon.Manager.ReadLogsAsync(id, new LogQuery { Stream = LogStream.Stdout }, Cancel))
        {
            text.Append(Encoding.UTF8.GetString(chunk.Bytes.Span));
        }

        return text.ToString();
    }
}
