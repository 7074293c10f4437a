using System.Collections.Immutable;
using System.Diagnostics;

namespace ProcessManager.Os;

/// <summary>
/// One managed process as its machine has it: carries out what is asked for it, one command after another, and tells what came of it. Of several
/// attempts the newest counts: what is asked for an older one is refused.
/// </summary>
internal sealed partial class OwnedProcess(ProcessId id, SupervisorTools tools, Action<OwnedProcess> onForgotten) : Lane
{
    /// <summary>Of an earlier manager. Changed by the lane only, seen by others.</summary>
    private ImmutableDictionary<Epoch, LedgerRecord> _records = ImmutableDictionary<Epoch, LedgerRecord>.Empty;
    private readonly Lock _telling = new();
    private Child? _child;
    private int _muted;
    private Epoch _last;
    private Epoch _released;

    public ProcessId Id => id;

    /// <summary>The attempts that an earlier manager wrote down and that weren't let go of.</summary>
    public IEnumerable<Epoch> Recorded => Volatile.Read(ref _records).Keys;

    /// <summary>The present attempt's tree while its main child lives; a snapshot for whoever measures.</summary>
    public Tree? LivingTree { get; private set; }

    /// <summary>What an earlier manager wrote down of an attempt. Before the first command.</summary>
    public void Recall(LedgerRecord record) => _records = _records.SetItem(record.Epoch, record);

    /// <returns>False when the process was forgotten: a new one with its name is another.</returns>
    public bool TryHandOver(Epoch epoch, SupervisorCommand command)
    {
        if (command is not SupervisorCommand.Forget)
        {
            return TryPost(() => TakeAsync(epoch, command));
        }

        // From here on nothing is told of it: a new process of that name has the same epochs, and would take it for its own.
        Mute();
        if (TryPost(() => TakeAsync(epoch, command)))
        {
            return true;
        }

        Unmute();
        return false;
    }

    /// <summary>Nothing is told until as many times <see cref="Unmute"/>.</summary>
    public void Mute()
    {
        lock (_telling)
        {
            _muted++;
        }
    }

    public void Unmute()
    {
        lock (_telling)
        {
            _muted--;
        }
    }

    /// <summary>Tells again what is true now and not released.</summary>
    public void Repeat() => Post(() =>
    {
        if (_child is { } child)
        {
            Repeat(child);
        }
    });

    /// <summary>Tells of a cut log for the newest attempt that was spoken of: only of that one a host listens.</summary>
    public void Tell(LogTruncation cut) => Post(() =>
    {
        var newest = new[] { cut.Epoch, _last, _released }.Max();
        Report(newest, new SupervisorReport.OutputTruncated(cut.Stream, cut.Offset, tools.Now));
    });

    /// <summary>An attempt that its process says isn't its own.</summary>
    public void EndUnwanted(Epoch epoch) => Post(() => EndUnwantedAsync(epoch));

