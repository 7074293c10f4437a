namespace ProcessManager.Cli.Tests;

/// <summary>Stacks of a manager in memory: what is asked of each member is remembered there. A member without a command fails to start.</summary>
internal sealed class InMemoryStacks(InMemoryManager manager) : IStacks
{
    public async Task<StackOutcome> UpAsync(StackSpec stack, CancellationToken cancellationToken = default)
    {
        var members = new List<MemberOutcome>();
        foreach (var spec in stack.Processes)
        {
            members.Add(await RaiseAsync(spec, cancellationToken));
        }

        return new StackOutcome(stack.Name, [.. members]);
    }

    public Task<StackOutcome> ApplyAsync(StackSpec stack, CancellationToken cancellationToken = default) => UpAsync(stack, cancellationToken);

    public async Task<StackOutcome> PlanAsync(StackSpec stack, CancellationToken cancellationToken = default)
    {
        var plans = await Task.WhenAll(stack.Processes.Select(async spec => (Spec: spec, Plan: await manager.PlanAsync(spec, cancellationToken))));
        var kept = stack.Processes.Select(spec => spec.Id!.Value).ToHashSet();
        return new StackOutcome(stack.Name,
        [
            .. plans.Select(each => new MemberOutcome(
                each.Spec.Id!.Value, each.Plan.Effect == UpdateEffect.Create ? MemberChange.Created : MemberChange.Restarted, each.Plan.Changed)),
            .. manager.Infos.Values.Where(info => info.Group == stack.Name && !kept.Contains(info.Id)).Select(info => new MemberOutcome(info.Id, MemberChange.Removed, [])),
        ]);
    }

    public Task<ManyOutcome> DownAsync(string name, DownOptions? options = null, CancellationToken cancellationToken = default)
    {
        manager.Asked.Add($"down {name} timeout {options?.Timeout} force {options?.Force} remove {options?.Remove}");
        var members = manager.Infos.Values.Where(info => info.Group == name).ToList();
        return members.Count > 0
            ? Task.FromResult(new ManyOutcome([.. members.Select(info => new ProcessOutcome(info.Id, info, null))]))
            : throw new ProcessManagerException(ErrorCode.NotFound, $"There is no stack \"{name}\".");
    }

    public Task<StackGraph> GraphAsync(string name, CancellationToken cancellationToken = default) => Task.FromResult(new StackGraph(
        name, [.. manager.Infos.Values.Select(info => new GraphNode(info.Id, info.Phase, info.Ready, info.BlockedBy, manager.Specs[info.Id.Value].DependsOn))]));

    public Task<StackInfo> GetAsync(string name, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<StackSummary>> ListAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    private async Task<MemberOutcome> RaiseAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        var id = spec.Id!.Value;
        if (spec.Command == "no-such-command")
        {
            return new MemberOutcome(id, MemberChange.Created, [], null, new ErrorInfo(ErrorCode.CommandNotFound, "There is no such command."));
        }

        if (!manager.Infos.TryGetValue(id.Value, out var before))
        {
            return new MemberOutcome(id, MemberChange.Created, [], await manager.CreateAsync(spec, start: true, cancellationToken));
        }

        var info = await manager.UpdateAsync(spec, null, cancellationToken);
        return new MemberOutcome(
            id, MemberChange.Restarted, ["args"], before.Phase == Phase.Terminated ? await manager.StartAsync(id, cancellationToken) : info);
    }
}
