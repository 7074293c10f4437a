using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace ProcessManager.Testing;

/// <summary>
/// The machine of a fake manager. What it is told to start is looked up among the stubs; the children are descriptions that are carried out, and
/// their OS pids are above what a kernel gives, so that nobody's real process is ever meant.
/// </summary>
internal sealed class FakeSupervisor(TimeProvider clock, StubTable stubs, Action<ProcessId, ProcessOrder> tell) : ISupervisor, IDisposable
{
    /// <summary>Linux gives none above 4,194,304.</summary>
    private const int FirstOsPid = 5_000_000;

    private readonly ConcurrentDictionary<ProcessId, (Epoch Epoch, LivingChild Child)> _children = new();
    private readonly ConcurrentDictionary<ProcessId, (Epoch Epoch, FakeHealth Health)> _watched = new();
    private readonly ConcurrentDictionary<ProcessId, MemoryLog> _logs = new();
    private readonly ConcurrentDictionary<ProcessId, ReadOnlyMemory<byte>> _inputs = new();
    private readonly ConcurrentDictionary<ProcessId, Exception> _strays = new();
    private int _osPids = FirstOsPid;

    public MemoryLog LogOf(ProcessId id) => _logs.GetOrAdd(id, _ => new MemoryLog());

    public IAsyncEnumerable<LogChunk> ReadLogsAsync(ProcessId id, LogQuery query, Task ended, CancellationToken cancellationToken) =>
        LogOf(id).ReadAsync(query, query.Grep is { } grep ? new Regex(grep, RegexOptions.NonBacktracking) : null, ended, cancellationToken);

    public LivingChild? ChildOf(ProcessId id) => _children.TryGetValue(id, out var child) && child.Child.Alive ? child.Child : null;

    /// <summary>What the call for it gave it to read.</summary>
    public void Give(ProcessId id, ReadOnlyMemory<byte> input) => _inputs[id] = input;

    /// <summary>The stub's own exception, or that there is none, which the call that started it is to throw; once.</summary>
    public Exception? TakeStray(ProcessId id) => _strays.TryRemove(id, out var stray) ? stray : null;

    public IReadOnlyList<Fault> Check(ProcessSpec spec) => [];

    public void HandOver(ProcessId id, Epoch epoch, SupervisorCommand command)
    {
        var known = _children.TryGetValue(id, out var child) ? child : default;
        if (epoch < known.Epoch)
        {
            return;
        }

        var living = known.Epoch == epoch ? known.Child : null;
        switch (command)
        {
            case SupervisorCommand.Spawn spawn when living is null:
                Spawn(id, epoch, spawn.Spec);
                break;
            case SupervisorCommand.SendSignal signal:
                living?.Send(signal.Signal);
                break;
            case SupervisorCommand.EndTree end:
                End(id, epoch, living, end);
                break;
            case SupervisorCommand.RunStopCommand:
                Tell(id, epoch, new SupervisorReport.StopCommandEnded(null, clock.GetUtcNow()));
                break;
            case SupervisorCommand.RunHook hook:
                RunHook(id, epoch, hook.Call);
                break;
            case SupervisorCommand.WatchIdle idle when living is not null:
                WatchIdle(id, epoch, living, idle.Limit);
                break;
            case SupervisorCommand.WatchHealth watch when living is not null:
                _watched[id] = (epoch, new FakeHealth(watch, living, LogOf(id), epoch));
                Look(id, living);
                break;
            case SupervisorCommand.Detach:
                Tell(id, epoch, new SupervisorReport.Detached(null, clock.GetUtcNow()));
                break;
            case SupervisorCommand.Forget:
                Forget(id);
                break;
            default:
                break;
        }
    }

    public void Dispose()
    {
        foreach (var (_, child) in _children.Values)
        {
            child.Dispose();
        }
    }

