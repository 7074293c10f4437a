namespace ProcessManager.Testing;

/// <content>Orders, as the embedded host gives them.</content>
public sealed partial class FakeProcessManager
{
    async Task<ProcessInfo> ISingleProcesses.CreateOneAsync(ProcessSpec spec, bool start, CancellationToken cancellationToken)
    {
        var entity = await DeclareCheckedAsync(spec, start, oneOff: false);
        return start ? await StartingAsync(entity.Id, ProcessCalls.StartedAsync(entity, entity.View, cancellationToken)) : entity.View.Info;
    }

    async Task<ProcessInfo> ISingleProcesses.UpdateOneAsync(ProcessSpec spec, long? ifVersion, CancellationToken cancellationToken)
    {
        var id = spec.Id ?? throw ProcessManagerException.Invalid([new Fault("id", "an update names the process")]);
        if (!_host.Table.TryGet(id, out var entity))
        {
            return ifVersion is null
                ? await ((ISingleProcesses)this).CreateOneAsync(spec, start: true, cancellationToken)
                : throw new ProcessManagerException(ErrorCode.Conflict, $"There is no process \"{id}\", and the update is meant for version {ifVersion}.");
        }

        var desired = Desired(entity, spec);
        await CheckDependenciesAsync([desired]);
        return (await entity.TakeAsync(new ProcessOrder.Update(desired, ifVersion), CancellationToken.None)).Info;
    }

    Task<UpdatePlan> ISingleProcesses.PlanOneAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        var id = spec.Id ?? throw ProcessManagerException.Invalid([new Fault("id", "a plan names the process")]);
        if (!_host.Table.TryGet(id, out var entity))
        {
            Check(spec);
            return Task.FromResult(new UpdatePlan(UpdateEffect.Create, []));
        }

        return Task.FromResult(SpecDifference.Between(entity.State.Spec, Desired(entity, spec)));
    }

    public Task<ProcessInfo> StartAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, async one => await StartingAsync(one, ProcessCalls.StartAsync(Find(one), cancellationToken)), cancellationToken);

    public Task<ProcessInfo> StopAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, async one => await ProcessCalls.StopAsync(Find(one), options, cancellationToken), cancellationToken);

    public Task<ProcessInfo> KillAsync(ProcessId id, bool wait = false, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, async one => await ProcessCalls.KillAsync(Find(one), wait, cancellationToken), cancellationToken);

    public Task<ProcessInfo> RestartAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, async one => await StartingAsync(one, ProcessCalls.RestartAsync(Find(one), options, cancellationToken)), cancellationToken);

    public Task<ProcessInfo> SignalAsync(ProcessId id, Signal signal, bool tree = false, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, async one => await ProcessCalls.SignalAsync(Find(one), signal, tree, cancellationToken), cancellationToken);

    public Task<ProcessInfo> SuspendAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        SignalAsync(id, ProcessManager.Signal.Stop, tree: true, cancellationToken);

    public Task<ProcessInfo> ResumeAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        SignalAsync(id, ProcessManager.Signal.Cont, tree: true, cancellationToken);

    /// <summary>NotSupported: there is no machine here whose processes could be attached.</summary>
    public Task<ProcessInfo> AttachAsync(int osPid, ProcessId? id = null, ProcessSpec? spec = null, CancellationToken cancellationToken = default) =>
        Task.FromException<ProcessInfo>(new ProcessManagerException(ErrorCode.NotSupported, $"A fake manager has no machine, and no process {osPid} to attach."));

    public async Task<ProcessInfo> DetachAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        await ProcessCalls.DetachAsync(Find(id), cancellationToken);

    public Task RemoveAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        _replicas.RemoveAsync(id, async one => await ProcessCalls.RemoveAsync(Find(one), options, cancellationToken), cancellationToken);

    public async Task<SyncOutcome> SyncKnownAsync(SyncScope scope, CancellationToken cancellationToken = default)
    {
        var query = SyncRules.QueryOf(scope);
        var known = scope.Known.ToHashSet();
        var inScope = _host.Table.After(null)
            .Where(entity => !entity.State.OneOff && query.Matches(entity.View.Info))
            .ToLookup(entity => known.Contains(entity.Id));
        foreach (var orphan in inScope[false])
        {
            await orphan.TakeAsync(new ProcessOrder.Remove(null), CancellationToken.None);
        }

        return new SyncOutcome([.. inScope[true].Select(entity => entity.Id)], [.. inScope[false].Select(entity => entity.Id)]);
    }

    public async Task<ProcessResult> RunAsync(ProcessSpec spec, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default)
    {
        var entity = await DeclareCheckedAsync(spec, start: true, oneOff: true, input);
        return await StartingAsync(entity.Id, ProcessCalls.RunAsync(entity, entity.View, ReadOutputOf(entity.Id), cancellationToken));
    }

    /// <summary>One stage after another, each given what the one before printed: children that are described have no pipes.</summary>
    public async Task<PipeResult> PipeAsync(PipeRequest pipe, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default)
    {
        PipeRules.Check(pipe);
        var results = new List<ProcessResult>();
        foreach (var stage in pipe.Stages)
        {
            results.Add(await RunAsync(stage, input, cancellationToken));
            input = System.Text.Encoding.UTF8.GetBytes(results[^1].Output);
            if (!results[^1].Success)
            {
                return new PipeResult { Stages = [.. results], FailedStage = results.Count - 1 };
            }
        }

        return new PipeResult { Stages = [.. results] };
    }

    public Task<ProcessResult> GetResultAsync(ProcessId id, bool wait = false, CancellationToken cancellationToken = default) =>
        ProcessCalls.ResultAsync(Find(id), wait, ReadOutputOf(id), cancellationToken);

    private Func<ProcessState, Epoch, Task<RunOutput>> ReadOutputOf(ProcessId id)
    {
        var log = _supervisor.LogOf(id);
        return (_, attempt) => Task.FromResult(new RunOutput(log.TextOf(attempt, LogStream.Stdout), log.TextOf(attempt, LogStream.Stderr), Truncated: false));
    }

    public Task WriteStdinAsync(ProcessId id, ReadOnlyMemory<byte> data, bool close = false, CancellationToken cancellationToken = default)
    {
        var state = Find(id).State;
        var child = _supervisor.ChildOf(id) ?? throw NoChild(state);
        return child.Feed(data, close)
            ? Task.CompletedTask
            : Task.FromException(new ProcessManagerException(ErrorCode.InvalidState, $"\"{id}\" has no open pipe to write to."));
    }

    public Task ResizeTerminalAsync(ProcessId id, int columns, int rows, CancellationToken cancellationToken = default)
    {
        _ = TerminalSize.Of(columns, rows);
        var state = Find(id).State;
        return _supervisor.ChildOf(id) is null || state.Spec.Output.Mode != OutputMode.Terminal
            ? Task.FromException(new ProcessManagerException(ErrorCode.InvalidState, $"\"{id}\" has no terminal, or doesn't run."))
            : Task.CompletedTask;
    }

    private static ProcessSpec Desired(ProcessEntity entity, ProcessSpec spec)
    {
        var desired = spec.WithSecretsOf(entity.State.Spec);
        Check(desired);
        return desired;
    }
}
