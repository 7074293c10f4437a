using System.Diagnostics.Metrics;

namespace ProcessManager;

/// <summary>
/// What the host counts and times, on the meter <c>ProcessManager</c>; <c>/metrics</c> shows <c>procman.…</c> as <c>procman_…</c>. No instrument carries an id: what is about one
/// process is read from its info, and ends with it.
/// </summary>
internal sealed class ProcessInstruments : IDisposable
{
    public const string MeterName = "ProcessManager";

    private readonly System.Diagnostics.Metrics.Meter _meter = new(MeterName);
    private readonly Counter<long> _turns;
    private readonly Counter<long> _transitions;
    private readonly Counter<long> _errors;
    private readonly Histogram<double> _append;
    private readonly Histogram<double> _start;
    private readonly Histogram<double> _termination;
    private readonly Histogram<double> _backoff;

    public ProcessInstruments()
    {
        _turns = _meter.CreateCounter<long>("procman.turns", description: "Orders taken.");
        _transitions = _meter.CreateCounter<long>("procman.transitions", description: "Changes of phase.");
        _errors = _meter.CreateCounter<long>("procman.host_errors", description: "Orders that could not be taken, by code.");
        _append = _meter.CreateHistogram<double>("procman.journal_append", "s", "From a decision to its being on the disk.");
        _start = _meter.CreateHistogram<double>("procman.start", "s", "From the decision to start until the child runs.");
        _termination = _meter.CreateHistogram<double>("procman.termination", "s", "From the first step of the ladder until the tree is empty.");
        _backoff = _meter.CreateHistogram<double>("procman.backoff", "s", "Delays before restarts.");
    }

    public void Error(ErrorCode code) => _errors.Add(1, KeyValuePair.Create("code", (object?)code.ToString()));

    /// <summary>Takes note of a turn that was written.</summary>
    /// <param name="began">When the present start, or the present way down, began.</param>
    public void Turn(ProcessState before, ProcessState after, IReadOnlyList<ProcessChange> changes, DateTimeOffset? began, TimeSpan append)
    {
        _turns.Add(1);
        _append.Record(append.TotalSeconds);
        if (before.Phase != after.Phase)
        {
            _transitions.Add(1, KeyValuePair.Create("from", (object?)before.Phase.ToString()), KeyValuePair.Create("to", (object?)after.Phase.ToString()));
        }

        foreach (var change in changes)
        {
            switch (change)
            {
                case ProcessChange.Started { Adopted: false } started when began is { } decided:
                    _start.Record((started.At - decided).TotalSeconds);
                    break;
                case ProcessChange.Terminated terminated when before.Ladder is not null && began is { } first:
                    _termination.Record((terminated.At - first).TotalSeconds);
                    break;
                case ProcessChange.BackingOff backing:
                    _backoff.Record((backing.NextStartAt - backing.At).TotalSeconds);
                    break;
                default:
                    break;
            }
        }
    }

    public void Dispose() => _meter.Dispose();
}