    /// <summary>Gives the standard input of an attempt; null when it has none, or no more.</summary>
    public Task<StdinWriter?> StdinOf(Epoch epoch)
    {
        var answer = new TaskCompletionSource<StdinWriter?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => answer.SetResult(_child is { MainLives: true } child && child.Epoch == epoch ? child.Stdin : null));
        return answer.Task;
    }

    /// <summary>Forgets the ledger entries of attempts that nobody knows. Their trees have been looked after.</summary>
    public void ForgetUnknown(Func<ProcessId, Epoch, bool> isKnown) => Post(() =>
    {
        foreach (var epoch in _records.Keys.Where(x => !isKnown(id, x)).ToList())
        {
            Erase(epoch);
        }
    });

    /// <summary>Lets go of what is held for its child, who lives on.</summary>
    public Task CloseAsync()
    {
        Post(async () =>
        {
            if (_child is { } child)
            {
                child.Idle?.Dispose();
                LeaveAlone(child);
                child.Watch?.Dispose();
                child.Main?.Dispose();
                await (child.Stdin?.EndAsync() ?? Task.CompletedTask);
                await (child.Echo?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
        });
        return DrainAsync();
    }

    protected override void OnFault(Exception exception) => Faulted(tools.Logger, exception, id);

    private async Task TakeAsync(Epoch epoch, SupervisorCommand command)
    {
        if (command is SupervisorCommand.Release)
        {
            await ReleaseAsync(epoch);
            return;
        }

        if (command is SupervisorCommand.Forget)
        {
            await ReleaseAsync(_child is { MainLives: false } child && child.Epoch > epoch ? child.Epoch : epoch);
            tools.Logs.Delete(id);
            (_last, _released) = (default, default);
            Unmute();
            if (TryRetire())
            {
                onForgotten(this);
            }

            return;
        }

        if (epoch < _last || epoch <= _released)
        {
            return;
        }

        _last = epoch;
        switch (command)
        {
            case SupervisorCommand.Spawn spawn:
                await StartAsync(epoch, spawn.Spec, spawn.Stage, spawn.Respawns);
                break;
            case SupervisorCommand.Adopt adopt:
                await FindAsync(epoch, adopt.Spec, adopt.Identity, adopt.Respawns, adopt.Attached);
                break;
            case SupervisorCommand.Attach attach:
                await AttachAsync(epoch, attach.Spec, attach.Identity);
                break;
            case SupervisorCommand.Detach:
                await DetachAsync(epoch);
                break;
            case SupervisorCommand.SendSignal send:
                Send(epoch, send.Signal, send.Tree);
                break;
            case SupervisorCommand.EndTree end:
                End(epoch, end);
                break;
            case SupervisorCommand.RunStopCommand run:
                await RunBesideAsync(epoch, run);
                break;
            case SupervisorCommand.WatchIdle watch:
                WatchIdle(epoch, watch.Limit);
                break;
            case SupervisorCommand.WatchHealth watch:
                WatchHealth(epoch, watch);
                break;
            default:
                throw new UnreachableException($"command {command.GetType().Name}");
        }
    }

    private void Send(Epoch epoch, Signal signal, bool tree)
    {
        if (_child is not { } child || child.Epoch != epoch)
        {
            return;
        }

        if (signal == Signal.Stop || signal == Signal.Cont)
        {
            child.IsSuspended = signal == Signal.Stop;
            child.Health?.Pause(child.IsSuspended);
        }

        if (tree)
        {
            tools.Sweep.Tell(child.Tree, signal, child.MainLives);
        }
        else if (child.MainLives)
        {
            child.Main!.SendSignal(signal);
        }
    }

    private void End(Epoch epoch, SupervisorCommand.EndTree end)
    {
        var (signal, mode) = (end.Signal, end.KillMode);

        // One that nobody told us of can still have left something: its mark is known.
        var child = _child?.Epoch == epoch ? _child : _child = new Child(new Tree(id, epoch, null) { Mark = Mark(epoch), Group = tools.Groups.Find(id, Mark(epoch), null) }, null);
        if (child.TreeEmpty is { } empty && (empty.LeftBehind.Count == 0 || mode == KillMode.Process))
        {
            Report(child, empty);
            return;
        }

        if (child.MainLives && child.Ending == end)
        {
            // Asked again, by somebody who doesn't know whether it was heard. A program may take a second signal for another thing than the first.
            return;
        }

        child.Ending = end;
        LeaveAlone(child);
        if (mode == KillMode.Process && child.MainLives)
        {
            child.Main!.SendSignal(signal);
            if (signal != Signal.Kill)
            {
                child.Main.SendSignal(Signal.Cont);
            }
        }

        tools.Sweep.End(child.Tree, signal, mode, child.MainLives, left => Post(() => OnTreeEmptyAsync(child, left)));
    }

    private void WatchIdle(Epoch epoch, TimeSpan limit)
    {
        if (_child is { MainLives: true } child && child.Epoch == epoch)
        {
            child.Idle?.Dispose();
            child.Idle = new IdleWatch(tools.Options.Clock, limit, () => tools.Logs.LastWrite(id), at => Post(() =>
            {
                if (child.MainLives)
                {
                    Report(child, new SupervisorReport.Idle(at));
                }
            }));
        }
    }

    private void WatchHealth(Epoch epoch, SupervisorCommand.WatchHealth watch)
    {
        if (_child is not { MainLives: true, Ending: null, Spec: not null } child || child.Epoch != epoch || child.Health?.Does(watch) == true)
        {
            return;
        }

        LeaveAlone(child);
        AttemptHealth? health = null;
        health = new AttemptHealth(
            tools.Health,
            child,
            watch,
            report => Post(() =>
            {
                if (child.MainLives && child.Health == health)
                {
                    Report(child, report);
                }
            }),
            pid => Post(() => ChangeMain(child, pid)),
            () => tools.Now);
        child.Health = health;
        health.Pause(child.IsSuspended);
        health.Start();
    }

    /// <summary>Its health is nobody's concern any more.</summary>
    private static void LeaveAlone(Child child)
    {
        child.Health?.Dispose();
        child.Health = null;
    }

    private async Task RunBesideAsync(Epoch epoch, SupervisorCommand.RunStopCommand run)
    {
        var osPid = _child?.Epoch == epoch ? _child.Tree.Leader?.OsPid : null;
        if (_child is { } child && child.Epoch == epoch)
        {
            LeaveAlone(child);
        }

        var command = new StopCommand(tools, problem => Post(() => Report(epoch, new SupervisorReport.StopCommandEnded(problem, tools.Now))));
        await command.StartAsync(id, epoch, run, osPid, _child?.Epoch == epoch ? _child.Tree.Group : null);
    }

    private async Task ReleaseAsync(Epoch epoch)
    {
        if (_child is { } child && child.Epoch <= epoch)
        {
            if (child.MainLives)
            {
                return;
            }

            await LetGoAsync(child);
            _child = null;
        }

        _released = epoch > _released ? epoch : _released;
        foreach (var recalled in _records.Keys.Where(x => x <= epoch).ToList())
        {
            Erase(recalled);
        }
    }

    private async Task LetGoAsync(Child child)
    {
        await UnguardAsync(child);
        if (child.Inbox is { } inbox)
        {
            tools.Notify.Drop(inbox);
        }

        child.Tree.Group?.Remove();
        tools.Logs.Ended(id, child.Epoch);
        if (child.Echo is { } echo)
        {
            child.Echo = null;
            await echo.DisposeAsync();
        }

        Erase(child.Epoch);
    }

    private void Erase(Epoch epoch)
    {
        if (_records.TryGetValue(epoch, out var record) && record.Group is not null)
        {
            tools.Groups.Find(id, Mark(epoch), record.Group)?.Remove();
        }

        Volatile.Write(ref _records, _records.Remove(epoch));
        tools.Ledger.Forget(id, epoch);
    }

    private void Repeat(Child child)
    {
        foreach (var report in child.Reports)
        {
            Report(child, report);
        }
    }

    private void Report(Child child, SupervisorReport report) => Report(child.Epoch, report);

    private void Report(Epoch epoch, SupervisorReport report)
    {
        lock (_telling)
        {
            if (_muted == 0)
            {
                tools.Report(id, epoch, report);
            }
        }
    }

    [Microsoft.Extensions.Logging.LoggerMessage(Level = Microsoft.Extensions.Logging.LogLevel.Error, Message = "A command for {Id} was not carried out")]
    private static partial void Faulted(Microsoft.Extensions.Logging.ILogger logger, Exception exception, ProcessId id);
}
