using Shouldly;

namespace ProcessManager.Tests;

/// <summary>A process' state driven through orders, with a clock that moves when told. It keeps what each turn made of it.</summary>
internal sealed class Life
{
    public static readonly DateTimeOffset Birth = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly List<ProcessEvent> _events = [];

    private Life(ProcessSpec spec, bool oneOff) => State = ProcessMachine.Create(ProcessId.Parse("api"), spec, oneOff, Birth);

    public ProcessState State { get; private set; }

    public DateTimeOffset Now { get; private set; } = Birth;

    /// <summary>Of the last turn.</summary>
    public Decision<ProcessChange, ProcessEffect> Decision { get; private set; } = Decision<ProcessChange, ProcessEffect>.Nothing;

    public IReadOnlyList<ProcessEvent> Events => _events;

    /// <summary>What the last turn told.</summary>
    public IReadOnlyList<ProcessEvent> Told { get; private set; } = [];

    public IEnumerable<SupervisorCommand> Commands => Decision.Effects.OfType<ProcessEffect.Command>().Select(command => command.Order);

    public DateTimeOffset? WakeAt => ProcessMachine.WakeAt(State);

    public static ProcessSpec Spec(RestartWhen when = RestartWhen.Never) =>
        new() { Command = "server", Restart = new RestartPolicy { When = when, Jitter = 0 } };

    public static Life Created(ProcessSpec? spec = null, bool oneOff = false) => new(spec ?? Spec(), oneOff);

    public static Life Starting(ProcessSpec? spec = null, bool oneOff = false) => Created(spec, oneOff).Take(new ProcessOrder.Start());

    public static Life Running(ProcessSpec? spec = null, bool oneOff = false) => Starting(spec, oneOff).Spawned();

    public static Life Terminating(ProcessSpec? spec = null) => Running(spec).Stop();

    public static Life BackingOff(ProcessSpec? spec = null) => Running(spec ?? Spec(RestartWhen.Always)).Exited(1).TreeEmpty();

    public static Life Waiting(ProcessSpec? spec = null) => BackingOff(spec).Pass(TimeSpan.FromMinutes(2)).Wake();

    public static Life Terminated(ProcessSpec? spec = null, bool oneOff = false) => Running(spec, oneOff).Exited(0).TreeEmpty();

    public static Life Finished(ProcessSpec? spec = null, bool oneOff = false) => Terminated(spec, oneOff).CleanedUp();

    /// <summary>A process brought to each phase.</summary>
    public static Life In(Phase phase) => phase switch
    {
        Phase.Created => Created(),
        Phase.Waiting => Waiting(),
        Phase.Starting => Starting(),
        Phase.Running => Running(),
        Phase.BackingOff => BackingOff(),
        Phase.Terminating => Terminating(),
        Phase.Terminated => Terminated(),
        Phase.Finished => Finished(),
        _ => throw new ArgumentOutOfRangeException(nameof(phase)),
    };

    public Life Take(ProcessOrder order)
    {
        Decision = ProcessMachine.Decide(State, order, Now);
        Told = [];
        if (Decision.Changes.Count > 0)
        {
            var (state, events) = ProcessMachine.Apply(State, Decision.Changes);
            State = state;
            Told = events;
            _events.AddRange(events);
        }

        return this;
    }

    public Life Pass(TimeSpan time)
    {
        Now += time;
        return this;
    }

    public Life Pass(double seconds) => Pass(TimeSpan.FromSeconds(seconds));

    public Life Start() => Take(new ProcessOrder.Start());

    public Life Stop(TimeSpan? grace = null) => Take(new ProcessOrder.Stop(grace));

    public Life Stop(double grace) => Stop(TimeSpan.FromSeconds(grace));

    public Life Kill() => Take(new ProcessOrder.Kill());

    public Life Restart(TimeSpan? grace = null) => Take(new ProcessOrder.Restart(grace));

    public Life Remove(TimeSpan? grace = null) => Take(new ProcessOrder.Remove(grace));

    public Life Update(ProcessSpec spec, long? ifVersion = null) => Take(new ProcessOrder.Update(spec, ifVersion));

    public Life Wake() => Take(new ProcessOrder.Wake());

    public Life Recover() => Take(new ProcessOrder.Recover());

    public Life Token() => Take(new ProcessOrder.StartToken(State.Epoch));

    public Life News(params DependencyStanding[] standings) => Take(new ProcessOrder.DependencyNews(State.Epoch, [.. standings]));

    public Life CleanedUp() => Take(new ProcessOrder.CleanedUp(State.Epoch));

    public Life Hear(SupervisorReport report) => Take(new ProcessOrder.Reported(State.Epoch, report));

    public Life Spawned(bool adopted = false) => Hear(new SupervisorReport.Spawned(Child(State.Epoch), Now, adopted));

    public Life Exited(int code) => Exited(new ExitStatus.Code(code));

    public Life Exited(ExitStatus status, string? lines = null) => Hear(new SupervisorReport.Exited(status, Now, lines));

    public Life StartFailed(ErrorCode code = ErrorCode.CommandNotFound, bool transient = false) =>
        Hear(new SupervisorReport.StartFailed(new ErrorInfo(code, "no"), transient, Now));

    public Life NeverRan() => Hear(new SupervisorReport.NeverRan(State.Respawns));

    public Life TreeEmpty(params int[] leftBehind) => Hear(new SupervisorReport.TreeEmpty([.. leftBehind], Now));

    public Life StopCommandEnded() => Hear(new SupervisorReport.StopCommandEnded(null, Now));

    public Life Idle() => Hear(new SupervisorReport.Idle(Now));

    /// <summary>Lets the clock run to the next alarm and rings it.</summary>
    public Life NextAlarm()
    {
        Now = WakeAt.ShouldNotBeNull("an alarm is wanted");
        return Wake();
    }

    public ProcessInfo Info() => State.ToInfo(State.Last, Lifetime.Keep, "here", Now);

    public Life ShouldBe(Phase phase, int run, int attempt)
    {
        (State.Phase, State.Epoch).ShouldBe((phase, new Epoch(run, attempt)));
        return this;
    }

    /// <summary>The commands that the last turn handed to the supervisor, all for the present epoch.</summary>
    public Life ShouldCommand(params SupervisorCommand[] commands)
    {
        Decision.Effects.ShouldBe(commands.Select(command => new ProcessEffect.Command(State.Epoch, command)));
        return this;
    }

    /// <summary>The same on a node.</summary>
    public Life ShouldCommand(string node, params SupervisorCommand[] commands)
    {
        Decision.Effects.ShouldBe(commands.Select(command => new ProcessEffect.Command(State.Epoch, command, node)));
        return this;
    }

    public Life ShouldDoNothing()
    {
        Decision.Changes.ShouldBeEmpty();
        Decision.Effects.ShouldBeEmpty();
        Decision.Refusal.ShouldBeNull();
        return this;
    }

    public Life ShouldTell(params EventType[] types)
    {
        Told.Select(told => told.Type).ShouldBe(types);
        return this;
    }

    public static ChildIdentity Child(Epoch epoch) => new("0f0e", 1000 + (epoch.Run * 100) + epoch.Attempt, 77 + epoch.Attempt);

    public static SupervisorCommand End(Signal signal, KillMode mode = KillMode.Tree) => new SupervisorCommand.EndTree(signal, mode);
}
