namespace ProcessManager.Os;

/// <summary>Measures all trees in one pass, when somebody looks, and answers who looks again within a moment from that pass.</summary>
internal sealed class Meter(LocalSupervisor supervisor, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);

    private readonly ProcSampler _sampler = new(clock);
    private readonly Lock _gate = new();
    private IReadOnlyDictionary<ProcessId, TreeMetrics> _last = new Dictionary<ProcessId, TreeMetrics>();
    private DateTimeOffset _at = DateTimeOffset.MinValue;

    /// <param name="withDescriptors">Count open descriptors too, in a pass of its own.</param>
    /// <param name="running">Whom the caller knows to run: those that are younger than the last pass are measured now.</param>
    public IReadOnlyDictionary<ProcessId, TreeMetrics> Measure(bool withDescriptors, IEnumerable<ProcessId> running)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (withDescriptors || now - _at >= Fresh)
            {
                _last = _sampler.Sample(supervisor.Members(), withDescriptors);
                _at = now;
            }

            return _last = WithYoung(_last, [.. running.Where(id => !_last.ContainsKey(id))]);
        }
    }

    /// <summary>The young are a series of their own: CPU percentages of the others stay those over a while.</summary>
    private IReadOnlyDictionary<ProcessId, TreeMetrics> WithYoung(IReadOnlyDictionary<ProcessId, TreeMetrics> measured, HashSet<ProcessId> young)
    {
        if (young.Count == 0)
        {
            return measured;
        }

        var members = supervisor.Members().Where(tree => young.Contains(tree.Key)).ToDictionary();
        return measured.Concat(new ProcSampler(clock).Sample(members)).ToDictionary();
    }
}
