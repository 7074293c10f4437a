namespace ProcessManager;

/// <summary>Waits for a line of a process' present run, one attempt after another.</summary>
internal sealed class LineSearch(IDependencySight sight, Dependency on, string pattern)
{
    /// <summary>A child is there, or was: only then there is something to read.</summary>
    private readonly Dependency _started = new(on.Id, DependencyCondition.Started);

    private Epoch? _searched;

    public async Task<DependencyStanding> NextAsync(DependencyStanding before, CancellationToken cancellationToken)
    {
        var door = sight.Door(on.Id);
        var view = await door.LookAsync(cancellationToken);
        var started = DependencyStanding.Of(_started, view.State, view.Removed);
        if (started.Standing != Standing.Met)
        {
            var standing = DependencyStanding.Of(on, view.State, view.Removed);
            if (standing.Standing != before.Standing)
            {
                return standing;
            }

            await door.UntilAsync(new ProcessCondition.Moved(_started, started.Standing), cancellationToken);
            return before;
        }

        if (_searched == view.State.Epoch)
        {
            view = await door.UntilAsync(new ProcessCondition.Past(view.State.Epoch), cancellationToken);
            return view.State.Epoch == _searched ? DependencyStanding.Of(on, view.State, view.Removed) : before;
        }

        var found = await sight.WroteAsync(on.Id, pattern, view.State.Epoch.Run, cancellationToken);
        _searched = view.State.Epoch;
        return found ? new DependencyStanding(on, Standing.Met, "") : before with { Standing = Standing.Coming };
    }
}
