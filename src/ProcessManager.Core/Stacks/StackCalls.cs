namespace ProcessManager;

/// <summary>Stacks, by what can be done to their members: the same on every host.</summary>
internal sealed class StackCalls(IManyProcesses host) : IStacks
{
    public async Task<StackOutcome> UpAsync(StackSpec stack, CancellationToken cancellationToken = default)
    {
        var plan = await CheckedPlanAsync(stack, cancellationToken);
        var failed = await MakeAsync(stack, plan, cancellationToken);
        var up = await ManyCalls.StartInOrderAsync(host, DependencyGraph.Of(stack.Processes), failed, cancellationToken);
        return Told(stack, plan.Zip(up.Processes, (member, started) => member with
        {
            Change = member is { Change: MemberChange.None, Info: { } before } && IsDown(before) ? MemberChange.Started : member.Change,
            Info = started.Info,
            Error = started.Error,
        }));
    }

    public async Task<StackOutcome> ApplyAsync(StackSpec stack, CancellationToken cancellationToken = default)
    {
        var plan = await CheckedPlanAsync(stack, cancellationToken);
        var leaving = await LeavingAsync(stack, cancellationToken);

        // First, so that what is new finds the ports and files of what goes free.
        var removed = await RemoveAsync([.. leaving.Select(member => member.Id)], new StopAllOptions(), cancellationToken);
        var failed = await MakeAsync(stack, plan, cancellationToken);

        // A changed one that is down stays down: it was stopped, or has completed.
        var starting = plan.Where(member => member.Change == MemberChange.Created).Select(member => member.Id).ToHashSet();
        var graph = new DependencyGraph(stack.Processes.Where(spec => starting.Contains(spec.Id!.Value)).Select(spec => (spec.Id!.Value, spec.DependsOn)));
        var started = (await ManyCalls.StartInOrderAsync(host, graph, failed, cancellationToken)).Processes.ToDictionary(one => one.Id);
        var members = await Task.WhenAll(plan.Select(async member => started.TryGetValue(member.Id, out var outcome)
            ? member with { Info = outcome.Info, Error = outcome.Error }
            : member with { Info = await ManyCalls.FindAsync(host.Manager, member.Id, cancellationToken), Error = failed.GetValueOrDefault(member.Id) }));
        return Told(stack, [.. members, .. leaving.Zip(removed, (member, outcome) => member with { Info = null, Error = outcome.Error })]);
    }

    public async Task<StackOutcome> PlanAsync(StackSpec stack, CancellationToken cancellationToken = default)
    {
        var plan = await CheckedPlanAsync(stack, cancellationToken);
        return Told(stack, [.. plan, .. await LeavingAsync(stack, cancellationToken)]);
    }

    public async Task<ManyOutcome> DownAsync(string name, DownOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new DownOptions();
        var members = await MembersAsync(name, cancellationToken);
        ProcessId[] ids = [.. members.Select(member => member.Id)];
        return options.Remove
            ? new ManyOutcome([.. await RemoveAsync(ids, options, cancellationToken)])
            : await ManyCalls.StopAllAsync(host, ProcessSelection.Of(ids), options, cancellationToken);
    }

    public async Task<StackGraph> GraphAsync(string name, CancellationToken cancellationToken = default)
    {
        var members = await MembersAsync(name, cancellationToken);
        var graph = await ManyCalls.GraphAsync(host, members.ConvertAll(member => member.Id), cancellationToken);
        return new StackGraph(name, [.. members.Where(member => graph.Ids.Contains(member.Id)).Select(
            member => new GraphNode(member.Id, member.Phase, member.Ready, member.BlockedBy, graph.EdgesOf(member.Id)))]);
    }

    public async Task<StackInfo> GetAsync(string name, CancellationToken cancellationToken = default) => new(name, [.. await MembersAsync(name, cancellationToken)]);

    public async Task<IReadOnlyList<StackSummary>> ListAsync(CancellationToken cancellationToken = default)
    {
        var all = await ManyCalls.ListAllAsync(host.Manager, new ProcessQuery { Limit = ProcessQuery.MaxLimit }, cancellationToken);
        return [.. all.Where(info => info.Group is { } group && StackSpec.KeyOf(group, info.Id) is not null)
            .GroupBy(info => info.Group!, StringComparer.Ordinal)
            .OrderBy(stack => stack.Key, StringComparer.Ordinal)
            .Select(stack => new StackSummary(
                stack.Key, stack.Count(), stack.Count(info => info.Ready), stack.Count(info => ProcessCensus.HasFailed(info.Phase, info.Reason))))];
    }

