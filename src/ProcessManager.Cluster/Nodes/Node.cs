using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>
/// This silo's machine as a node of the cluster. It belongs to the silo's process, not to an activation, and lives around the silo's own life:
/// <code>
/// data directory taken │ silo joins │ Joining: processes adopted, orphans ended │ Live │ Leaving │ grains handed over │ machine let go │ silo gone
/// </code>
/// Nothing relies on the orderly end: a silo that is killed, or that ends itself because the others declared it dead, leaves the same behind.
/// </summary>
internal sealed partial class Node : ILifecycleParticipant<ISiloLifecycle>, IAsyncDisposable
{
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(1);

    /// <summary>A registry that is on its way to another silo doesn't hold up the beats after.</summary>
    private static readonly TimeSpan BeatPatience = TimeSpan.FromSeconds(5);

    /// <summary>By then every silo that beats knows that this node is live.</summary>
    private static readonly TimeSpan HeardAfter = 3 * BeatEvery;

    /// <summary>How long the start waits to hear whether the name is free. A database that is away isn't waited for.</summary>
    private static readonly TimeSpan NamePatience = TimeSpan.FromSeconds(10);

    /// <summary>How long letting go waits for what processes are still to be told; they ask again when the node is back.</summary>
    private static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(2);

    private readonly NodeSurroundings _around;
    private readonly NodeTable _table;
    private readonly MembershipWatch _watch;
    private readonly StorageWatch _storage;
    private readonly IHostApplicationLifetime? _application;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _end = new();
    private readonly Guid _incarnation = Guid.NewGuid();
    private readonly TaskCompletionSource _named = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<NodeRecovery.Report> _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OpenedMachine? _opened;
    private Task _living = Task.CompletedTask;
    private (NodeState State, DateTimeOffset Since) _state;
    private bool _silent;

    /// <summary>The start is over, without an answer to whether the name is free.</summary>
    private bool _joined;

    public Node(NodeSurroundings around, NodeTable table, MembershipWatch watch, StorageWatch storage, IEnumerable<IHostApplicationLifetime> applications)
    {
        (_around, _table, _watch, _storage) = (around, table, watch, storage);
        _application = applications.FirstOrDefault();
        _logger = around.Loggers.CreateLogger<Node>();
        _state = (NodeState.Joining, around.Clock.GetUtcNow());
    }

    public string Name => _around.Name;

    public NodeState State => _state.State;

    /// <summary>What was found of children when the node came; completes when it is live.</summary>
    public Task<NodeRecovery.Report> Recovered => _recovered.Task;

    /// <summary>Null: the database answered when it was asked last.</summary>
    public string? StorageProblem => _storage.Problem;

    /// <summary>What it waits for until it is live.</summary>
    public string Obstacle =>
        StorageProblem
        ?? (_named.Task.IsCompletedSuccessfully ? "The processes whose children were found here haven't all answered yet." : "The registry of nodes hasn't answered yet.");

    public Machine Machine => Opened.Machine;

    public MachineDoor Door => Opened.Door;

    /// <summary>How many processes are up on this machine: when the silo ends they run on.</summary>
    public int Up => Machine.Supervisor.Up;

