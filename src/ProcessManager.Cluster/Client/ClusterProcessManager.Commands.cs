namespace ProcessManager.Cluster;

/// <content>Commands: one-off processes whose result is the answer.</content>
internal sealed partial class ClusterProcessManager
{
    public async Task<ProcessResult> RunAsync(ProcessSpec spec, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default)
    {
        CheckWithoutMachine(spec);
        if (input is not { } bytes)
        {
            return await RunAsync(spec, new ProcessOrder.Start(), cancellationToken);
        }

        // Its input is a file, and so has to be where the command will be.
        var on = await PlaceAsync(spec, cancellationToken);
        var path = (await AskAsync(() => Machine(on.Node).PutInputAsync(bytes.ToArray()), cancellationToken)).Unwrap();
        try
        {
            return await RunAsync(spec with { Stdin = new StdinSpec { Mode = StdinMode.File, Path = path } }, new ProcessOrder.Start(on), cancellationToken);
        }
        finally
        {
            // Not waited for: what is left there goes with the node's next start.
            Machine(on.Node).DropInputAsync(path).Ignore();
        }
    }

    public async Task<PipeResult> PipeAsync(PipeRequest pipe, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default)
    {
        PipeRules.Check(pipe);
        var on = await PlaceAsync(PipeRules.Placing(pipe), cancellationToken);
        var path = input is { } bytes ? (await AskAsync(() => Machine(on.Node).PutInputAsync(bytes.ToArray()), cancellationToken)).Unwrap() : null;
        try
        {
            var first = path is null ? pipe.Stages[0] : pipe.Stages[0] with { Stdin = new StdinSpec { Mode = StdinMode.File, Path = path } };
            return await PipeCalls.RunAsync(
                pipe with { Stages = [first, .. pipe.Stages.Skip(1)] },
                new PipeGround(
                    async (spec, stage) =>
                    {
                        // Not called off half-way: whoever leaves takes along what there is, so it has to be known.
                        var (door, view) = await DeclareAsync(spec, oneOff: true, new ProcessOrder.Start(on), CancellationToken.None, job: null, stage);
                        return (door, view);
                    },
                    async id => (await AskAsync(() => Machine(on.Node).HoldPipeAsync(id, open: true), cancellationToken)).Unwrap(),

                    // Not waited for: what is left there goes with the node's next start, or after a day.
                    id =>
                    {
                        Machine(on.Node).HoldPipeAsync(id, open: false).Ignore();
                        return Task.CompletedTask;
                    },
                    id => ReadOutputOf(id, cancellationToken)),
                cancellationToken);
        }
        finally
        {
            if (path is not null)
            {
                Machine(on.Node).DropInputAsync(path).Ignore();
            }
        }
    }

    public Task<ProcessResult> GetResultAsync(ProcessId id, bool wait = false, CancellationToken cancellationToken = default) =>
        ProcessCalls.ResultAsync(Door(id), wait, ReadOutputOf(id, cancellationToken), cancellationToken);

    public async Task WriteStdinAsync(ProcessId id, ReadOnlyMemory<byte> data, bool close = false, CancellationToken cancellationToken = default)
    {
        var state = (await Door(id).LookAsync(cancellationToken)).State;
        CheckReachable(state);
        if (state is not { Child: not null, Phase: Phase.Running or Phase.Starting, Node: { } node })
        {
            throw new ProcessManagerException(ErrorCode.InvalidState, $"\"{id}\" has no child that could read; its phase is {state.Phase}.");
        }

        (await GrainDoor.OnceAsync(() => Machine(node).WriteStdinAsync(id, state.Epoch, data.ToArray(), close), cancellationToken)).Unwrap();
    }

    public async Task ResizeTerminalAsync(ProcessId id, int columns, int rows, CancellationToken cancellationToken = default)
    {
        var size = TerminalSize.Of(columns, rows);
        var state = (await Door(id).LookAsync(cancellationToken)).State;
        CheckReachable(state);
        if (state is not { Child: not null, Node: { } node })
        {
            throw new ProcessManagerException(ErrorCode.InvalidState, $"\"{id}\" has no child with a terminal; its phase is {state.Phase}.");
        }

        (await AskAsync(() => Machine(node).ResizeTerminalAsync(id, state.Epoch, size), cancellationToken)).Unwrap();
    }

    private async Task<ProcessResult> RunAsync(ProcessSpec spec, ProcessOrder.Start start, CancellationToken cancellationToken)
    {
        // Not called off half-way: a caller who leaves takes the command along, so it has to be known.
        var (door, view) = await DeclareAsync(spec, oneOff: true, start, CancellationToken.None);
        return await ProcessCalls.RunAsync(door, view, ReadOutputOf(door.Id, cancellationToken), cancellationToken);
    }

    private async Task<Placement.On> PlaceAsync(ProcessSpec spec, CancellationToken cancellationToken) =>
        await AskAsync(() => Machine(AnyNode).PlaceAsync(spec, null), cancellationToken) switch
        {
            Placement.On on => on,
            Placement.Nowhere nowhere => throw new ProcessManagerException(ErrorCode.NodeUnavailable, $"The command can't be run: {nowhere.Why}."),
            var other => throw new System.Diagnostics.UnreachableException($"placement {other.GetType().Name}"),
        };

    private Func<ProcessState, Epoch, Task<RunOutput>> ReadOutputOf(ProcessId id, CancellationToken cancellationToken) => async (state, attempt) =>
        state.Node is { } node ? (await AskAsync(() => Machine(node).ReadOutputAsync(id, attempt), cancellationToken)).Unwrap() : RunOutput.Nothing;
}
