namespace ProcessManager;

/// <summary>What the calls mean for an id that is a set of replicas: the same for each of its members. A process with the id itself always comes first.</summary>
internal sealed class ReplicaCalls(ISingleProcesses host)
{
    /// <summary>Does it for the process, or for all members of the set at once.</summary>
    public async Task<ProcessInfo> EachAsync(ProcessId id, Func<ProcessId, Task<ProcessInfo>> one, CancellationToken cancellationToken)
    {
        try
        {
            return await one(id);
        }
        catch (ProcessManagerException missing) when (missing.Code == ErrorCode.NotFound)
        {
            // Nothing was done yet.
            if (await MembersAsync(id, cancellationToken) is not { Count: > 0 } members)
            {
                throw;
            }

            return ReplicaSet.Info(id, await Task.WhenAll(members.Select(member => one(member.Id))));
        }
    }

    public async Task RemoveAsync(ProcessId id, Func<ProcessId, Task> one, CancellationToken cancellationToken)
    {
        try
        {
            await one(id);
        }
        catch (ProcessManagerException missing) when (missing.Code == ErrorCode.NotFound)
        {
            if (await MembersAsync(id, cancellationToken) is not { Count: > 0 } members)
            {
                throw;
            }

            await Task.WhenAll(members.Select(member => one(member.Id)));
        }
    }

    public async Task<ProcessInfo> CreateAsync(ProcessSpec spec, bool start, CancellationToken cancellationToken)
    {
        if (spec.Replicas == 1)
        {
            return await host.CreateOneAsync(spec, start, cancellationToken);
        }

        Check(spec);
        var whole = spec with { Id = spec.Id ?? ProcessId.New() };
        var id = whole.Id.Value;
        if (await SingleAsync(id, cancellationToken) is not null || (await MembersAsync(id, cancellationToken)).Count > 0)
        {
            throw new ProcessManagerException(ErrorCode.AlreadyExists, $"There is a process \"{id}\" already.");
        }

        return ReplicaSet.Info(id, await AddAsync(whole, [.. Enumerable.Range(1, spec.Replicas)], start, cancellationToken));
    }

    public async Task<ProcessInfo> UpdateAsync(ProcessSpec spec, long? ifVersion, CancellationToken cancellationToken)
    {
        var id = spec.Id ?? throw ProcessManagerException.Invalid([new Fault("id", "an update names the process")]);
        var members = await SetToUpdateAsync(spec, id, cancellationToken);
        if (members is null)
        {
            return await host.UpdateOneAsync(spec, ifVersion, cancellationToken);
        }

        Check(spec);
        if (ifVersion is { } version && version != members.Sum(member => member.Version))
        {
            throw new ProcessManagerException(ErrorCode.Conflict, $"\"{id}\" has version {members.Sum(member => member.Version)}, and the update is meant for version {version}.");
        }

        if (members.Count == 0)
        {
            if (await SingleAsync(id, cancellationToken) is { } single)
            {
                return await ReplaceAsync(single, spec.WithSecretsOf(await host.WholeSpecAsync(id, cancellationToken)), spec.Replicas, cancellationToken);
            }

            return await CreateAsync(spec, start: true, cancellationToken);
        }

        var whole = spec.WithSecretsOf(await host.WholeSpecAsync(members[0].Id, cancellationToken));
        var kept = members.Where(member => member.Replica <= spec.Replicas).ToList();
        foreach (var member in kept)
        {
            await host.UpdateOneAsync(ReplicaSet.Member(whole, member.Replica!.Value), ifVersion: null, cancellationToken);
        }

        return await SizeAsync(whole, members, spec.Replicas, cancellationToken);
    }

    public async Task<UpdatePlan> PlanAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        var id = spec.Id ?? throw ProcessManagerException.Invalid([new Fault("id", "a plan names the process")]);
        var members = await SetToUpdateAsync(spec, id, cancellationToken);
        if (members is null)
        {
            return await host.PlanOneAsync(spec, cancellationToken);
        }

        Check(spec);
        if (members.Count == 0)
        {
            return await SingleAsync(id, cancellationToken) is null ? new UpdatePlan(UpdateEffect.Create, []) : new UpdatePlan(UpdateEffect.Restart, ["replicas"]);
        }