    private OpenedMachine Opened =>
        Volatile.Read(ref _opened) ?? throw new ProcessManagerException(ErrorCode.NodeUnavailable, $"The node \"{Name}\" isn't open.");

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(Node), ServiceLifecycleStage.First, Open, async _ => await DisposeAsync());
        lifecycle.Subscribe(nameof(Node), ServiceLifecycleStage.ApplicationServices, _ => Task.CompletedTask, LetGoAsync);
        lifecycle.Subscribe(nameof(Node), ServiceLifecycleStage.Active, JoinAsync, LeaveAsync);
    }

    /// <summary>The processes with a living child on this machine.</summary>
    public IEnumerable<ProcessId> Here => Machine.Supervisor.Members().Keys;

    /// <summary>The processes that somebody who lives on this machine was started for: before the node is live, all that is known of them.</summary>
    public IEnumerable<ProcessId> Found => Machine.Supervisor.Marked().Select(found => found.Id).Distinct();

    /// <summary>Before the silo stops: nothing new is placed here any more, and these are ended.</summary>
    /// <inheritdoc cref="ChildrenEnd.RunAsync"/>
    public async Task<ValueList<ProcessId>> StopChildrenAsync(IEnumerable<ProcessId> ids, TimeSpan deadline, CancellationToken cancellationToken)
    {
        await LeaveAsync(cancellationToken);
        return await new ChildrenEnd(_around).RunAsync(ids, deadline, cancellationToken);
    }

    /// <summary>Children run on; nothing of ours does.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndLivingAsync();
        if (Interlocked.Exchange(ref _opened, null) is { } opened)
        {
            await opened.DisposeAsync();
        }

        _end.Dispose();
    }

    private Task Open(CancellationToken cancellationToken)
    {
        _around.Options.Check();
        _opened = OpenedMachine.Open(_around);
        return Task.CompletedTask;
    }

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        _living = Task.Run(LiveAsync, CancellationToken.None);
        try
        {
            await _named.Task.WaitAsync(NamePatience, _around.Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The registry can't be asked now. Should the name turn out to be another's, the silo ends then.
            LogUnnamed(_logger, Name);
            Volatile.Write(ref _joined, true);
            if (_named.Task.IsFaulted)
            {
                await _named.Task;
            }
        }
    }

    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return;
        }

        LogLeaving(_logger, Name, Up);
        Become(NodeState.Leaving);
        try
        {
            await BeatAsync().WaitAsync(BeatPatience, _around.Clock, cancellationToken);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The others see by the membership that this silo goes.
            LogUnheard(_logger, Name, e.Message);
        }
    }

    private async Task LetGoAsync(CancellationToken cancellationToken)
    {
        await EndLivingAsync();
        if (Volatile.Read(ref _opened) is { } opened)
        {
            await opened.CloseAsync(SettlePatience);
        }
    }

    private async Task EndLivingAsync()
    {
        if (!_end.IsCancellationRequested)
        {
            await _end.CancelAsync();
        }

        await _living.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task LiveAsync() => Task.WhenAll(BeatOnAsync(), RecoverAsync(), _watch.RunAsync(_end.Token), _storage.RunAsync(_end.Token));

    private async Task RecoverAsync()
    {
        try
        {
            await _named.Task.WaitAsync(_end.Token);
            var recovery = new NodeRecovery(_around, Opened.Machine, Opened.Relay);
            var report = await recovery.RunAsync(_end.Token);
            Machine.Start();
            Become(NodeState.Live);
            await BeatAsync();
            LogLive(_logger, Name, report.Known, report.Orphans.Count);
            _recovered.SetResult(report);
            await recovery.TellAsync(report.Orphans, _end.Token);
            await Task.Delay(HeardAfter, _around.Clock, _end.Token);
            await recovery.TellAgainAsync(_end.Token);
        }
        catch (Exception) when (_end.IsCancellationRequested || _named.Task.IsFaulted)
        {
            _recovered.TrySetCanceled(CancellationToken.None);
        }
        catch (Exception bug)
        {
            LogUnrecovered(_logger, Name, bug);
            _recovered.TrySetException(bug);
        }
    }

    /// <summary>Leaving is for good.</summary>
    private void Become(NodeState state)
    {
        if (_state.State != NodeState.Leaving)
        {
            _state = (state, _around.Clock.GetUtcNow());
        }
    }

    private async Task BeatOnAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            await BeatAsync();
            await Task.Delay(BeatEvery, _around.Clock, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BeatAsync()
    {
        try
        {
            var answer = await _around.Registry.BeatAsync(Record()).WaitAsync(BeatPatience, _around.Clock, _end.Token);
            if (answer.Error is { Code: ErrorCode.AlreadyRunning } taken)
            {
                OnNameTaken(new ProcessManagerException(taken.Code, taken.Message));
                return;
            }

            _table.Replace(answer.Unwrap());
            _named.TrySetResult();
            _silent = false;
        }
        catch (Exception failure) when (!_end.IsCancellationRequested)
        {
            if (!Interlocked.Exchange(ref _silent, true))
            {
                LogUnheard(_logger, Name, failure.Message);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo ends.
        }
    }

    /// <summary>The start fails with it, or, if that was over before it could be known, the silo ends.</summary>
    private void OnNameTaken(ProcessManagerException taken)
    {
        if (_named.TrySetException(taken))
        {
            LogNameTaken(_logger, taken.Message);
            if (Volatile.Read(ref _joined))
            {
                _application?.StopApplication();
            }
        }
    }

    private NodeRecord Record()
    {
        var (state, since) = _state;
        var info = new NodeInfo
        {
            Name = Name,
            State = state,
            Since = since,
            Labels = _around.Options.Labels,
            Load = Machine.Supervisor.Up,
            Cpus = Environment.ProcessorCount,
            MemoryBytes = MachineMemory.Bytes,
            Address = _around.Silo.SiloAddress.Endpoint.ToString(),
            Version = typeof(IProcessManager).Assembly.GetName().Version!.ToString(3),
            Problems = StorageProblem is { } problem ? [.. Machine.Problems, problem] : [.. Machine.Problems],
        };
        return new NodeRecord(info, _around.Silo.SiloAddress.ToParsableString(), Machine.ManagerId, _incarnation);
    }
}
