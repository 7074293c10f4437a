using System.Text.Json;
using Shouldly;

namespace ProcessManager.Tests;

/// <summary>
/// A process, its host and its supervisors, driven by numbers: each is an order, a report, a while, an end, or the going away of the host or
/// of a node in between. After every turn it checks what must always hold.
/// </summary>
/// <param name="cluster">With three nodes that come and go; else there is one machine without a name.</param>
internal sealed class History(bool reportsAreTrue, bool cluster)
{
    private static readonly ProbeSpec Asks = new() { Target = new ProbeTarget.Tcp(1) };
    private static readonly HealthSpec Asked = new() { Startup = Asks, Liveness = Asks, Readiness = Asks };

    private static readonly ProcessSpec[] Specs =
    [
        Spec(RestartWhen.Never),
        Spec(RestartWhen.Always) with { Restart = new RestartPolicy { When = RestartWhen.Always, Max = null, Delay = TimeSpan.Zero } },
        Spec(RestartWhen.Always) with { Stop = new StopSpec { Command = "drain" }, Timeout = TimeSpan.FromSeconds(5) },
        Spec(RestartWhen.OnFailure) with { Args = ["1"], Retention = TimeSpan.FromMinutes(1) },
        Spec(RestartWhen.OnAbnormal) with { Stop = new StopSpec { KillMode = KillMode.Process, Grace = TimeSpan.Zero } },
        Spec(RestartWhen.Always) with { DependsOn = [Wait("db"), Wait("cache") with { Optional = true, Timeout = TimeSpan.FromSeconds(4) }] },
        Spec(RestartWhen.OnFailure) with { DependsOn = [Wait("db") with { Timeout = TimeSpan.FromSeconds(9) }] },
        Spec(RestartWhen.Always) with { IdleTimeout = TimeSpan.FromSeconds(3), Retention = TimeSpan.Zero },
        Spec(RestartWhen.OnAbnormal) with { Health = Asked, Ready = new ReadySpec { Timeout = TimeSpan.FromSeconds(4) } },
        Spec(RestartWhen.OnAbnormal) with { Health = Asked with { Startup = null } },
        Spec(RestartWhen.Always) with { Ready = new ReadySpec { By = ReadyBy.Notify }, Watchdog = TimeSpan.FromSeconds(2), Stop = new StopSpec { Command = "drain" } },
        Spec(RestartWhen.Always) with { Health = new HealthSpec { Liveness = Asked.Liveness }, Ready = new ReadySpec { By = ReadyBy.Port, Port = 1 } },
    ];

    private static readonly ProcessSpec[] ClusterSpecs =
    [
        .. Specs,
        Specs[1] with { Node = "n1" },
        Specs[1] with { OnNodeLost = OnNodeLost.Fail },
        Specs[2] with { OnNodeLost = OnNodeLost.Fail, NodeLabels = [new("disk", "fast")] },
    ];

    private readonly ProcessSpec[] _specs = cluster ? ClusterSpecs : Specs;
    private readonly SortedList<string, SimulatedSupervisor> _supervisors = cluster
        ? new() { ["n1"] = new(), ["n2"] = new(), ["n3"] = new() }
        : new() { [""] = new() };

    private readonly HashSet<string> _away = [];
    private bool _mayFail;
    private readonly Queue<ProcessEffect> _effects = new();
    private readonly List<ProcessOrder.Reported> _said = [];
    private readonly Dictionary<Epoch, int> _spawnsLeft = [];
    private readonly HashSet<int> _ending = [];
    private readonly Telling _telling = new();
    private ProcessState _state = null!;
    private DateTimeOffset _now = Life.Birth;
    private bool _asked;
    private int _turns;

    public ProcessState State => _state;

    public static void Check(bool reportsAreTrue, bool cluster, IReadOnlyList<(int Kind, int Luck)> steps)
    {
        var history = new History(reportsAreTrue, cluster);
        var first = steps.Count > 0 ? steps[0].Luck : 0;
        history._state = ProcessMachine.Create(ProcessId.Parse("api"), history._specs[first % history._specs.Length], first % 5 == 0, history._now);
        foreach (var (kind, luck) in steps)
        {
            history.Step(kind, luck);
        }

        history.Settle();
    }

    private static Dependency Wait(string id) => new(ProcessId.Parse(id));

