namespace ProcessManager;

/// <summary>What the calls of <see cref="IProcessManager"/> mean that are about several processes: the same on every host.</summary>
internal static class ManyCalls
{
    /// <summary>At once, of those that are made or changed.</summary>
    private const int AtOnce = 64;

    /// <summary>After SIGKILL to what was left: a child that stays longer hangs in the kernel, and nobody can end it.</summary>
    private static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(5);

    public static async Task<ManyOutcome> StartManyAsync(IManyProcesses host, IReadOnlyList<ProcessSpec> specs, CancellationToken cancellationToken)
    {
        ValueList<ProcessSpec> named = [.. specs.Select(spec => spec with { Id = spec.Id ?? ProcessId.New() })];
        CheckAll(host, named, index => $"processes[{index}]");
        await CheckGraphAsync(host, named, cancellationToken);
        var errors = await EachAsync(named, spec => spec.Id!.Value, spec => host.DeclareAsync(spec, cancellationToken));
        return await StartInOrderAsync(host, DependencyGraph.Of(named), errors, cancellationToken);
    }

    public static async Task<ManyOutcome> StartAllAsync(IManyProcesses host, ProcessSelection selection, CancellationToken cancellationToken)
    {
        var chosen = (await SelectAsync(host.Manager, selection, cancellationToken)).FindAll(info => !info.OneOff || selection.Ids.Contains(info.Id));
        return await StartInOrderAsync(host, await GraphAsync(host, chosen.ConvertAll(info => info.Id), cancellationToken), [], cancellationToken);
    }

    public static async Task<ManyOutcome> StopAllAsync(IManyProcesses host, ProcessSelection selection, StopAllOptions? options, CancellationToken cancellationToken)
    {
        options ??= new StopAllOptions();
        if (options.Timeout <= TimeSpan.Zero)
        {
            throw ProcessManagerException.Invalid([new Fault("timeout", "must be more than 0")]);
        }

        var chosen = await SelectAsync(host.Manager, selection, cancellationToken);
        var graph = await GraphAsync(host, chosen.FindAll(IsUp).ConvertAll(info => info.Id), cancellationToken);
        var stopped = (await StopInOrderAsync(host, graph, options, cancellationToken)).ToDictionary(one => one.Id);
        return new ManyOutcome([.. chosen.Select(info => stopped.GetValueOrDefault(info.Id) ?? new ProcessOutcome(info.Id, info, null))]);
    }

    /// <summary>All that is wrong with all of them.</summary>
    public static void CheckAll(IManyProcesses host, ValueList<ProcessSpec> specs, Func<int, string> path)
    {
        var faults = specs.SelectMany((spec, index) => host.Check(spec).Select(fault => fault with { Path = SpecPath.Join(path(index), fault.Path) })).ToList();
        faults.AddRange(specs.Index().GroupBy(each => each.Item.Id!.Value).Where(same => same.Count() > 1)
            .Select(same => new Fault(SpecPath.Join(path(same.Last().Index), "id"), $"\"{same.Key}\" is the id of another one too")));
        if (faults.Count > 0)
        {
            throw ProcessManagerException.Invalid(faults);
        }
    }

    public static Task CheckGraphAsync(IManyProcesses host, ValueList<ProcessSpec> specs, CancellationToken cancellationToken) =>
        DependencyCheck.OfAsync(specs, id => host.FindSpecAsync(id, cancellationToken));

    /// <summary>Does something for each, some at once; what fails is told by id.</summary>
    public static async Task<Dictionary<ProcessId, ErrorInfo>> EachAsync<T>(IEnumerable<T> all, Func<T, ProcessId> id, Func<T, Task> action)
    {
        var errors = new Dictionary<ProcessId, ErrorInfo>();
        using var room = new SemaphoreSlim(AtOnce);
        await Task.WhenAll(all.Select(async one =>
        {
            await room.WaitAsync();
            try
            {
                await action(one);
            }
            catch (ProcessManagerException error)
            {
                lock (errors)
                {
                    errors[id(one)] = new ErrorInfo(error.Code, error.Message);
                }
            }
            finally
            {
                room.Release();
            }
        }));
        return errors;
    }

