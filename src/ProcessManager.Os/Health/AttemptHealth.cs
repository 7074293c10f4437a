namespace ProcessManager.Os;

/// <summary>
/// Looks after the health of one attempt while its main child lives and nobody ends it: asks its probes, sees when it is ready, and waits for its signs of life.
/// <code>
/// startup probe passes ──► liveness and readiness probes begin
/// ready (by whatever)  ──► the watchdog begins
/// </code>
/// </summary>
internal sealed class AttemptHealth : IDisposable
{
    /// <summary>A port is asked for like a probe of its own.</summary>
    private static readonly TimeSpan PortPace = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HealthTools _tools;
    private readonly Child _child;
    private readonly SupervisorCommand.WatchHealth _watch;
    private readonly Action<SupervisorReport> _report;
    private readonly Func<DateTimeOffset> _now;
    private readonly Action<int> _onMainPid;
    private readonly Dictionary<ProbeKind, Probe> _probes = [];
    private readonly Dictionary<ProbeKind, SupervisorReport> _told = [];
    private readonly List<IDisposable> _waits = [];
    private SupervisorReport? _ready;
    private Watchdog? _watchdog;
    private SelfReport? _self;
    private bool _isReady;
    private bool _paused;
    private bool _over;

    /// <param name="report">Told in order, on any thread; must not block.</param>
    /// <param name="onMainPid">Told the OS pid that its process wants to be its main child.</param>
    public AttemptHealth(
        HealthTools tools, Child child, SupervisorCommand.WatchHealth watch, Action<SupervisorReport> report, Action<int> onMainPid, Func<DateTimeOffset> now)
    {
        (_tools, _child, _watch, _report, _onMainPid, _now) = (tools, child, watch, report, onMainPid, now);
        _isReady = watch.IsReady;
    }

    /// <summary>What stands, to be told again.</summary>
    public IEnumerable<SupervisorReport> Reports
    {
        get
        {
            lock (_gate)
            {
                return [.. _told.Values, .. new[] { _self?.Told, _ready }.OfType<SupervisorReport>()];
            }
        }
    }

    /// <summary>Whether it is what this one does already.</summary>
    public bool Does(SupervisorCommand.WatchHealth watch) => (watch.Health, watch.Ready, watch.Watchdog) == (_watch.Health, _watch.Ready, _watch.Watchdog);

    public void Start()
    {
        lock (_gate)
        {
            var startup = _watch.Health?.Startup;
            if (startup is not null && Known(ProbeKind.Startup) != ProbeStatus.Passing)
            {
                Begin(ProbeKind.Startup, startup);
            }
            else
            {
                BeginOthers();
            }

            if (!_isReady)
            {
                AwaitReadiness();
            }

            _self = new SelfReport(_tools.Table, report => Tell(() => report), _now, _watch.Known);
            LookWhetherReady();
        }

        // What was said before is heard now; not within the lock, which whoever speaks takes after the inbox's.
        _child.Inbox?.Listen(Hear);
    }

    /// <summary>Whether its process is suspended by us: then it can't answer.</summary>
    public void Pause(bool paused)
    {
        lock (_gate)
        {
            _paused = paused;
            _watchdog?.Pause(paused);
            foreach (var probe in _probes.Values)
            {
                probe.Pause(paused);
            }
        }
    }

    /// <summary>Nothing is asked nor told any more; commands that ask are killed.</summary>
    public void Dispose()
    {
        List<IDisposable> all;
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _over = true;
            all = [.. _probes.Values, .. _waits, .. new IDisposable?[] { _watchdog, _self }.OfType<IDisposable>()];
        }

