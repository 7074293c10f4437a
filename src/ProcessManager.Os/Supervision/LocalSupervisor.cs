using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ProcessManager.Os;

/// <summary>
/// The owner of the OS children of one data directory. No thread per child: one starts them, one learns of their ends, one looks after trees; what
/// concerns one process is done one after another, different ones at the same time.
/// </summary>
public sealed partial class LocalSupervisor : ISupervisor, IAsyncDisposable
{
    private readonly ConcurrentDictionary<ProcessId, OwnedProcess> _owned = new();
    private readonly DataDirectory _home;
    private readonly SupervisorTools _tools;
    private readonly HookRunner _hooks;
    private readonly Spawner _spawner;
    private readonly List<string> _problems = [];
    private bool _disposed;

    /// <param name="home">Stays the caller's, and is disposed of after this.</param>
    /// <param name="logs">Likewise.</param>
    /// <param name="options">What holds where specs are silent.</param>
    /// <param name="report">
    /// Told what came of commands. Called on any thread, for one process in order and never at the same time; it must not block. A report stands until
    /// it is released: <see cref="ReportAll"/> repeats it.
    /// </param>
    /// <param name="logger">For what no rule foresaw.</param>
    public LocalSupervisor(
        DataDirectory home, LogStore logs, SupervisorOptions options, Action<ProcessId, Epoch, SupervisorReport> report, ILogger<LocalSupervisor> logger)
        : this(home, logs, options, report, logger, echo: null)
    {
    }

    /// <param name="echo">For tests: instead of this process' own streams.</param>
    internal LocalSupervisor(
        DataDirectory home, LogStore logs, SupervisorOptions options, Action<ProcessId, Epoch, SupervisorReport> report, ILogger<LocalSupervisor> logger, EchoSink? echo)
    {
        _home = home;
        _spawner = new Spawner(options.Clock);
        Joints = new PipeJoints(home.Root, options.Clock);
        var letGo = new LetGo(home.DetachedFolder);
        letGo.ForgetDead(() => Orphans.Marks(home.ManagerId).Select(mark => mark.Id));
        var environment = new ChildEnvironment(home.ManagerId, options.Inheritance, letGo.MarkOf);
        var ledger = new ChildLedger(home, ChildIdentities.BootId);
        var exits = new ExitWatcher(options.Clock);
        var notify = new NotifyDesk(home, logger);
        var start = new ChildStart(options, environment, ledger, logs, _spawner, notify, Joints);
        var table = new Timetable(options.Clock, e => LogFault(logger, e));
        var commands = new CommandProbe(start, exits, new ProbeLeftovers(home.ManagerId, table, letGo.EpochOf));
        _tools = new SupervisorTools(
            options,
            ledger,
            new ChildGroups(new CgroupRoot(home.ManagerId, CgroupAbility.Look), options.GroupsForAll),
            letGo,
            logs,
            start,
            exits,
            new TreeSweep(home.ManagerId),
            new Guard(pipe => GuardStart.StartAsync(pipe, home.ManagerId, environment.ForGuard(), environment.OuterMarks, _spawner, exits), options.Clock),
            new PipeRoom(),
            new MarkedChildren(home.ManagerId),
            echo ?? EchoSink.Own(),
            notify,
            new HealthTools(table, new HttpProbe(), commands, logs, new ProbeInstruments(), e => LogFault(logger, e)),
            (id, epoch, told) =>
            {
                if (!Volatile.Read(ref _disposed))
                {
                    report(id, epoch, told);
                }
            },
            logger);
        _hooks = new HookRunner(_tools, home.HookFolder);
        foreach (var left in Directory.EnumerateFiles(home.HookFolder))
        {
            File.Delete(left);
        }

        foreach (var record in ledger.Load(_problems.Add))
        {
            Owned(record.Id).Recall(record);
        }
    }

    /// <summary>What is between the stages of pipes.</summary>
    internal PipeJoints Joints { get; }