        var plans = await Task.WhenAll(members.Select(member => host.PlanOneAsync(ReplicaSet.Member(spec, member.Replica!.Value), cancellationToken)));
        var sized = members.Count != spec.Replicas;
        return new UpdatePlan(
            sized && plans.All(plan => plan.Effect == UpdateEffect.Nothing) ? UpdateEffect.InPlace : plans.Max(plan => plan.Effect),
            [.. plans.SelectMany(plan => plan.Changed).Concat(sized ? ["replicas"] : []).Distinct(StringComparer.Ordinal)]);
    }

    public async Task<ProcessSpec> GetSpecAsync(ProcessId id, Func<ProcessId, Task<ProcessSpec>> one, CancellationToken cancellationToken)
    {
        try
        {
            return await one(id);
        }
        catch (ProcessManagerException missing) when (missing.Code == ErrorCode.NotFound)
        {
            if (await MembersAsync(id, cancellationToken) is { Count: > 0 } members)
            {
                return ReplicaSet.Whole(id, await one(members[0].Id), members.Count);
            }

            throw;
        }
    }

    /// <summary>More are started as the present ones are; of too many the highest numbers are removed, gracefully.</summary>
    public async Task<ProcessInfo> ScaleAsync(ProcessId id, int replicas, CancellationToken cancellationToken)
    {
        if (replicas is < 1 or > ReplicaSet.Most)
        {
            throw ProcessManagerException.Invalid([new Fault("replicas", $"must be from 1 to {ReplicaSet.Most}, and is {replicas}")]);
        }

        if (await SingleAsync(id, cancellationToken) is { } single)
        {
            if (single.Replica is not null)
            {
                throw new ProcessManagerException(ErrorCode.InvalidState, $"\"{id}\" is a replica: scale the set that it is of.");
            }

            return replicas == 1 ? single : await ReplaceAsync(single, await host.WholeSpecAsync(id, cancellationToken), replicas, cancellationToken);
        }

        var members = await MembersAsync(id, cancellationToken);
        return members.Count > 0
            ? await SizeAsync(ReplicaSet.Whole(id, await host.WholeSpecAsync(members[0].Id, cancellationToken), replicas), members, replicas, cancellationToken)
            : throw new ProcessManagerException(ErrorCode.NotFound, $"There is no process \"{id}\".");
    }

    /// <summary>The replicas of a set, by number; empty where there is no such set.</summary>
    public async Task<List<ProcessInfo>> MembersAsync(ProcessId id, CancellationToken cancellationToken)
    {
        var prefix = id.Value + ".";
        var members = new List<ProcessInfo>();
        string? after = prefix;
        while (after is not null)
        {
            var page = await host.ListAsync(new ProcessQuery { After = after, Limit = ProcessQuery.MaxLimit }, cancellationToken);
            members.AddRange(page.Items.Where(info => info.Replica is { } replica && info.Id.Value == $"{prefix}{replica}"));
            after = page.Items is [.., var last] && last.Id.Value.StartsWith(prefix, StringComparison.Ordinal) ? page.Next : null;
        }

        return [.. members.OrderBy(member => member.Replica)];
    }

    /// <summary>Null: it is about a single process.</summary>
    private async Task<List<ProcessInfo>?> SetToUpdateAsync(ProcessSpec spec, ProcessId id, CancellationToken cancellationToken)
    {
        if (spec.Replica is not null || (spec.Replicas == 1 && await SingleAsync(id, cancellationToken) is not null))
        {
            return null;
        }

        var members = await MembersAsync(id, cancellationToken);
        return members.Count > 0 || spec.Replicas > 1 ? members : null;
    }

    /// <summary>A process becomes the first of several: it ends, for two must not have one number.</summary>
    private async Task<ProcessInfo> ReplaceAsync(ProcessInfo single, ProcessSpec spec, int replicas, CancellationToken cancellationToken)
    {
        var whole = spec with { Id = single.Id, Replicas = replicas };
        Check(whole);
        await host.RemoveAsync(single.Id, options: null, cancellationToken);
        return ReplicaSet.Info(single.Id, await AddAsync(whole, [.. Enumerable.Range(1, replicas)], single.Goal == Goal.Up, cancellationToken));
    }

    private async Task<ProcessInfo> SizeAsync(ProcessSpec whole, List<ProcessInfo> members, int replicas, CancellationToken cancellationToken)
    {
        var id = whole.Id!.Value;
        var missing = Enumerable.Range(1, replicas).Except(members.Select(member => member.Replica!.Value)).ToList();
        await AddAsync(whole, missing, members.Any(member => member.Goal == Goal.Up), cancellationToken);
        foreach (var surplus in members.Where(member => member.Replica > replicas).Reverse())
        {
            await host.RemoveAsync(surplus.Id, options: null, cancellationToken);
        }

        return ReplicaSet.Info(id, await MembersAsync(id, cancellationToken));
    }

    /// <summary>All of them are declared before one is started: what is refused leaves none behind.</summary>
    private async Task<ProcessInfo[]> AddAsync(ProcessSpec whole, IReadOnlyList<int> numbers, bool start, CancellationToken cancellationToken)
    {
        var made = new List<ProcessInfo>();
        try
        {
            foreach (var number in numbers)
            {
                made.Add(await host.CreateOneAsync(ReplicaSet.Member(whole, number), start: false, cancellationToken));
            }
        }
        catch
        {
            await Task.WhenAll(made.Select(member => host.RemoveAsync(member.Id, options: null, CancellationToken.None)));
            throw;
        }

        return start ? await Task.WhenAll(made.Select(member => host.StartAsync(member.Id, cancellationToken))) : [.. made];
    }

    private async Task<ProcessInfo?> SingleAsync(ProcessId id, CancellationToken cancellationToken)
    {
        try
        {
            return await host.GetAsync(id, cancellationToken) is { Replicas.Count: 0 } single ? single : null;
        }
        catch (ProcessManagerException missing) when (missing.Code == ErrorCode.NotFound)
        {
            return null;
        }
    }

    private static void Check(ProcessSpec spec)
    {
        if (SpecRules.Check(spec) is { Count: > 0 } faults)
        {
            throw ProcessManagerException.Invalid(faults);
        }
    }
}
