namespace ProcessManager.Os;

/// <summary>
/// One probe of one attempt: an entry in the timetable, for the next time it is asked and, while it is asked, for the time by which it must have answered. It never
/// overlaps itself: what ignores its cancellation counts as failures until it comes back.
/// </summary>
internal sealed class Probe : TimetableEntry, IDisposable
{
    private readonly Lock _gate = new();
    private readonly ProbeSpec _spec;
    private readonly AskProbe _ask;
    private readonly Timetable _table;
    private readonly Action<ProbeStatus, string?> _onChange;
    private readonly Action<TimeSpan, bool> _measured;
    private ProbeCourse _course;
    private CancellationTokenSource _cancel = new();
    private Task _work = Task.CompletedTask;
    private TimeSpan _askedAt;
    private bool _awaited;
    private bool _toldWhyNot;
    private volatile bool _paused;
    private bool _ended;

    /// <param name="course">Where it begins.</param>
    /// <param name="onChange">Told of each change of status, and once of why it hasn't passed yet, in order. It must not block; it may dispose of this.</param>
    /// <param name="measured">How long an answer took, and whether it was a success.</param>
    public Probe(ProbeSpec spec, AskProbe ask, Timetable table, ProbeCourse course, Action<ProbeStatus, string?> onChange, Action<TimeSpan, bool> measured)
    {
        (_spec, _ask, _table, _course, _onChange, _measured) = (spec, ask, table, course, onChange, measured);
    }

    public void Start() => _table.Set(this, _course.Due);

    /// <summary>While its process is suspended nobody can answer.</summary>
    public void Pause(bool paused) => _paused = paused;

    public override void Due()
    {
        CancellationTokenSource? late = null;
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            if (_awaited)
            {
                late = _cancel;
                _cancel = new CancellationTokenSource();
                Answered(ProbeAnswer.Failure($"no answer within {Durations.Format(_spec.Timeout)}"));
            }
            else if (_paused)
            {
                _table.Set(this, _table.Now + _spec.Interval);
            }
            else if (!_work.IsCompleted)
            {
                _askedAt = _table.Now;
                Answered(ProbeAnswer.Failure("the time before hasn't come back yet"));
            }
            else
            {
                Ask();
            }
        }

        Cancel(late);
    }

    /// <summary>Nothing is asked nor told any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            _table.Clear(this);
        }

        Cancel(_cancel);
    }

    private static void Cancel(CancellationTokenSource? source)
    {
        source?.Cancel();
        source?.Dispose();
    }

    private void Ask()
    {
        _awaited = true;
        _askedAt = _table.Now;
        _table.Set(this, _askedAt + _spec.Timeout);
        _work = AskAsync(_cancel.Token);
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        ProbeAnswer answer;
        try
        {
            answer = await _ask(cancellationToken);
        }
        catch (Exception e)
        {
            // Whatever it is that it met, it got no answer.
            answer = ProbeAnswer.Failure(e.Message);
        }

        lock (_gate)
        {
            if (_awaited && !_ended && !cancellationToken.IsCancellationRequested)
            {
                Answered(answer);
            }
        }
    }

    private void Answered(ProbeAnswer answer)
    {
        _awaited = false;
        var now = _table.Now;
        var before = _course.Status;
        _course = _course.Answered(_spec, answer.Passed, now);
        _table.Set(this, _course.Due);
        _measured(now - _askedAt, answer.Passed);
        if (_course.Status != before)
        {
            _onChange(_course.Status, answer.Error);
        }
        else if (before == ProbeStatus.Unknown && !answer.Passed && !_toldWhyNot)
        {
            _toldWhyNot = true;
            _onChange(before, answer.Error);
        }
    }
}