    private static ProcessSpec Spec(RestartWhen when) => new() { Command = "server", Restart = new RestartPolicy { When = when } };

    private void Step(int kind, int luck)
    {
        switch (kind)
        {
            case < 10: Take(new ProcessOrder.Start(Placed(luck))); break;
            case < 14: Take(new ProcessOrder.Stop(luck % 2 == 0 ? null : TimeSpan.FromSeconds(luck % 7))); break;
            case < 16: Take(new ProcessOrder.Kill()); break;
            case < 20: Take(new ProcessOrder.Restart(luck % 2 == 0 ? null : TimeSpan.FromSeconds(luck % 7), Placed(luck))); break;
            case < 23: Take(new ProcessOrder.Update(_specs[luck % _specs.Length], null, Placed(luck / 10))); break;
            case < 24: Take(luck % 2 == 0 ? new ProcessOrder.Remove(null) : new ProcessOrder.Detach()); break;
            case < 26: Take(new ProcessOrder.SendSignal(Signal.Hup, Tree: false)); break;
            case < 29: GoAway(); break;
            case < 35: _supervisors.Values[luck % _supervisors.Count].EndSome(_now, luck); break;
            case < 45: Pass(luck); break;
            case < 47 when ProcessMachine.WakeAt(_state) is { } at && at > _now && at < _now.AddDays(1): WaitFor(at); break;
            case < 52: Repeat(luck); break;
            case < 55 when !reportsAreTrue: Lie(luck); break;
            case < 58 when cluster: LoseNode(luck); break;
            case < 62 when cluster: RegainNode(_supervisors.Keys[luck % 3], restarted: luck % 2 == 0); break;
            case < 78: HandOver(luck); break;
            default: Hear(); break;
        }
    }

    private void Pass(int luck)
    {
        _now = _now.AddMilliseconds(luck * luck % 20_000);
        Wake();
    }

    /// <summary>Times are kept to the millisecond, so alarms ring at whole ones.</summary>
    private void WaitFor(DateTimeOffset at)
    {
        _now = Invariants.Cut(at) == at ? at : Invariants.Cut(at).AddMilliseconds(1);
        Wake();
    }

    private void Wake()
    {
        for (var rounds = 0; ProcessMachine.WakeAt(_state) <= _now; rounds++)
        {
            rounds.ShouldBeLessThan(6, "alarms that ring at once again and again");
            Take(new ProcessOrder.Wake());
        }
    }

    private void HandOver(int luck)
    {
        if (!_effects.TryDequeue(out var effect))
        {
            return;
        }

        if (NodeOf(effect) is { } node && _away.Contains(node))
        {
            Take(new ProcessOrder.NodeGone(node));
            if (effect is ProcessEffect.CleanUp late)
            {
                Take(new ProcessOrder.CleanedUp(late.Epoch));
            }

            return;
        }

        switch (effect)
        {
            case ProcessEffect.Command { Order: SupervisorCommand.Spawn } late when cluster && !_state.MayLive(late.Node, late.Epoch):
                break; // As the host has it: its node went and came back meanwhile, and nobody waits for this child any more.
            case ProcessEffect.Command { Order: SupervisorCommand.Spawn } spawn when reportsAreTrue:
                Living.Where(epoch => epoch < spawn.Epoch).ShouldBeEmpty($"something of an older attempt lives beside {spawn.Epoch}");
                goto default;
            case ProcessEffect.Place place:
                Take(new ProcessOrder.Placed(place.Epoch, Placed(luck)!));
                break;
            case ProcessEffect.AwaitDependencies wait:
                var standings = wait.On.Select((on, index) => new DependencyStanding(on, (Standing)((luck + index) % 7 % 5), "as it is")).ToList();
                Take(new ProcessOrder.DependencyNews(wait.Epoch, [.. standings], Placed(luck)));
                if (standings.Where(one => one.Standing is Standing.Coming or Standing.Down).Select(one => one.On).ToList() is { Count: > 0 } left)
                {
                    _effects.Enqueue(wait with { On = [.. left] });
                }

                break;
            case ProcessEffect.TakeStartToken token:
                Take(new ProcessOrder.StartToken(token.Epoch));
                break;
            case ProcessEffect.CleanUp clean:
                On(clean.Node)?.Take(clean.Epoch, new SupervisorCommand.Release(), _now, luck);
                Take(new ProcessOrder.CleanedUp(clean.Epoch));
                break;
            default:
                if (effect is ProcessEffect.Command command)
                {
                    On(command.Node)?.Take(command.Epoch, command.Order, _now, luck);
                }

                break;
        }
    }

