namespace ProcessManager.Http;

/// <summary>Every process with what its tree uses.</summary>
internal static class MeasuredProcesses
{
    public static async Task<List<ProcessInfo>> AllAsync(IProcessManager manager, CancellationToken cancellationToken)
    {
        var all = new List<ProcessInfo>();
        string? after = null;
        do
        {
            var page = await manager.ListAsync(new ProcessQuery { Limit = ProcessQuery.MaxLimit, After = after, WithMetrics = true }, cancellationToken);
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }
}
