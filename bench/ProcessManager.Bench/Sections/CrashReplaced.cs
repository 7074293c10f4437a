using ProcessManager.Os;

namespace ProcessManager.Bench;

/// <summary>From kill -9 of a child to the child in its place, with no delay in the policy.</summary>
internal sealed class CrashReplaced : ISection
{
    public string Name => "crash";

    public string Title => "crash to replaced, delay 0";

    public async Task RunAsync(Workbench bench, Action<Row> tell)
    {
        await using var daemon = new Daemon(bench);
        await daemon.StartAsync();
        var id = ProcessId.Parse("victim");
        var info = await daemon.Client.CreateAsync(
            daemon.Spec("sleep", "1000000") with { Id = id, Restart = Daemon.AtOnce },
            cancellationToken: bench.CancellationToken);
        var count = bench.Size(60, 10);
        bench.Tell($"{count} crashes seen in /proc, {count} told by event");
        List<double> seen = [];
        List<double> told = [];
        var osPid = info.OsPid!.Value;
        await using var events = daemon.Client.SubscribeAsync(new EventQuery { Ids = [id], Types = [EventType.Started] }, bench.CancellationToken)
            .GetAsyncEnumerator(bench.CancellationToken);
        for (var round = -3; round < count; round++)
        {
            var next = events.MoveNextAsync().AsTask();
            var milliseconds = Crash.UntilReplaced(daemon.OsPid, osPid, bench.CancellationToken);
            await next;
            osPid = events.Current.Data.OsPid!.Value;

            next = events.MoveNextAsync().AsTask();
            var toldAfter = await Clock.MillisecondsAsync(async () =>
            {
                _ = Libc.Kill(osPid, Signal.Kill.Number);
                await next;
            });
            osPid = events.Current.Data.OsPid!.Value;
            if (round >= 0)
            {
                seen.Add(milliseconds);
                told.Add(toldAfter);
            }
        }

        tell(new Row("kill -9 until the new child is in /proc", Unit.Milliseconds, new Samples(seen), Target: new Target.Below(15)));
        tell(new Row("kill -9 until a subscriber over HTTP is told of its start", Unit.Milliseconds, new Samples(told), Target: new Target.Below(15)));
    }
}