    private void Hear()
    {
        foreach (var (_, supervisor) in Reachable)
        {
            if (supervisor.Reports.TryDequeue(out var report))
            {
                Take(report);
                _said.Add(report);
                return;
            }
        }
    }

    private IEnumerable<KeyValuePair<string, SimulatedSupervisor>> Reachable => _supervisors.Where(node => !_away.Contains(node.Key));

    /// <summary>With a process that doesn't wait for its node, what lives where nobody can look is known to be lost.</summary>
    private IEnumerable<Epoch> Living => (_mayFail ? Reachable : _supervisors).SelectMany(node => node.Value.Living);

    private SimulatedSupervisor? On(string? node) => cluster && node is null ? null : _supervisors[node ?? ""];

    private static string? NodeOf(ProcessEffect effect) => effect switch
    {
        ProcessEffect.Command command => command.Node,
        ProcessEffect.CleanUp clean => clean.Node,
        ProcessEffect.TakeStartToken token => token.Node,
        _ => null,
    };

    /// <summary>Where an order sends it, also to a node that has gone by the time.</summary>
    private Placement? Placed(int luck) => !cluster ? null
        : luck % 4 == 3 ? new Placement.Nowhere(luck % 8 == 3 ? "no node is live" : "no node has the label disk=fast")
        : new Placement.On(_supervisors.Keys[luck % 4]);

    /// <summary>What was on its way to a node that goes doesn't arrive, and mustn't arrive later.</summary>
    private void LoseNode(int luck)
    {
        var node = _supervisors.Keys[luck % 3];
        _away.Add(node);
        var others = _effects.Where(effect => NodeOf(effect) != node || effect is ProcessEffect.CleanUp).ToList();
        _effects.Clear();
        others.ForEach(_effects.Enqueue);
        Take(new ProcessOrder.NodeGone(node));
    }

    /// <summary>As a node joins: each process that it knows of goes on, then what nobody knows of is ended.</summary>
    private void RegainNode(string node, bool restarted)
    {
        _away.Remove(node);
        if (restarted)
        {
            _supervisors[node].Forgotten();
        }

        Take(new ProcessOrder.NodeBack(node));
        _supervisors[node].EndAllBut(epoch => _state.MayLive(node, epoch));
    }

    /// <summary>A report is told again.</summary>
    private void Repeat(int luck)
    {
        if (_said.Count > 0 && _said[luck % _said.Count] is var again)
        {
            Take(again);
        }
    }

    private void Lie(int luck) => Take(new ProcessOrder.Reported(luck % 5 == 0 ? new Epoch(luck % 3, luck % 4) : _state.Epoch, (luck % 8) switch
    {
        0 => new SupervisorReport.Spawned(Life.Child(_state.Epoch), _now, luck % 3 == 0),
        1 => new SupervisorReport.StartFailed(new ErrorInfo(ErrorCode.StartFailed, "no"), luck % 3 == 0, _now),
        2 => new SupervisorReport.Exited(new ExitStatus.Rebooted(), _now.AddSeconds(-luck), null),
        3 => new SupervisorReport.NeverRan(_state.Respawns - (luck % 2)),
        4 => new SupervisorReport.TreeEmpty([3], _now),
        5 => new SupervisorReport.StopCommandEnded("no", _now),
        6 => new SupervisorReport.Idle(_now),
        _ => new SupervisorReport.Exited(new ExitStatus.Code(luck % 3), _now, null),
    }));

    /// <summary>The host goes away with what it hadn't handed over or heard, and comes back with what it had written.</summary>
    private void GoAway()
    {
        _effects.Clear();
        foreach (var supervisor in _supervisors.Values)
        {
            supervisor.Forgotten();
        }

        var json = JsonSerializer.Serialize(_state, ProcessManagerJson.Options);
        _state = JsonSerializer.Deserialize<ProcessState>(json, ProcessManagerJson.Options)! with { Spec = _state.Spec };
        Take(new ProcessOrder.Recover());
    }

