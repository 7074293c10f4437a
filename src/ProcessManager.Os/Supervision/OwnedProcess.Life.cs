using System.Diagnostics;

namespace ProcessManager.Os;

/// <content>From the start of an attempt, or from finding it, to the emptiness of its tree.</content>
internal sealed partial class OwnedProcess
{
    private async Task StartAsync(Epoch epoch, ProcessSpec spec, PipeStage? stage, int respawns)
    {
        if (Known(epoch) is { } same)
        {
            Repeat(same);
            return;
        }

        if (_records.ContainsKey(epoch))
        {
            await FindAsync(epoch, spec, null, respawns);
            return;
        }

        if (InTheWayOf(epoch) is { } other)
        {
            var error = new ErrorInfo(ErrorCode.InvalidState, other);
            Report(epoch, new SupervisorReport.StartFailed(error, Transient: true, tools.Now));
            return;
        }

        await LetGoOfOlderAsync();
        var bornAt = Stopwatch.GetTimestamp();
        int? slot = null;
        ChildInput? stdin = null;
        NotifyInbox? inbox = null;
        ControlGroup? group = null;
        SpawnOutcome outcome;
        try
        {
            group = tools.Groups.Make(id, Mark(epoch), spec.Resources);
            tools.Ledger.Intend(id, epoch, group?.Path);
            inbox = spec.Notifies() ? tools.Notify.Expect(id, Mark(epoch)) : null;
            if (EndsWithManager(spec))
            {
                slot = await tools.Guard.AddAsync(id, Mark(epoch));
            }

            outcome = await tools.Start.SpawnAsync(id, epoch, spec, stage, group, pipe => stdin = pipe);
        }
        catch (ProcessManagerException e)
        {
            outcome = new SpawnOutcome.Failed(new ErrorInfo(e.Code, e.Message), 0, Transient: false, tools.Now);
        }
        catch (Exception e)
        {
            // No rule foresaw it, and nothing was spawned; who waits for the start must hear of it all the same.
            OnFault(e);
            outcome = new SpawnOutcome.Failed(new ErrorInfo(ErrorCode.Internal, e.Message), 0, Transient: false, tools.Now);
        }

        switch (outcome)
        {
            case SpawnOutcome.Spawned spawned:
                Moments.Pass(Moment.Spawned);
                tools.Ledger.Identify(id, epoch, spawned.Child, spawned.At);
                Moments.Pass(Moment.Recorded);
                group = spawned.IsOutsideGroup ? null : group;
                var tree = new Tree(id, epoch, spawned.Child) { Mark = Mark(epoch), BornAt = bornAt, SessionHeld = true, Group = group };
                _child = new Child(tree, spec)
                {
                    GuardSlot = slot,
                    Inbox = inbox,
                    Stdin = stdin is null ? null : new StdinWriter(id, stdin, tools.Room),
                };
                await OwnAsync(_child, spawned.PidFd, ours: true, new SupervisorReport.Spawned(spawned.Child, spawned.At, Adopted: false)
                {
                    NotEnforced = tools.Groups.Gaps(spec.Resources, group),
                });
                break;
            case SpawnOutcome.Failed failed:
                _child = new Child(new Tree(id, epoch, null) { Group = group }, spec)
                {
                    GuardSlot = slot,
                    Inbox = inbox,
                    StartFailed = new SupervisorReport.StartFailed(failed.Error, failed.Transient, failed.At),
                };
                await LetGoAsync(_child);
                Report(_child, _child.StartFailed);
                break;
            default:
                // The marker was there before: an earlier manager got as far as exec, and its ledger entry is lost.
                await FindAsync(epoch, spec, null, respawns);
                break;
        }
    }

