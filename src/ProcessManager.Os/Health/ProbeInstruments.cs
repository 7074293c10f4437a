using System.Diagnostics.Metrics;

namespace ProcessManager.Os;

/// <summary>How long answers take, on the meter that the hosts count on: <c>procman_probe_seconds</c>.</summary>
internal sealed class ProbeInstruments : IDisposable
{
    private readonly System.Diagnostics.Metrics.Meter _meter = new("ProcessManager");
    private readonly Histogram<double> _answers;

    public ProbeInstruments() => _answers = _meter.CreateHistogram<double>("probe", "s", "From asking a probe to its answer, or to its timeout.");

    /// <param name="target">http, tcp or command.</param>
    public Action<TimeSpan, bool> Of(string target)
    {
        var tag = KeyValuePair.Create("target", (object?)target);
        var (passed, failed) = (KeyValuePair.Create("passed", (object?)"true"), KeyValuePair.Create("passed", (object?)"false"));
        return (took, success) => _answers.Record(took.TotalSeconds, tag, success ? passed : failed);
    }

    public void Dispose() => _meter.Dispose();
}