    /// <summary>Stopped, and with everything done and told that stands out, it ends. What a liar told of a child is found out by asking anew.</summary>
    private void Settle()
    {
        foreach (var node in _away.ToList())
        {
            RegainNode(node, restarted: true);
        }

        Take(new ProcessOrder.Stop(null));
        if (!reportsAreTrue)
        {
            GoAway();
        }

        for (var rounds = 0; _state.Phase is not (Phase.Created or Phase.Terminated or Phase.Finished); rounds++)
        {
            rounds.ShouldBeLessThan(50, $"rounds until it has ended: {_state}");
            if (_state.IsUp)
            {
                // Refused while it was being detached, and that came to nothing.
                Take(new ProcessOrder.Stop(null));
            }

            while (_effects.Count > 0 || _supervisors.Values.Any(supervisor => supervisor.Reports.Count > 0))
            {
                HandOver(rounds);
                Hear();
            }

            if (ProcessMachine.WakeAt(_state) is { } at && _state.Phase is not (Phase.Terminated or Phase.Finished))
            {
                WaitFor(at > _now ? at : _now);
            }
        }

        if (reportsAreTrue)
        {
            Living.ShouldBeEmpty($"it is {_state.Phase}");
        }
    }

    private void Take(ProcessOrder order)
    {
        var before = _state;
        var decision = ProcessMachine.Decide(before, order, _now);
        if (decision.Changes.Count > 0)
        {
            (_state, var events) = ProcessMachine.Apply(before, decision.Changes);
            _state.Version.ShouldBe(before.Version + 1);
            _telling.Hear(events);
        }

        _mayFail |= _state.Spec.OnNodeLost == OnNodeLost.Fail;
        _turns++;
        var context = $"turn {_turns}: {order}\nbefore {before}\nafter {_state}";
        Follow(before, order, decision, context);
        Invariants.OfState(_state, context);
        Invariants.OfNodes(before, _state, cluster, context);
        Invariants.OfStep(before, _state, context);
        Invariants.OfStorage(_state, context);
        if (order is ProcessOrder.Reported)
        {
            var again = ProcessMachine.Decide(_state, order, _now);
            var twice = again.Changes.Count == 0 ? _state : ProcessMachine.Apply(_state, again.Changes).State;
            (twice with { Version = _state.Version }).ShouldBe(_state, context);
        }

        foreach (var effect in decision.Effects)
        {
            _effects.Enqueue(effect);
        }
    }

    /// <summary>What only the sequence of orders tells.</summary>
    private void Follow(ProcessState before, ProcessOrder order, Decision<ProcessChange, ProcessEffect> decision, string context)
    {
        if (order is ProcessOrder.Start or ProcessOrder.Restart && decision.Refusal is null)
        {
            _asked = true;
        }
        else if (order is ProcessOrder.Stop or ProcessOrder.Kill or ProcessOrder.Remove && decision.Refusal is null)
        {
            _asked = false;
        }
        else if (order is ProcessOrder.Reported { Report: SupervisorReport.NeverRan report } never && never.Epoch == before.Epoch && report.Respawns == before.Respawns)
        {
            _spawnsLeft[never.Epoch] = 1;
        }

        foreach (var spawn in decision.Effects.OfType<ProcessEffect.Command>().Where(command => command.Order is SupervisorCommand.Spawn))
        {
            _asked.ShouldBeTrue($"a spawn that nobody wants\n{context}");
            (spawn.Epoch, _state.Goal, _state.Phase).ShouldBe((_state.Epoch, Goal.Up, Phase.Starting), context);
            _spawnsLeft.GetValueOrDefault(spawn.Epoch, 1).ShouldBe(1, $"a second spawn of {spawn.Epoch}\n{context}");
            _spawnsLeft[spawn.Epoch] = 0;
            (spawn.Node, _state.AwaySince).ShouldBe((_state.Node, null), context);
            (before.AwaySince is not null && spawn.Node == before.Node).ShouldBeFalse($"a spawn on a node that is away\n{context}");
        }

        if (_state.Phase == Phase.Terminating)
        {
            _ending.Add(_state.Epoch.Run);
        }
        else if (_state.IsUp)
        {
            _ending.ShouldNotContain(_state.Epoch.Run, $"back from Terminating\n{context}");
        }
    }
}
