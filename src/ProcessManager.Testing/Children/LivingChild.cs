using System.Diagnostics;

namespace ProcessManager.Testing;

/// <summary>
/// A fake child that was started. It does one step after the other, on the thread of whoever set it off: the start, the clock, a signal, input.
/// What it has to tell is told outside of its lock, because hearing it may mean to tell it something.
/// </summary>
internal sealed class LivingChild : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FakeChild _does;
    private readonly TimeProvider _clock;
    private readonly MemoryLog _log;
    private readonly Action<LivingChild> _moved;
    private readonly Action<ExitStatus, DateTimeOffset> _ended;
    private readonly Dictionary<ProbeKind, (ProbeStatus Status, string? Error)> _answers = new()
    {
        [ProbeKind.Startup] = (ProbeStatus.Passing, null),
        [ProbeKind.Liveness] = (ProbeStatus.Passing, null),
        [ProbeKind.Readiness] = (ProbeStatus.Passing, null),
    };
    private readonly List<byte> _input = [];
    private ITimer? _pause;
    private ValueList<ChildStep> _steps;
    private int _next;
    private bool _started;
    private bool _blocked;
    private bool _suspended;
    private bool _inputClosed;
    private ExitStatus? _status;

    /// <param name="log">Where its output goes.</param>
    /// <param name="input">What it can read at once, and whether more may come.</param>
    /// <param name="moved">Called whenever it may have written something, or answers probes otherwise than before.</param>
    /// <param name="ended">Called once, with how and when it ended.</param>
    public LivingChild(
        FakeChild does,
        ChildIdentity identity,
        TimeProvider clock,
        MemoryLog log,
        (ReadOnlyMemory<byte> Bytes, bool Open) input,
        Action<LivingChild> moved,
        Action<ExitStatus, DateTimeOffset> ended)
    {
        _moved = moved;
        _does = does;
        _steps = does.Steps;
        Identity = identity;
        _clock = clock;
        _log = log;
        _ended = ended;
        _input.AddRange(input.Bytes.Span);
        _inputClosed = !input.Open;
        StartedAt = clock.GetUtcNow();
    }

    public ChildIdentity Identity { get; }

    public DateTimeOffset StartedAt { get; }

    public FakeChild Description => _does;

    public bool Alive
    {
        get
        {
            lock (_gate)
            {
                return _status is null;
            }
        }
    }

    /// <summary>Whether its first steps were done.</summary>
    public bool Begun
    {
        get
        {
            lock (_gate)
            {
                return _started;
            }
        }
    }

    public bool Suspended
    {
        get
        {
            lock (_gate)
            {
                return _suspended;
            }
        }
    }

    /// <summary>Whether it serves: what isn't a probe is asked by that.</summary>
    public bool Serves => Answer(ProbeKind.Readiness).Status != ProbeStatus.Unknown;

    public (ProbeStatus Status, string? Error) Answer(ProbeKind probe)
    {
        lock (_gate)
        {
            return _answers[probe];
        }
    }

    /// <summary>Begins with its first step.</summary>
    public void Start() => Change(() => _started = true);

    /// <summary>Does what the signal does to a process: ends it, stops it, lets it go on, or what its description says.</summary>
    public void Send(Signal signal) => Change(() =>
    {
        if (signal == Signal.Stop)
        {
            _suspended = true;
        }
        else if (signal == Signal.Kill)
        {
            Finish(new ExitStatus.BySignal(signal, CoreDumped: false));
        }
        else if (_does.Traps.TryGetValue(signal.Name, out var trap))
        {
            Take(trap);
        }
        else if (signal == Signal.Cont)
        {
            _suspended = false;
        }
        else if (!HarmlessByDefault(signal))
        {
            Finish(new ExitStatus.BySignal(signal, CoreDumped: false));
        }
    });

    /// <summary>Something to read; whether it could be given.</summary>
    public bool Feed(ReadOnlyMemory<byte> data, bool close)
    {
        var taken = false;
        Change(() =>
        {
            taken = !_inputClosed;
            if (taken)
            {
                _input.AddRange(data.Span);
                _inputClosed = close;
                _blocked = _blocked && !Reads(_steps, _next);
            }
        });
        return taken;
    }

    public void Dispose() => _pause?.Dispose();

    private static bool Reads(ValueList<ChildStep> steps, int next) => next < steps.Count && steps[next] is ChildStep.ReadLine or ChildStep.Copy;

    /// <summary>SIGCHLD, SIGURG and SIGWINCH are ignored by a process that says nothing of them.</summary>
    private static bool HarmlessByDefault(Signal signal) => signal.Number is 17 or 23 or 28;

    private void Change(Action change)
    {
        var ended = false;
        lock (_gate)
        {
            if (_status is not null)
            {
                return;
            }

            change();
            GoOn();
            ended = _status is not null;
        }

        if (!ended)
        {
            _moved(this);
        }
        else
        {
            _pause?.Dispose();
            _ended(_status!, _clock.GetUtcNow());
        }
    }

    /// <summary>A trap that only resumes leaves what it did as it was; any other takes its place.</summary>
    private void Take(FakeChild trap)
    {
        if (trap.Steps is [ChildStep.Resume])
        {
            return;
        }

        (_steps, _next, _blocked) = (trap.Steps, 0, false);
    }

    private void GoOn()
    {
        while (_started && !_suspended && !_blocked && _status is null)
        {
            if (_next == _steps.Count)
            {
                Finish(new ExitStatus.Code(0));
                return;
            }

            Do(_steps[_next]);
        }
    }

    private void Do(ChildStep step)
    {
        switch (step)
        {
            case ChildStep.Write write:
                _log.Append(write.Stream, write.Bytes, _clock.GetUtcNow());
                _next++;
                break;
            case ChildStep.Pause pause:
                Block();
                var (steps, at) = (_steps, _next);
                _pause?.Dispose();
                _pause = _clock.CreateTimer(_ => Unblock(steps, at), null, pause.Time, Timeout.InfiniteTimeSpan);
                break;
            case ChildStep.Gate gate when gate.Opens.IsCompleted:
                _next++;
                break;
            case ChildStep.Gate gate:
                Block();
                var (before, here) = (_steps, _next);
                gate.Opens.GetAwaiter().OnCompleted(() => Unblock(before, here));
                break;
            case ChildStep.ReadLine:
                Read(LineLength(), step: null);
                break;
            case ChildStep.Copy:
                Read(_input.Count, step);
                break;
            case ChildStep.Stay:
                Block();
                break;
            case ChildStep.Resume:
                _next++;
                break;
            case ChildStep.Answer answer:
                foreach (var probe in answer.Probe is { } one ? [one] : Enum.GetValues<ProbeKind>())
                {
                    _answers[probe] = (answer.Status, answer.Error);
                }

                _next++;
                break;
            case ChildStep.End end:
                Finish(end.Status);
                break;
            default:
                throw new UnreachableException($"step {step.GetType().Name}");
        }
    }

    /// <summary>Up to and with the end of the line; 0 while there is none.</summary>
    private int LineLength() => _input.IndexOf((byte)'\n') is var end && end >= 0 ? end + 1 : _inputClosed ? _input.Count : 0;

    private void Read(int length, ChildStep? step)
    {
        var bytes = _input[..length].ToArray();
        _input.RemoveRange(0, length);
        if (step is ChildStep.Copy && length > 0)
        {
            _log.Append(LogStream.Stdout, bytes, _clock.GetUtcNow());
        }

        if (_inputClosed || (step is null && length > 0))
        {
            _next++;
        }
        else
        {
            Block();
        }
    }

    private void Block() => _blocked = true;

    /// <summary>What blocked it is over, unless a signal has made it do something else since.</summary>
    private void Unblock(ValueList<ChildStep> steps, int at) => Change(() =>
    {
        if (ReferenceEquals(steps, _steps) && at == _next && _blocked)
        {
            _blocked = false;
            _next++;
        }
    });

    private void Finish(ExitStatus status) => _status = status;
}
