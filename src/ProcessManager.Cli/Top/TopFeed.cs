using System.Threading.Channels;

namespace ProcessManager.Cli;

/// <summary>What a manager has to say, for a screen: the list each second and after each event, the log of the selected process, its explanation.</summary>
internal sealed class TopFeed(
    IProcessManager manager, ProcessQuery scope, TimeProvider clock, Action<Func<TopModel, TopModel>> change, Action<TopSession.News.Wrote> write)
{
    private const int FirstLines = 500;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _nudges = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    private CancellationTokenSource? _following;
    private ProcessId? _followed;
    private (ProcessId? Id, Pane Pane) _shown;
    private Task _log = Task.CompletedTask;
    private CancellationToken _over;

    public async Task RunAsync(CancellationToken over)
    {
        _over = over;
        var events = NudgeAsync(over);
        try
        {
            while (true)
            {
                await RefreshAsync(over);
                using var beat = CancellationTokenSource.CreateLinkedTokenSource(over);
                beat.CancelAfter(Beat);

                // Many events, one look; and one each second, because times and measurements change without any.
                Task news = _nudges.Reader.WaitToReadAsync(beat.Token).AsTask();
                await news.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _nudges.Reader.TryRead(out _);
                over.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // It is over.
        }
        finally
        {
            await events;
            await _log.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _following?.Dispose();
        }
    }

    /// <summary>What is on the screen now: whose log is to be followed, and what is to be explained.</summary>
    public void Show(TopModel model)
    {
        lock (_gate)
        {
            if (_shown != (model.Selected, model.Pane))
            {
                _shown = (model.Selected, model.Pane);
                _nudges.Writer.TryWrite(true);
            }

            if (_followed == model.Selected || _over.IsCancellationRequested)
            {
                return;
            }

            _followed = model.Selected;
            _following?.Cancel();
            _following = CancellationTokenSource.CreateLinkedTokenSource(_over);
            _log = _followed is { } id ? FollowAsync(id, _log, _following.Token) : _log;
        }
    }

    /// <summary>Gives an order, and says how it went.</summary>
    public async Task GiveAsync(TopRequest request, ProcessInfo? chosen)
    {
        var id = request.Id!.Value;
        try
        {
            await (request.Verb switch
            {
                TopAsk.Start => manager.StartAsync(id, _over),
                TopAsk.Stop => manager.StopAsync(id, options: null, _over),
                TopAsk.Restart => manager.RestartAsync(id, options: null, _over),
                TopAsk.Kill => manager.KillAsync(id, wait: false, _over),
                TopAsk.Suspend or TopAsk.Resume => SuspendOrResumeAsync(id),
                _ => throw new System.Diagnostics.UnreachableException($"{request.Verb} is not for a manager"),
            });
            change(model => model with { Message = $"{model.Name(id)}: {Words(request.Verb)}" });
        }
        catch (ProcessManagerException e)
        {
            change(model => model with { Message = $"{model.Name(id)}: {Cli.Words.OneLine(e.Message)}" });
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The order is given; nobody looks any more.
        }

        _nudges.Writer.TryWrite(true);
    }

    private static string Words(TopAsk verb) => verb switch
    {
        TopAsk.Start => "started",
        TopAsk.Stop => "told to stop",
        TopAsk.Restart => "restarted",
        TopAsk.Kill => "killed",
        _ => "suspended or resumed",
    };

    private async Task<ProcessInfo> SuspendOrResumeAsync(ProcessId id) =>
        (await manager.GetStatusAsync(id, _over)).State == OsState.Stopped ? await manager.ResumeAsync(id, _over) : await manager.SuspendAsync(id, _over);

    private async Task RefreshAsync(CancellationToken over)
    {
        try
        {
            var all = await Ids.AllAsync(manager, scope with { WithMetrics = true }, over);
            var kept = all.Where(info => info is not { OneOff: true, Phase: Phase.Terminated or Phase.Finished }).ToList();
            change(model => model.With(kept));
            (ProcessId? Id, Pane Pane) shown;
            lock (_gate)
            {
                shown = _shown;
            }

            if (shown is (Id: { } id, Pane: Pane.Details))
            {
                var details = await ExplainAsync(id, kept.Find(info => info.Id == id), over);
                change(model => model.Selected == id ? model with { Details = details } : model);
            }
            else if (shown.Pane == Pane.Graph)
            {
                var dependencies = await DependenciesAsync(kept, over);
                change(model => model with { Graph = DependencyPicture.Of(model.All, dependencies, model.Name) });
            }
        }
        catch (ProcessManagerException e)
        {
            // It may be back: what was seen last stays on the screen.
            change(model => model with { Message = Cli.Words.OneLine(e.Message) });
        }
    }

    private async Task<string> ExplainAsync(ProcessId id, ProcessInfo? listed, CancellationToken over)
    {
        var info = await manager.GetAsync(id, over);
        return Explanation.Of(
            info with { Metrics = listed?.Metrics }, await manager.GetSpecAsync(id, over), await manager.GetRunsAsync(id, over), clock.GetUtcNow());
    }

    private async Task<Dictionary<ProcessId, ValueList<Dependency>>> DependenciesAsync(IReadOnlyList<ProcessInfo> infos, CancellationToken over)
    {
        var specs = await Task.WhenAll(infos.Select(async info =>
        {
            try
            {
                return (info.Id, (await manager.GetSpecAsync(info.Id, over)).DependsOn);
            }
            catch (ProcessManagerException e) when (e.Code == ErrorCode.NotFound)
            {
                // It was removed since the list was made.
                return (info.Id, []);
            }
        }));
        return specs.ToDictionary();
    }

    private async Task NudgeAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await foreach (var happened in manager.SubscribeAsync(new EventQuery(), over))
                {
                    _nudges.Writer.TryWrite(true);
                }
            }
            catch (ProcessManagerException)
            {
                // The list says so too, and it is asked each second.
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Beat, clock, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Its log from near the end; when a run is over, again and again from where it was, for the run that may follow.</summary>
    private async Task FollowAsync(ProcessId id, Task before, CancellationToken over)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        DateTimeOffset? since = null;
        var seen = new long[2];
        while (!over.IsCancellationRequested)
        {
            try
            {
                var query = new LogQuery { Follow = true, Tail = since is null ? FirstLines : null, Since = since };
                await foreach (var line in manager.ReadLinesAsync(id, query, over))
                {
                    since = line.Time;
                    if (line.Offset >= seen[(int)line.Stream])
                    {
                        seen[(int)line.Stream] = line.Offset + 1;
                        write(new TopSession.News.Wrote(id, new TopLine(PlainText.Of(line.Bytes.Span), line.Stream == LogStream.Stderr)));
                    }
                }
            }
            catch (ProcessManagerException)
            {
                // Gone, or its node or the manager is away: the list says so.
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Beat, clock, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