    private async Task FindAsync(Epoch epoch, ProcessSpec spec, ChildIdentity? known, int respawns, bool attached = false)
    {
        if (Known(epoch) is { } same)
        {
            Repeat(same);
            return;
        }

        await LetGoOfOlderAsync();
        var record = _records.GetValueOrDefault(epoch);
        switch (Adoption.Of(record, known, tools.Ledger.Complete, () => attached ? null : tools.Marked.Find(id, Mark(epoch))))
        {
            case Adoption.Found found:
                await AdoptAsync(epoch, spec, found, record, attached);
                break;
            case Adoption.Ended ended:
                _child = new Child(new Tree(id, epoch, ended.Main) { Mark = Mark(epoch), ByDescent = attached, Group = tools.Groups.Find(id, Mark(epoch), record?.Group) }, spec) { Attached = attached };
                OnExited(_child, ended.Status, ended.At ?? tools.Now, alreadyWritten: record?.Status is not null);
                break;
            case Adoption.NeverRan:
                Erase(epoch);
                Report(epoch, new SupervisorReport.NeverRan(respawns));
                break;
            default:
                throw new UnreachableException("adoption");
        }
    }

    private async Task AdoptAsync(Epoch epoch, ProcessSpec spec, Adoption.Found found, LedgerRecord? record, bool attached)
    {
        var main = found.Main.Child;
        var at = found.SpawnedAt ?? tools.Now;
        var group = attached ? null : tools.Groups.Find(id, Mark(epoch), record?.Group);
        _child = new Child(new Tree(id, epoch, main) { Mark = Mark(epoch), SessionHeld = !attached, ByDescent = attached, Group = group }, spec) { Attached = attached };
        try
        {
            if (record is null)
            {
                tools.Ledger.Intend(id, epoch, group?.Path);
            }

            if (record?.Child is null)
            {
                tools.Ledger.Identify(id, epoch, main, at);
            }

            if (attached)
            {
                tools.Strangers[main] = id;
            }
            else
            {
                tools.Logs.Adopt(id, epoch, spec.Output);
            }

            if (!attached && spec.Notifies())
            {
                var (_, credentials) = ChildAccount.Of(spec);
                _child.Inbox = tools.Notify.Expect(id, Mark(epoch));
                _ = tools.Notify.Open(ChildStart.IsAnother(credentials));
            }

            if (!attached && EndsWithManager(spec))
            {
                tools.Strangers[main] = id;
            }
            else
            {
                tools.Logs.Adopt(id, epoch, spec.Output);
            }

            if (!attached && EndsWithManager(spec))
            {
                _child.GuardSlot = await tools.Guard.AddAsync(id, Mark(epoch));
            }
        }
        catch (ProcessManagerException e)
        {
            // It runs, and that is what has to be told; the next start will meet the same trouble and say so.
            OnFault(e);
        }

        // A manager that starts anew in the same process finds children of its own; a stranger is for whoever started it to collect.
        await OwnAsync(_child, found.Main, !attached && IsOurs(main), new SupervisorReport.Spawned(main, at, Adopted: true)
        {
            NotEnforced = tools.Groups.Gaps(spec.Resources, group),
        });
    }

    private async Task OwnAsync(Child child, PidFd main, bool ours, SupervisorReport.Spawned spawned)
    {
        if (child.GuardSlot is { } slot)
        {
            await tools.Guard.IdentifyAsync(slot, spawned.Child);
        }

        // That it was adopted is news once: whoever asks again, or is told again, knows it or has been told of its end.
        child.Main = main;
        if (child.Inbox is { } inbox)
        {
            inbox.Leader = spawned.Child;
        }

        child.Spawned = spawned with { Adopted = false };
        LivingTree = child.Tree;
        child.Echo = child.Spec is { Output.Echo: true } && tools.Options.Echo ? new Echo(id, child.Epoch, tools.Logs, tools.Echo) : null;
        Report(child, spawned);
        Await(child, main, ours);
    }

    private void Await(Child child, PidFd main, bool ours) => child.Watch = tools.Exits.Watch(main, ours, (status, at) => Post(() =>
    {
        // Else it was the main child once.
        if (child.Main == main)
        {
            OnExited(child, status, at, alreadyWritten: false);
        }
    }));

    private void OnExited(Child child, ExitStatus status, DateTimeOffset at, bool alreadyWritten)
    {
        if (child.Gone)
        {
            child.Main?.Dispose();
            return;
        }

        Forget(child);
        tools.Logs.Drain(id);
        if (!alreadyWritten)
        {
            tools.Ledger.End(id, child.Epoch, status, at);
        }

        child.Exited = new SupervisorReport.Exited(status, at, status is ExitStatus.Code { Value: 0 } ? null : LastErrorLines(child.Epoch))
        {
            OutOfMemory = child.Tree.Group is { RanOutOfMemory: true },
        };
        LivingTree = null;
        child.Idle?.Dispose();
        LeaveAlone(child);
        child.Main?.Dispose();
        Report(child, child.Exited);
        tools.Sweep.LeaderEnded(child.Tree);
        if (child.Stdin is { } stdin)
        {
            Post(stdin.EndAsync);
        }
    }