    /// <summary>What was found wrong with the ledger, for the manager's health. Empty: nothing.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>
    /// The attempts that the ledger had when this was made and that nobody has let go of since. A host that doesn't hold their processes itself asks
    /// whose they are, before <see cref="EndOrphansAsync"/>.
    /// </summary>
    public IReadOnlyList<(ProcessId Id, Epoch Epoch)> Recorded() => [.. _owned.Values.SelectMany(x => x.Recorded.Select(epoch => (x.Id, epoch)))];

    /// <summary>The attempts whose marks living processes carry, also of those that no ledger entry knows; one pass over /proc.</summary>
    internal IReadOnlyCollection<(ProcessId Id, Epoch Epoch)> Marked() =>
        [.. Orphans.Marks(_home.ManagerId).Select(mark => (mark.Id, Epoch: _tools.LetGo.EpochOf(mark.Id, mark.Epoch))).Where(mark => mark.Epoch is not null).Select(mark => (mark.Id, mark.Epoch!.Value))];

    /// <summary>How many main children live.</summary>
    internal int Up => _owned.Values.Count(x => x.LivingTree is not null);

    /// <inheritdoc/>
    public void HandOver(ProcessId id, Epoch epoch, SupervisorCommand command)
    {
        if (command is SupervisorCommand.RunHook hook)
        {
            _hooks.Post(id, epoch, hook);
            return;
        }

        while (!Volatile.Read(ref _disposed) && !Owned(id).TryHandOver(epoch, command))
        {
            // Being forgotten at this moment: the next one of that name begins anew.
        }
    }

