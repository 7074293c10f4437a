using ProcessManager.Os;

namespace ProcessManager.Embedded;

/// <summary>Measures all trees in one pass, when somebody looks, and answers who looks again within a moment from that pass.</summary>
internal sealed class Meter(LocalSupervisor supervisor, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);

    private readonly ProcSampler _sampler = new(clock);
    private readonly Lock _gate = new();
    private IReadOnlyDictionary<ProcessId, TreeMetrics> _last = new Dictionary<ProcessId, TreeMetrics>();
    private DateTimeOffset _at = DateTimeOffset.MinValue;

    public IReadOnlyDictionary<ProcessId, TreeMetrics> Measure(bool withDescriptors)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (withDescriptors || now - _at >= Fresh)
            {
                _last = _sampler.Sample(supervisor.Members(), withDescriptors);
                _at = now;
            }

            return _last;
        }
    }
}
