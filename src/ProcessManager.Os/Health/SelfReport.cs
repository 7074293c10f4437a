namespace ProcessManager.Os;

/// <summary>What a process says of itself: all of it in one report, told at most once a second, however often it says something.</summary>
internal sealed class SelfReport : TimetableEntry, IDisposable
{
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Timetable _table;
    private readonly Action<SupervisorReport> _tell;
    private readonly Func<DateTimeOffset> _now;
    private ServiceStage? _stage;
    private string? _message;
    private DateTimeOffset? _extendedTo;
    private TimeSpan _next;
    private bool _planned;

    public SelfReport(Timetable table, Action<SupervisorReport> tell, Func<DateTimeOffset> now, HealthInfo? known)
    {
        (_table, _tell, _now) = (table, tell, now);
        (_stage, _message) = (known?.Stage, known?.Message);
    }

    /// <summary>Null: nothing was said.</summary>
    public SupervisorReport? Told { get; private set; }

    public void Hear(NotifyMessage message)
    {
        lock (_gate)
        {
            var before = (_stage, _message, _extendedTo);
            _stage = message.Stopping ? ServiceStage.Stopping : message.Reloading ? ServiceStage.Reloading : message.Ready ? null : _stage;
            _message = message.Status is { } status ? (status.Length == 0 ? null : status) : _message;
            if (message.ExtendBy is { } more)
            {
                // Whole milliseconds, as times are written: told again it is the same.
                _extendedTo = DateTimeOffset.FromUnixTimeMilliseconds((_now() + more).ToUnixTimeMilliseconds());
            }

            if (before != (_stage, _message, _extendedTo) && !_planned)
            {
                _planned = true;
                _table.Set(this, _next);
            }
        }
    }

    public override void Due()
    {
        SupervisorReport report;
        lock (_gate)
        {
            _planned = false;
            _next = _table.Now + Apart;
            Told = report = new SupervisorReport.Noticed(_stage, Short(_message), _extendedTo, _now());
        }

        _tell(report);
    }

    public void Dispose() => _table.Clear(this);

    private static string? Short(string? text) => text is { Length: > 1000 } ? text[..1000] : text;
}