    private void Spawn(ProcessId id, Epoch epoch, ProcessSpec spec)
    {
        var does = stubs.Start(id, epoch, spec, clock.GetUtcNow(), Encoding.UTF8.GetString(InputOf(id, spec).Span));
        if (does.Fault is { } fault)
        {
            Fail(id, epoch, fault);
            return;
        }

        var log = LogOf(id);
        log.Begin(epoch, spec.Output.Mode);
        var identity = new ChildIdentity("fake", Interlocked.Increment(ref _osPids), epoch.Attempt);
        var child = new LivingChild(does, identity, clock, log, (InputOf(id, spec), spec.Stdin.Mode == StdinMode.Pipe && !_inputs.ContainsKey(id)), moved => Look(id, moved), Ended);
        _children[id] = (epoch, child);
        Tell(id, epoch, new SupervisorReport.Spawned(identity, child.StartedAt, Adopted: false));
        child.Start();

        void Ended(ExitStatus status, DateTimeOffset at)
        {
            var errors = status is ExitStatus.Code { Value: 0 } ? null : Last(log.TextOf(epoch, LogStream.Stderr));
            Tell(id, epoch, new SupervisorReport.Exited(status, at, errors));
        }
    }

    private void Look(ProcessId id, LivingChild child)
    {
        // Before its first step it has said nothing of how it is.
        if (child.Begun && _watched.TryGetValue(id, out var watched) && watched.Health.Child == child)
        {
            foreach (var report in watched.Health.Look(clock.GetUtcNow()))
            {
                Tell(id, watched.Epoch, report);
            }
        }
    }

    private void Fail(ProcessId id, Epoch epoch, StartFault fault)
    {
        var (error, transient) = fault switch
        {
            StartFault.Coded coded => (coded.Error, coded.Transient),
            StartFault.Thrown thrown => (new ErrorInfo(ErrorCode.StartFailed, thrown.Exception.Message), false),
            _ => throw new System.Diagnostics.UnreachableException($"fault {fault.GetType().Name}"),
        };
        if (fault is StartFault.Thrown { Exception: var stray })
        {
            _strays[id] = stray;
        }

        Tell(id, epoch, new SupervisorReport.StartFailed(error, transient, clock.GetUtcNow()));
    }

    private void End(ProcessId id, Epoch epoch, LivingChild? living, SupervisorCommand.EndTree end)
    {
        if (living is null)
        {
            Tell(id, epoch, new SupervisorReport.NeverRan());
            return;
        }

        living.Send(end.Signal);
        living.Send(Signal.Cont);
        if (!living.Alive)
        {
            // Said again at the end that was reported meanwhile; the second one is about an epoch that is over.
            Tell(id, epoch, new SupervisorReport.TreeEmpty([], clock.GetUtcNow()));
        }
    }

    /// <summary>A hook is a command that was started, and nothing more: what it does is nobody's concern.</summary>
    private void RunHook(ProcessId id, Epoch epoch, HookCall call)
    {
        var spec = new ProcessSpec
        {
            Command = call.Command.Words[0],
            Args = [.. call.Command.Words.Skip(1)],
            Shell = call.Command.Shell,
            Environment = call.Variables.Select(variable => KeyValuePair.Create(variable.Key, (EnvironmentValue?)variable.Value)).ToValueMap(),
        };
        stubs.Start(id, epoch, spec, clock.GetUtcNow(), input: "");
    }

    private void WatchIdle(ProcessId id, Epoch epoch, LivingChild living, TimeSpan limit)
    {
        ITimer? timer = null;
        timer = clock.CreateTimer(_ => Look(), null, limit, Timeout.InfiniteTimeSpan);

        void Look()
        {
            var idleSince = LogOf(id).LastWrite ?? living.StartedAt;
            var left = idleSince + limit - clock.GetUtcNow();
            if (!living.Alive || left <= TimeSpan.Zero)
            {
                timer?.Dispose();
                if (living.Alive)
                {
                    Tell(id, epoch, new SupervisorReport.Idle(clock.GetUtcNow()));
                }
            }
            else
            {
                timer?.Change(left, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Forget(ProcessId id)
    {
        if (_children.TryRemove(id, out var child))
        {
            child.Child.Dispose();
        }

        if (_logs.TryRemove(id, out var log))
        {
            log.Delete();
        }

        _inputs.TryRemove(id, out _);
        _watched.TryRemove(id, out _);
    }

    private ReadOnlyMemory<byte> InputOf(ProcessId id, ProcessSpec spec) =>
        _inputs.TryGetValue(id, out var given) ? given : Encoding.UTF8.GetBytes(spec.Stdin.Text ?? "");

    private void Tell(ProcessId id, Epoch epoch, SupervisorReport report) => tell(id, new ProcessOrder.Reported(epoch, report));

    private static string? Last(string text)
    {
        const int Most = 8 << 10;
        return text.Length == 0 ? null : text.Length <= Most ? text : text[^Most..];
    }
}