    /// <summary>Another member of its tree is to be the main child, as the process itself wants: its end is the attempt's.</summary>
    private void ChangeMain(Child child, int pid)
    {
        if (!child.MainLives || child.Ending is not null || child.Main!.Pid == pid || tools.Notify.OwnerOf(pid) != child.Inbox
            || ChildIdentities.Read(pid) is not { } identity || !ChildIdentities.IsAlive(identity) || PidFd.Open(identity) is not { } main)
        {
            return;
        }

        // The one before is still to be collected.
        var (before, ours) = (child.Main, IsOurs(child.Main.Child));
        child.Watch?.Dispose();
        _ = tools.Exits.Watch(before, ours, (_, _) => before.Dispose());

        tools.Ledger.Identify(id, child.Epoch, identity, child.Spawned?.At ?? tools.Now);
        child.Tree = new Tree(id, child.Epoch, identity) { Group = child.Tree.Group, SessionHeld = ProcStat.TryRead(pid, out var stat) && stat.Session == pid };
        LivingTree = child.Tree;
        child.Inbox!.Leader = identity;
        child.Main = main;
        child.MainChanged = new SupervisorReport.MainChanged(identity, tools.Now);
        Report(child, child.MainChanged);
        Await(child, main, IsOurs(identity));
    }

    private static bool IsOurs(ChildIdentity child) => ProcStat.TryRead(child.OsPid, out var stat) && stat.ParentPid == Environment.ProcessId;

    private async Task OnTreeEmptyAsync(Child child, IReadOnlyList<int> leftBehind)
    {
        child.Tree.Group?.Remove();
        child.TreeEmpty = new SupervisorReport.TreeEmpty([.. leftBehind], tools.Now);
        Report(child, child.TreeEmpty);
        await UnguardAsync(child);
        tools.Logs.Ended(id, child.Epoch);
        child.Echo?.End();
    }

    /// <summary>What an attempt's mark says.</summary>
    private Epoch Mark(Epoch epoch) => tools.LetGo.MarkOf(id, epoch);

    private async Task UnguardAsync(Child child)
    {
        if (child.GuardSlot is { } slot)
        {
            child.GuardSlot = null;
            await tools.Guard.RemoveAsync(slot);
        }
    }

    private string? LastErrorLines(Epoch epoch)
    {
        try
        {
            return tools.Logs.LastErrorLines(id, epoch);
        }
        catch (Exception e)
        {
            // The end is told without them rather than not at all.
            OnFault(e);
            return null;
        }
    }

    /// <summary>The child of an attempt, unless all that is known of it is its mark.</summary>
    private Child? Known(Epoch epoch) => _child is { Spec: not null } child && child.Epoch == epoch ? child : null;

    /// <summary>
    /// Why an attempt may not be started: another one lives, or a newer one was started before. Also when it is known from the ledger alone: a host
    /// that has fallen behind, or hasn't recovered yet, never gets a second child.
    /// </summary>
    private string? InTheWayOf(Epoch epoch) => _child is { MainLives: true } older
        ? $"Attempt {older.Epoch} of {id} still runs as process {older.Tree.Leader?.OsPid}."
        : _records.Values.FirstOrDefault(x => x.Epoch > epoch || (x is { Status: null, Child: { } child } && ChildIdentities.IsAlive(child))) is { } record
            ? $"Attempt {record.Epoch} of {id} was started before and isn't accounted for yet."
            : null;

    /// <summary>Who speaks of a newer attempt has journaled the end of the one before.</summary>
    private async Task LetGoOfOlderAsync()
    {
        if (_child is { MainLives: false } child)
        {
            await LetGoAsync(child);
            _child = null;
        }
    }

    private bool EndsWithManager(ProcessSpec spec) => spec.LifetimeOr(tools.Options.Lifetime) == Lifetime.WithManager;
}
