using ProcessManager.Contract;

namespace ProcessManager.Cluster.Tests.Crashing;

/// <summary>PostgreSQL goes away and comes back.</summary>
public sealed class DatabaseOutageSpecs(CrashingSilos silos, ITestOutputHelper output) : CrashSpecs(silos, output)
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_runs_runs_on_and_what_is_asked_waits_or_fails_with_a_code_until_all_works_by_itself()
    {
        var before = await StartAsync(Enumerable.Range(0, 60).Select(number => Sleeper($"w{number:D2}")));
        var expected = OsPids(before.Values);
        var (ended, restarted, stopped) = (Id("w00"), Id("crasher"), Id("w01"));
        expected[restarted] = (await Manager.CreateAsync(
            Sleeper("crasher") with { Restart = new RestartPolicy { When = RestartWhen.OnFailure, Delay = TimeSpan.FromSeconds(1), Jitter = 0 } }, cancellationToken: Cancel)).OsPid!.Value;

        await Server.StopAsync();
        var calls = new[]
        {
            Manager.CreateAsync(Sleeper("made-meanwhile"), cancellationToken: Cancel),
            Manager.StopAsync(stopped, new StopOptions { Wait = true }, Cancel),
            Cluster.Silos[2].Http.StartAsync(Id("w02"), Cancel),
        };
        OsProcess.Of(expected[ended]).Signal(Signal.Kill);
        OsProcess.Of(expected[restarted]).Signal(Signal.Kill);
        expected.Remove(ended, out _);
        expected.Remove(restarted, out _);
        await Task.Delay(Outage, Cancel);
        await ShouldRunAsync(expected, "after the outage");
        Cluster.Silos.ShouldAllBe(silo => silo.Runs);
        await Server.StartAgainAsync();

        var began = TimeProvider.System.GetTimestamp();
        foreach (var call in calls)
        {
            Note(await OutcomeAsync(call));
        }

        // What happened meanwhile is known, and acted upon.
        await UntilAsync("ended, as it was killed", [ended], info => info is { Phase: Phase.Terminated or Phase.Finished, Reason: EndReason.Signaled }, Soon);
        await UntilAsync("restarted, as it crashed", [restarted], info => info is { Phase: Phase.Running, Attempt: 2 }, Soon);
        await UntilAsync("running on", [.. expected.Keys.Where(id => id != stopped)], info => info.Phase == Phase.Running && info.OsPid == expected[info.Id], Soon);

        // And all that is asked is done.
        var created = await EventuallyAsync(() => Manager.CreateAsync(Sleeper("made-after"), cancellationToken: Cancel));
        (await EventuallyAsync(() => Manager.StopAsync(stopped, new StopOptions { Wait = true }, Cancel))).Reason.ShouldBe(EndReason.Stopped);
        Note($"all worked again after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s");
        created.Phase.ShouldBe(Phase.Running);
        (await MineAsync()).Select(info => info.Id).ShouldContain(created.Id);
        var wanted = new HashSet<(ProcessId?, EventType)> { (ended, EventType.Crashed), (restarted, EventType.Restarted), (stopped, EventType.Stopped), (created.Id, EventType.Started) };
        await Eventually.HoldsAsync(
            async () => wanted.IsSubsetOf((await ToldAsync()).Select(one => (one.Id, one.Type))), async () => $"the events of it; there are {string.Join(", ", await ToldAsync())}", Soon);
        Census.ShouldBeClean();
    }

    private async Task<string> OutcomeAsync(Task<ProcessInfo> call)
    {
        try
        {
            var info = await call.WaitAsync(Soon, Cancel);
            return $"answered: {info.Id} {info.Phase}";
        }
        catch (ProcessManagerException refused)
        {
            return $"refused: {refused.Code}: {refused.Message}";
        }
    }

    private static async Task<ProcessInfo> EventuallyAsync(Func<Task<ProcessInfo>> call)
    {
        ProcessInfo? done = null;
        ProcessManagerException? last = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    done = await call();
                }
                catch (ProcessManagerException refused) when (refused.Code is ErrorCode.StorageUnavailable or ErrorCode.Unavailable or ErrorCode.NodeUnavailable)
                {
                    last = refused;
                }

                return done is not null;
            },
            () => Task.FromResult($"an answer; it was {last?.Message}"),
            Soon);
        return done!;
    }
}
