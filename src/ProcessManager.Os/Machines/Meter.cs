namespace ProcessManager.Os;

/// <summary>
/// Measures all trees in one pass, when somebody looks, and answers who looks again within a moment from that pass. While nobody looks it measures once a minute, so that who comes then is
/// told of CPU over the last minute and not over the last night.
/// </summary>
internal sealed class Meter(LocalSupervisor supervisor, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Unasked = TimeSpan.FromMinutes(1);

    private readonly ProcSampler _sampler = new(clock);
    private readonly Lock _gate = new();
    private IReadOnlyDictionary<ProcessId, TreeMetrics> _last = new Dictionary<ProcessId, TreeMetrics>();
    private DateTimeOffset _at = DateTimeOffset.MinValue;
    private ITimer? _timer;

    /// <summary>Begins to measure unasked.</summary>
    public void Start() => _timer = clock.CreateTimer(
        _ =>
        {
            if (clock.GetUtcNow() - _at >= Unasked / 2)
            {
                Measure(withDescriptors: false, running: []);
            }
        },
        null,
        Unasked,
        Unasked);

    public void Dispose() => _timer?.Dispose();

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
