namespace ProcessManager;

/// <summary>
/// One waiting run: looks how far each of its dependencies is, tells that, and then each as it changes, until the run no longer waits or all is told.
/// </summary>
internal sealed class DependencyWatch(IDependencySight sight, ProcessEntity entity, ProcessEffect.AwaitDependencies wait)
{
    /// <summary>Before somebody who couldn't be asked is asked again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAllAsync(over.Token);
        var leaving = entity.UntilAsync(state => state.Epoch != wait.Epoch || state.BlockedBy is not Blocker.Dependencies, over.Token);
        await Task.WhenAny(watching, leaving);
        await over.CancelAsync();
        await Task.WhenAll(watching, leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (watching.IsFaulted)
        {
            await watching;
        }
    }

    private async Task WatchAllAsync(CancellationToken cancellationToken)
    {
        // One news of all first: who waits for the answer to a start wants to know what there is to wait for.
        var first = await Task.WhenAll(wait.On.Select(on => TryAsync(on, () => LookAsync(on, cancellationToken), cancellationToken)));
        Tell([.. first]);
        await Task.WhenAll(first.Where(one => one.Standing is Standing.Coming or Standing.Down).Select(one => FollowAsync(one, cancellationToken)));
    }

    private async Task FollowAsync(DependencyStanding known, CancellationToken cancellationToken)
    {
        var search = known.On is { Condition: DependencyCondition.LogLine, Pattern: { } pattern } ? new LineSearch(sight, known.On, pattern) : null;
        while (known.Standing is Standing.Coming or Standing.Down)
        {
            var before = known;
            known = await TryAsync(
                known.On,
                () => search is null ? MovedAsync(before, cancellationToken) : search.NextAsync(before, cancellationToken),
                cancellationToken);
            if (known != before)
            {
                Tell([known]);
            }
        }
    }

    private async Task<DependencyStanding> LookAsync(Dependency on, CancellationToken cancellationToken)
    {
        var view = await sight.Door(on.Id).LookAsync(cancellationToken);
        var standing = DependencyStanding.Of(on, view.State, view.Removed);

        // Of an ended process' log nobody has read yet whether the line is there.
        return on.Condition == DependencyCondition.LogLine && standing.Standing == Standing.Failed && view.State.Last?.StartedAt is not null
            ? standing with { Standing = Standing.Coming }
            : standing;
    }

    private async Task<DependencyStanding> MovedAsync(DependencyStanding before, CancellationToken cancellationToken)
    {
        var view = await sight.Door(before.On.Id).UntilAsync(new ProcessCondition.Moved(before.On, before.Standing), cancellationToken);
        return DependencyStanding.Of(before.On, view.State, view.Removed);
    }

    private async Task<DependencyStanding> TryAsync(Dependency on, Func<Task<DependencyStanding>> look, CancellationToken cancellationToken)
    {
        try
        {
            return await look();
        }
        catch (ProcessManagerException missing) when (missing.Code == ErrorCode.NotFound)
        {
            return DependencyStanding.MissingOf(on);
        }
        catch (ProcessManagerException away) when (!cancellationToken.IsCancellationRequested)
        {
            // Its silo or its storage is away: it may be as far as ever, and nobody can say.
            await Task.Delay(Pause, sight.Clock, cancellationToken);
            return new DependencyStanding(on, Standing.Coming, $"which can't be asked now: {away.Message}");
        }
    }

    private void Tell(ValueList<DependencyStanding> standings) => sight.Tell(entity, new ProcessOrder.DependencyNews(wait.Epoch, standings));
}