    /// <summary>Tells nothing of a process until what is answered is disposed of: who is about to have it forgotten lets what was told arrive first.</summary>
    public IDisposable Mute(ProcessId id)
    {
        var owned = Owned(id);
        owned.Mute();
        return new Muted(owned);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Fault> Check(ProcessSpec spec) => [.. ChildAccount.Faults(spec), .. OnlineCpus.Faults(spec)];

    /// <summary>Writes to the standard input of an attempt; completes when its pipe took it all. Cancelling leaves what was written by then.</summary>
    /// <exception cref="ProcessManagerException">InvalidState: it doesn't run, has no pipe, or closed it.</exception>
    public async Task WriteStdinAsync(ProcessId id, Epoch epoch, ReadOnlyMemory<byte> data, bool close, CancellationToken cancellationToken = default)
    {
        var stdin = _owned.TryGetValue(id, out var owned) && !Volatile.Read(ref _disposed) ? await owned.StdinOf(epoch).WaitAsync(cancellationToken) : null;
        if (stdin is null)
        {
            throw new ProcessManagerException(ErrorCode.InvalidState, $"{id} has no pipe as standard input, or doesn't run.");
        }

        await stdin.WriteAsync(data, close, cancellationToken);
    }

    /// <summary>Resizes the terminal of an attempt.</summary>
    /// <exception cref="ProcessManagerException">InvalidState: it doesn't run or has none.</exception>
    public void ResizeTerminal(ProcessId id, Epoch epoch, TerminalSize size)
    {
        if (_tools.Logs.TerminalOf(id, epoch) is not { } terminal || _disposed)
        {
            throw new ProcessManagerException(ErrorCode.InvalidState, $"{id} has no terminal (output: terminal), or doesn't run.");
        }

        terminal.Resize(size);
    }

    /// <summary>A process that could be attached.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec, NotFound, AlreadyExists, PermissionDenied.</exception>
    internal AttachTarget Target(int osPid) => Attaching.Look(osPid, child =>
    {
        foreach (var (id, members) in Members())
        {
            if (members.Contains(child))
            {
                return id;
            }
        }

        return null;
    });

    /// <summary>Ends an attempt here that its process says isn't its own; one that somebody else started is let go of.</summary>
    internal void EndUnwanted(ProcessId id, Epoch epoch) => Owned(id).EndUnwanted(epoch);

    /// <summary>Passes on, as a report, that a child cut its log.</summary>
    internal void Tell(LogTruncation cut)
    {
        if (_owned.TryGetValue(cut.Id, out var owned))
        {
            owned.Tell(cut);
        }
        else
        {
            _tools.Report(cut.Id, cut.Epoch, new SupervisorReport.OutputTruncated(cut.Stream, cut.Offset, _tools.Now));
        }
    }

    /// <summary>Tells again what is true now of everything owned: a host calls it now and then, and mends what differs.</summary>
    public void ReportAll()
    {
        foreach (var owned in _owned.Values)
        {
            owned.Repeat();
        }
    }

    /// <summary>
    /// Ends the children of this manager that no record knows, and answers what they were. The end of recovery: to be called once every entity has
    /// journaled what its <see cref="SupervisorCommand.Adopt"/> was answered, since from then on a missing ledger entry proves that there was no child.
    /// </summary>
    /// <param name="isKnown">Also true for older attempts of a process that is known: what they left behind on purpose isn't an orphan.</param>
    public async Task<IReadOnlyList<Orphan>> EndOrphansAsync(Func<ProcessId, Epoch, bool> isKnown)
    {
        await Task.WhenAll(_owned.Values.Select(x => x.DrainAsync()));
        var orphans = Orphans.End(
            _home.ManagerId, _tools.Sweep, _tools.Options.Clock, (id, mark) => _hooks.Runs(id) || _tools.LetGo.EpochOf(id, mark) is not { } epoch || isKnown(id, epoch));
        foreach (var owned in _owned.Values)
        {
            owned.ForgetUnknown(isKnown);
        }

        _tools.Groups.RemoveUnknown((id, mark) => _tools.LetGo.EpochOf(id, mark) is { } epoch && isKnown(id, epoch));
        _tools.Ledger.RecoveryIsOver();
        return orphans;
    }

    /// <summary>The living members of the trees whose main child lives, that one first; one pass over /proc for all of them.</summary>
    public IReadOnlyDictionary<ProcessId, IReadOnlyList<ChildIdentity>> Members()
    {
        // Trees of its own: those that are being ended belong to the sweep's thread.
        var trees = _owned.Values
            .Select(x => x.LivingTree)
            .OfType<Tree>()
            .Select(x => x.Apart())
            .ToList();
        var table = new ProcTable(_home.ManagerId);
        var grouped = TreeCensus.GroupMembers(trees);
        table.Read();
        return TreeCensus.Take(table, trees, grouped).ToDictionary(
            x => x.Key.Id,
            x => (IReadOnlyList<ChildIdentity>)
                [x.Key.Leader!, .. x.Value.Where(y => y.Key != x.Key.Leader!.OsPid).Select(y => new ChildIdentity(ChildIdentities.BootId, y.Key, y.Value))]);
    }

    /// <summary>Ends the supervision and its threads: nothing is reported any more. Children that are kept live on; those that end with the manager are ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _hooks.DisposeAsync();
        await Task.WhenAll(_owned.Values.Select(x => x.DrainAsync()));
        await _tools.Guard.DisposeAsync();
        _tools.Sweep.Dispose();
        await Task.WhenAll(_owned.Values.Select(x => x.CloseAsync()));
        _tools.Health.Dispose();
        _tools.Notify.Dispose();
        _tools.Exits.Dispose();
        _spawner.Dispose();
        _tools.Room.Dispose();
        Joints.Dispose();
        _tools.Groups.Dispose();
        _tools.Echo.Dispose();
    }

    private OwnedProcess Owned(ProcessId id) => _owned.GetOrAdd(id, x => new OwnedProcess(x, _tools, OnForgotten));

    private void OnForgotten(OwnedProcess owned) => _owned.TryRemove(new KeyValuePair<ProcessId, OwnedProcess>(owned.Id, owned));

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking after the health of a process met a bug")]
    private static partial void LogFault(ILogger logger, Exception bug);

    private sealed class Muted(OwnedProcess owned) : IDisposable
    {
        public void Dispose() => owned.Unmute();
    }
}
