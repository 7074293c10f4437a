namespace ProcessManager;

/// <summary>What a process has in the logs, as far as it matters for what may go.</summary>
/// <param name="Epoch">Its present or last attempt.</param>
/// <param name="FinishedAt">When its last attempt ended, if it is finished; null for all others.</param>
/// <param name="Since">When its present attempt began, else when it was created: the older, the older is what stands before.</param>
public sealed record LogHolding(ProcessId Id, Epoch Epoch, DateTimeOffset? FinishedAt, DateTimeOffset Since)
{
    public static LogHolding Of(ProcessState state) => new(
        state.Id,
        state.Epoch,
        state.Phase == Phase.Finished ? state.Last?.EndedAt ?? state.CreatedAt : null,
        state.Child?.StartedAt ?? state.CreatedAt);
}

/// <summary>Output that may go: all that the process wrote before an attempt.</summary>
public sealed record LogSacrifice(ProcessId Id, Epoch Keep);

/// <summary>What goes first when the logs of all processes together take more than they may.</summary>
public static class LogSacrifices
{
    /// <summary>
    /// In the order in which to free, until it is enough: first all output of finished processes, oldest end first; then what the others wrote
    /// before their present attempt, oldest first. What a present attempt writes is bounded by its own budget.
    /// </summary>
    public static IEnumerable<LogSacrifice> InOrder(IReadOnlyList<LogHolding> holdings)
    {
        // A finished one may start again at any moment: what its next run writes stays.
        var finished = holdings.Where(holding => holding.FinishedAt is not null)
            .OrderBy(holding => holding.FinishedAt)
            .Select(holding => new LogSacrifice(holding.Id, new Epoch(holding.Epoch.Run + 1, 0)));
        var others = holdings.Where(holding => holding.FinishedAt is null && holding.Epoch > new Epoch(1, 1))
            .OrderBy(holding => holding.Since)
            .Select(holding => new LogSacrifice(holding.Id, holding.Epoch));
        return finished.Concat(others);
    }
}