    /// <summary>What is to be done to each member of the file, in its order, each with how it stands; nothing is done yet.</summary>
    private async Task<List<MemberOutcome>> CheckedPlanAsync(StackSpec stack, CancellationToken cancellationToken)
    {
        if (stack.Processes.FirstOrDefault(spec => spec.Id is not { } id || spec.Group != stack.Name || StackSpec.KeyOf(stack.Name, id) is null) is { } stranger)
        {
            throw ProcessManagerException.Invalid([new Fault("processes", $"\"{stranger.Id}\" is no member of {stack.Name}: its id is `{stack.Name}.<key>`, and its group the stack's name")]);
        }

        ManyCalls.CheckAll(host, stack.Processes, index => SpecPath.Key("processes", stack.KeyOf(stack.Processes[index].Id!.Value)));
        await ManyCalls.CheckGraphAsync(host, stack.Processes, cancellationToken);
        return [.. await Task.WhenAll(stack.Processes.Select(async spec =>
        {
            var plan = await host.Manager.PlanAsync(spec, cancellationToken);
            var info = plan.Effect == UpdateEffect.Create ? null : await ManyCalls.FindAsync(host.Manager, spec.Id!.Value, cancellationToken);
            return new MemberOutcome(spec.Id!.Value, ChangeOf(plan.Effect), plan.Changed, info);
        }))];
    }

    /// <summary>Makes and changes what the plan says, without starting anything that is down.</summary>
    private Task<Dictionary<ProcessId, ErrorInfo>> MakeAsync(StackSpec stack, List<MemberOutcome> plan, CancellationToken cancellationToken) => ManyCalls.EachAsync(
        stack.Processes.Zip(plan).Where(each => each.Second.Change != MemberChange.None),
        each => each.Second.Id,
        each => each.Second.Change == MemberChange.Created ? host.DeclareAsync(each.First, cancellationToken) : host.ChangeAsync(each.First, cancellationToken));

    private async Task<List<MemberOutcome>> LeavingAsync(StackSpec stack, CancellationToken cancellationToken)
    {
        var kept = stack.Processes.Select(spec => spec.Id!.Value).ToHashSet();
        var present = await ListAsync(stack.Name, cancellationToken);
        return [.. present.Where(info => !kept.Contains(info.Id)).Select(info => new MemberOutcome(info.Id, MemberChange.Removed, [], info))];
    }

    /// <summary>Stopped in order, then forgotten.</summary>
    private async Task<IReadOnlyList<ProcessOutcome>> RemoveAsync(ProcessId[] ids, StopAllOptions options, CancellationToken cancellationToken)
    {
        if (ids.Length == 0)
        {
            return [];
        }

        var stopped = await ManyCalls.StopAllAsync(host, ProcessSelection.Of(ids), options, cancellationToken);
        var errors = await ManyCalls.EachAsync(
            stopped.Processes.Where(one => one.Error is null), one => one.Id, one => GoneAsync(one.Id, cancellationToken));
        return [.. stopped.Processes.Select(one => errors.TryGetValue(one.Id, out var error) ? one with { Error = error } : one with { Info = one.Error is null ? null : one.Info })];
    }

    private async Task GoneAsync(ProcessId id, CancellationToken cancellationToken)
    {
        try
        {
            await host.Manager.RemoveAsync(id, options: null, cancellationToken);
        }
        catch (ProcessManagerException gone) when (gone.Code == ErrorCode.NotFound)
        {
            // Somebody was faster.
        }
    }

    private async Task<List<ProcessInfo>> MembersAsync(string name, CancellationToken cancellationToken) =>
        await ListAsync(name, cancellationToken) is { Count: > 0 } members
            ? members
            : throw new ProcessManagerException(ErrorCode.NotFound, $"There is no stack {Quoted.Text(name)}.");

    private async Task<List<ProcessInfo>> ListAsync(string name, CancellationToken cancellationToken)
    {
        var all = await ManyCalls.ListAllAsync(host.Manager, new ProcessQuery { Group = name, Limit = ProcessQuery.MaxLimit }, cancellationToken);
        return all.FindAll(info => !info.OneOff && StackSpec.KeyOf(name, info.Id) is not null);
    }

    private static StackOutcome Told(StackSpec stack, IEnumerable<MemberOutcome> members) => new(stack.Name, [.. members]);

    private static bool IsDown(ProcessInfo info) => info.Phase is Phase.Created or Phase.Terminated or Phase.Finished;

    private static MemberChange ChangeOf(UpdateEffect effect) => effect switch
    {
        UpdateEffect.Nothing => MemberChange.None,
        UpdateEffect.Create => MemberChange.Created,
        UpdateEffect.InPlace => MemberChange.Changed,
        UpdateEffect.Restart => MemberChange.Restarted,
        _ => throw new System.Diagnostics.UnreachableException($"effect {effect}"),
    };
}