    /// <summary>
    /// Orders each start after the orders for what it waits for, so that nobody is judged by the run before; then the processes wait for each other by themselves, and what can
    /// start does so at once.
    /// </summary>
    /// <param name="failed">Those that aren't to be started, and why.</param>
    public static async Task<ManyOutcome> StartInOrderAsync(
        IManyProcesses host, DependencyGraph graph, Dictionary<ProcessId, ErrorInfo> failed, CancellationToken cancellationToken)
    {
        var ordered = graph.Ids.ToDictionary(id => id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var outcomes = await Task.WhenAll(graph.Ids.Select(async id =>
        {
            await Task.WhenAll(graph.DependenciesOf(id).Select(on => ordered[on].Task)).WaitAsync(cancellationToken);
            if (failed.TryGetValue(id, out var error))
            {
                ordered[id].SetResult();
                return new ProcessOutcome(id, await FindAsync(host.Manager, id, cancellationToken), error);
            }

            return await StartAsync(host, id, ordered[id], cancellationToken);
        }));
        return new ManyOutcome([.. outcomes]);
    }

    private static async Task<ProcessOutcome> StartAsync(IManyProcesses host, ProcessId id, TaskCompletionSource ordered, CancellationToken cancellationToken)
    {
        try
        {
            var door = host.Door(id);
            ProcessInfo info;
            try
            {
                var view = await door.TakeAsync(new ProcessOrder.Start(), cancellationToken);
                ordered.SetResult();
                info = await ProcessCalls.UnderWayAsync(door, view, cancellationToken);
            }
            finally
            {
                ordered.TrySetResult();
            }

            return new ProcessOutcome(id, info, null);
        }
        catch (ProcessManagerException error)
        {
            return new ProcessOutcome(id, await FindAsync(host.Manager, id, cancellationToken), new ErrorInfo(error.Code, error.Message));
        }
    }

    /// <summary>Each is told when all that wait for it are down; at the deadline all that are left are.</summary>
    public static async Task<IReadOnlyList<ProcessOutcome>> StopInOrderAsync(
        IManyProcesses host, DependencyGraph graph, StopAllOptions options, CancellationToken cancellationToken)
    {
        var (manager, dependants) = (host.Manager, graph.Dependants);
        var down = graph.Ids.ToDictionary(id => id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        using var limit = new CancellationTokenSource(options.Timeout, host.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        return await Task.WhenAll(graph.Ids.Select(async id =>
        {
            var told = false;
            try
            {
                await Task.WhenAll(dependants[id].Select(by => down[by].Task)).WaitAsync(either.Token);

                // Those that are given up at the deadline count as down too, and may be so first.
                either.Token.ThrowIfCancellationRequested();
                told = true;
                var info = await manager.StopAsync(id, new StopOptions { Wait = true }, either.Token);
                return new ProcessOutcome(id, info, null);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return options.Force ? await KillAsync(manager, id, cancellationToken) : await LateAsync(manager, id, told, options.Timeout, cancellationToken);
            }
            catch (ProcessManagerException gone) when (gone.Code == ErrorCode.NotFound)
            {
                return new ProcessOutcome(id, null, null);
            }
            catch (ProcessManagerException error)
            {
                return new ProcessOutcome(id, await FindAsync(manager, id, cancellationToken), new ErrorInfo(error.Code, error.Message));
            }
            finally
            {
                down[id].TrySetResult();
            }
        }));
    }

    private static async Task<ProcessOutcome> KillAsync(IProcessManager manager, ProcessId id, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AfterKill);
        try
        {
            return new ProcessOutcome(id, await manager.KillAsync(id, wait: true, limit.Token), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProcessOutcome(id, await FindAsync(manager, id, cancellationToken), new ErrorInfo(ErrorCode.DeadlineExceeded, $"\"{id}\" was killed and is still there."));
        }
        catch (ProcessManagerException error)
        {
            return new ProcessOutcome(id, await FindAsync(manager, id, cancellationToken), error.Code == ErrorCode.NotFound ? null : new ErrorInfo(error.Code, error.Message));
        }
    }

    private static async Task<ProcessOutcome> LateAsync(IProcessManager manager, ProcessId id, bool told, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var why = told ? "was told to stop and has not ended" : "was not told to stop yet, because others that depend on it have not ended";
        return new ProcessOutcome(
            id,
            await FindAsync(manager, id, cancellationToken),
            new ErrorInfo(ErrorCode.DeadlineExceeded, $"\"{id}\" {why} within {Durations.Format(timeout)}."));
    }

    public static async Task<ProcessInfo?> FindAsync(IProcessManager manager, ProcessId id, CancellationToken cancellationToken)
    {
        try
        {
            return await manager.GetAsync(id, cancellationToken);
        }
        catch (ProcessManagerException)
        {
            // It isn't there, or can't be asked now: what was wanted to know of it is in an error already.
            return null;
        }
    }

    public static async Task<DependencyGraph> GraphAsync(IManyProcesses host, IReadOnlyCollection<ProcessId> ids, CancellationToken cancellationToken)
    {
        var specs = await Task.WhenAll(ids.Select(id => host.FindSpecAsync(id, cancellationToken)));
        return DependencyGraph.Of(specs.OfType<ProcessSpec>());
    }

    public static async Task<List<ProcessInfo>> SelectAsync(IProcessManager manager, ProcessSelection selection, CancellationToken cancellationToken)
    {
        if (selection is { All: false, Group: null, Labels.Count: 0, Ids.Count: 0 })
        {
            throw ProcessManagerException.Invalid([new Fault("", "must say which: all, group, labels or ids")]);
        }

        var query = new ProcessQuery { Group = selection.Group, Labels = selection.Labels, Limit = ProcessQuery.MaxLimit };
        if (selection.Ids.Count > 0)
        {
            // One that isn't there is told as for every call that names it.
            var named = await Task.WhenAll(selection.Ids.Distinct().Select(id => manager.GetAsync(id, cancellationToken)));
            return [.. named.Where(query.Matches)];
        }

        return await ListAllAsync(manager, query, cancellationToken);
    }

    public static async Task<List<ProcessInfo>> ListAllAsync(IProcessManager manager, ProcessQuery query, CancellationToken cancellationToken)
    {
        var all = new List<ProcessInfo>();
        do
        {
            var page = await manager.ListAsync(query, cancellationToken);
            all.AddRange(page.Items);
            query = query with { After = page.Next };
        }
        while (query.After is not null);
        return all;
    }

    private static bool IsUp(ProcessInfo info) => info.Goal == Goal.Up || info.Phase is Phase.Waiting or Phase.Starting or Phase.Running or Phase.BackingOff or Phase.Terminating;
}
