namespace ProcessManager.Tests;

/// <summary>
/// A supervisor without a machine: what it was told to do happens to children made of a few booleans. Its ledger outlives a host that goes
/// away; what it had to say doesn't, and is said again when asked.
/// </summary>
internal sealed class SimulatedSupervisor
{
    private readonly Dictionary<Epoch, Child> _children = [];

    private Epoch _newest;

    /// <summary>What is to be told, in order.</summary>
    public Queue<ProcessOrder.Reported> Reports { get; } = new();

    public IEnumerable<Epoch> Living => _children.Where(child => child.Value.Alive || child.Value.Leftover).Select(child => child.Key);

    public void Take(Epoch epoch, SupervisorCommand command, DateTimeOffset now, int luck)
    {
        if (epoch < _newest)
        {
            return;
        }

        _newest = epoch;
        switch (command)
        {
            case SupervisorCommand.Spawn when _children.TryGetValue(epoch, out var known):
                Answer(epoch, known, now);
                break;
            case SupervisorCommand.Spawn when luck % 10 == 0:
                var error = new ErrorInfo(luck % 20 == 0 ? ErrorCode.CommandNotFound : ErrorCode.StartFailed, "no");
                Reports.Enqueue(new(epoch, new SupervisorReport.StartFailed(error, luck % 30 == 0, now)));
                break;
            case SupervisorCommand.Spawn:
                _children[epoch] = new Child { Alive = true, Stubborn = luck % 3 == 0, LeavesSome = luck % 4 == 0 };
                Reports.Enqueue(new(epoch, new SupervisorReport.Spawned(Life.Child(epoch), now, Adopted: false)));
                break;
            case SupervisorCommand.Adopt when _children.TryGetValue(epoch, out var known):
                Answer(epoch, known, now);
                break;
            case SupervisorCommand.Adopt adopt:
                Reports.Enqueue(new(epoch, new SupervisorReport.NeverRan(adopt.Respawns)));
                break;
            case SupervisorCommand.EndTree end:
                EndTree(epoch, end, now);
                break;
            case SupervisorCommand.RunStopCommand:
                Reports.Enqueue(new(epoch, new SupervisorReport.StopCommandEnded(null, now)));
                break;
            case SupervisorCommand.WatchIdle when luck % 2 == 0:
                Reports.Enqueue(new(epoch, new SupervisorReport.Idle(now)));
                break;
            case SupervisorCommand.WatchHealth watch when _children.TryGetValue(epoch, out var child) && child.Alive:
                SayHealth(epoch, watch, now, luck);
                break;
            case SupervisorCommand.Detach when luck % 10 == 0:
                Reports.Enqueue(new(epoch, new SupervisorReport.NotDetached(new ErrorInfo(ErrorCode.StorageFull, "no"))));
                break;
            case SupervisorCommand.Detach:
                _children.Remove(epoch);
                Reports.Enqueue(new(epoch, new SupervisorReport.Detached(null, now)));
                break;
            case SupervisorCommand.Release or SupervisorCommand.Forget:
                _children.Remove(epoch);
                break;
            default:
                break;
        }
    }

    /// <summary>A main child ends by itself.</summary>
    public void EndSome(DateTimeOffset now, int luck)
    {
        foreach (var (epoch, child) in _children.Where(child => child.Value.Alive))
        {
            End(epoch, child, luck % 3 == 0 ? new ExitStatus.BySignal(Signal.Kill, false) : new ExitStatus.Code(luck % 3), now);
        }
    }

    private void SayHealth(Epoch epoch, SupervisorCommand.WatchHealth watch, DateTimeOffset now, int luck)
    {
        void Say(SupervisorReport report) => Reports.Enqueue(new(epoch, report));

        foreach (var probe in Enum.GetValues<ProbeKind>().Where(probe => watch.Health?.Of(probe) is not null))
        {
            var status = (luck + (int)probe) % 4 == 0 ? ProbeStatus.Failing : luck % 3 == 0 ? ProbeStatus.Unknown : ProbeStatus.Passing;
            Say(new SupervisorReport.Probed(probe, status, status == ProbeStatus.Passing ? null : new string('e', luck), now));
        }

        if (watch.Ready is { By: not ReadyBy.Probe } && luck % 2 == 0)
        {
            Say(new SupervisorReport.BecameReady(now));
        }

        if (watch.Watchdog is not null && luck % 3 == 0)
        {
            Say(new SupervisorReport.Noticed(luck % 6 == 0 ? ServiceStage.Stopping : null, "busy", now.AddSeconds(luck % 5), now));
            Say(new SupervisorReport.WatchdogExpired(now));
        }
    }

    /// <summary>The host went away before it heard what was to be said.</summary>
    public void Forgotten() => Reports.Clear();

    /// <summary>What nobody knows of is ended.</summary>
    public void EndAllBut(Func<Epoch, bool> known)
    {
        foreach (var epoch in _children.Keys.Where(epoch => !known(epoch)).ToList())
        {
            _children.Remove(epoch);
        }
    }

    private void Answer(Epoch epoch, Child child, DateTimeOffset now) => Reports.Enqueue(new(epoch, child.Alive
        ? new SupervisorReport.Spawned(Life.Child(epoch), now, Adopted: true)
        : new SupervisorReport.Exited(new ExitStatus.Unknown(), now, null)));

    private void EndTree(Epoch epoch, SupervisorCommand.EndTree end, DateTimeOffset now)
    {
        var leftBehind = ValueList.Create<int>([]);
        if (_children.TryGetValue(epoch, out var child))
        {
            var works = end.Signal == Signal.Kill || !child.Stubborn;
            child.Watched = true;
            if (end.KillMode == KillMode.Process)
            {
                leftBehind = child.Leftover ? [7] : [];
                child.Leftover = false; // Nobody's any more.
                child.LeavesSome = false;
            }
            else if (works)
            {
                child.Leftover = false;
                child.LeavesSome = end.Signal != Signal.Kill && child.LeavesSome;
            }

            if (child.Alive && works)
            {
                End(epoch, child, new ExitStatus.BySignal(end.Signal, false), now);
                return;
            }

            if (child.Alive || child.Leftover)
            {
                return;
            }
        }

        Reports.Enqueue(new(epoch, new SupervisorReport.TreeEmpty(leftBehind, now)));
    }

    private void End(Epoch epoch, Child child, ExitStatus status, DateTimeOffset now)
    {
        child.Alive = false;
        child.Leftover = child.LeavesSome;
        Reports.Enqueue(new(epoch, new SupervisorReport.Exited(status, now, null)));
        if (child.Watched && !child.Leftover)
        {
            Reports.Enqueue(new(epoch, new SupervisorReport.TreeEmpty([], now)));
        }
    }

    private sealed class Child
    {
        public bool Alive { get; set; }

        /// <summary>It ignores everything but SIGKILL, and so does what it leaves.</summary>
        public bool Stubborn { get; init; }

        public bool LeavesSome { get; set; }

        public bool Leftover { get; set; }

        public bool Watched { get; set; }
    }
}