        _child.Inbox?.Listen(null);
        all.ForEach(one => one.Dispose());
    }

    private ProbeStatus Known(ProbeKind probe) => _watch.Known?.Of(probe)?.Status ?? ProbeStatus.Unknown;

    private void BeginOthers()
    {
        if (_watch.Health?.Liveness is { } liveness)
        {
            Begin(ProbeKind.Liveness, liveness);
        }

        if (_watch.Health?.Readiness is { } readiness)
        {
            Begin(ProbeKind.Readiness, readiness);
        }
    }

    private void Begin(ProbeKind kind, ProbeSpec spec)
    {
        var course = ProbeCourse.Begin(spec, Known(kind), _tools.Table.Now, Age, Spread(kind));
        _probes[kind] = Make(kind, spec, course, (status, error) => OnProbed(kind, status, error));
    }

    private Probe Make(ProbeKind kind, ProbeSpec spec, ProbeCourse course, Action<ProbeStatus, string?> onChange)
    {
        var (ask, measured) = _tools.Asking(_child.Tree, _child.Spec!, kind, spec.Target);
        var probe = new Probe(spec, ask, _tools.Table, course, onChange, measured);
        probe.Pause(_paused);
        probe.Start();
        return probe;
    }

    private TimeSpan Age => _child.Spawned is { } spawned && _now() is var now && now > spawned.At ? now - spawned.At : TimeSpan.Zero;

    /// <summary>0 to 1, by who and what.</summary>
    private double Spread(ProbeKind kind) => (uint)HashCode.Combine(_child.Tree.Id, kind) / (double)uint.MaxValue;

    private void OnProbed(ProbeKind kind, ProbeStatus status, string? error) => Tell(() =>
    {
        if (kind == ProbeKind.Startup && status == ProbeStatus.Passing)
        {
            // It has done its part.
            _probes.Remove(kind, out var startup);
            startup?.Dispose();
            BeginOthers();
        }

        var report = new SupervisorReport.Probed(kind, status, error, _now());
        _told[kind] = report;
        LookWhetherReady();
        return report;
    });

    private void AwaitReadiness()
    {
        switch (_watch.Ready)
        {
            case { By: ReadyBy.LogLine, LogLine: { } expression }:
                _waits.Add(new ReadyLine(_tools.Logs, _child.Tree.Id, _child.Epoch, expression, OnReady, _tools.OnFault));
                break;
            case { By: ReadyBy.Port, Port: { } port }:
                var spec = new ProbeSpec { Target = new ProbeTarget.Tcp(port), Interval = PortPace, FailureThreshold = int.MaxValue };
                var course = ProbeCourse.Begin(spec, ProbeStatus.Unknown, _tools.Table.Now, Age, 0);
                _waits.Add(Make(ProbeKind.Readiness, spec, course, (status, _) =>
                {
                    if (status == ProbeStatus.Passing)
                    {
                        OnReady();
                    }
                }));
                break;
            default:
                break;
        }
    }

    private void OnReady() => Tell(() =>
    {
        if (_isReady)
        {
            return null;
        }

        _waits.ForEach(wait => wait.Dispose());
        _waits.Clear();
        BecomeReady();
        return _ready = new SupervisorReport.BecameReady(_now());
    });

    /// <summary>By what is asked: who decides over the process sees the same in what it is told.</summary>
    private void LookWhetherReady()
    {
        var byProbe = _watch.Ready is null or { By: ReadyBy.Probe };
        if (!_isReady && byProbe && Passed(ProbeKind.Startup, _watch.Health?.Startup) && Passed(ProbeKind.Readiness, _watch.Health?.Readiness))
        {
            BecomeReady();
        }
        else if (_isReady && _watchdog is null)
        {
            BecomeReady();
        }
    }

    private bool Passed(ProbeKind kind, ProbeSpec? spec) =>
        spec is null || Known(kind) == ProbeStatus.Passing || _told.GetValueOrDefault(kind) is SupervisorReport.Probed { Status: ProbeStatus.Passing };

    private void BecomeReady()
    {
        _isReady = true;
        if (_watch.Watchdog is { } limit && _watchdog is null)
        {
            _watchdog = new Watchdog(_tools.Table, limit, () => Tell(() => new SupervisorReport.WatchdogExpired(_now())));
            _watchdog.Pause(_paused);
            _watchdog.Start();
        }
    }

    private void Hear(NotifyMessage message)
    {
        // First of all: who says so may end right after.
        if (message.MainPid is { } main)
        {
            _onMainPid(main);
        }

        if (message.Ready && _watch.Ready is { By: ReadyBy.Notify })
        {
            OnReady();
        }

        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _self?.Hear(message);
            if (message.WatchdogLimit is { } limit)
            {
                _watchdog?.Limit(limit);
            }

            if (message.Alive)
            {
                _watchdog?.Sign();
            }
        }

        if (message.Trigger)
        {
            _watchdog?.Expire();
        }
    }

    /// <summary>Changes something and tells what came of it, in one step, so that what is told is in order.</summary>
    private void Tell(Func<SupervisorReport?> change)
    {
        lock (_gate)
        {
            if (!_over && change() is { } report)
            {
                _report(report);
            }
        }
    }
}
