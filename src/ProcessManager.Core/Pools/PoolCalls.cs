namespace ProcessManager;

/// <summary>What the calls of <see cref="IPools"/> mean: the same on every host, over its processes and its lines.</summary>
internal sealed class PoolCalls(IProcessManager manager, IPoolKeeper keeper, TimeProvider clock) : IPools
{
    /// <summary>Jobs that are made, or told something, at the same time: their turns are written together.</summary>
    private const int AtOnce = 64;

    private static readonly ValueList<Phase> Up = [Phase.Waiting, Phase.Starting, Phase.Running, Phase.BackingOff];

    private static readonly ValueList<Phase> NotEnded = [.. Up, Phase.Terminating];

    public Task<PoolInfo> SetAsync(PoolSpec pool, CancellationToken cancellationToken = default)
    {
        PoolRules.Check(pool);
        return keeper.SetAsync(pool, cancellationToken);
    }

    public Task<PoolInfo> GetAsync(string name, CancellationToken cancellationToken = default) => keeper.GetAsync(name, cancellationToken);

    public Task<IReadOnlyList<PoolInfo>> ListAsync(CancellationToken cancellationToken = default) => keeper.ListAsync(cancellationToken);

    public async Task<IReadOnlyList<ProcessInfo>> AddAsync(string pool, IReadOnlyList<PoolJob> jobs, CancellationToken cancellationToken = default)
    {
        var named = PoolRules.Named(pool, jobs);
        var number = await keeper.AdmitAsync(pool, named.Count, cancellationToken);
        var added = new ProcessInfo?[named.Count];
        var refused = new ProcessManagerException?[named.Count];
        try
        {
            await EachAsync(Enumerable.Range(0, named.Count), async index =>
            {
                var job = named[index];
                try
                {
                    added[index] = await keeper.DeclareAsync(job.Spec, new JobPlace(pool, job.Key!, job.Priority, number + index), cancellationToken);
                }
                catch (ProcessManagerException why)
                {
                    refused[index] = why;
                }
            });
        }
        finally
        {
            await keeper.AdmittedAsync(pool, number);
        }

        return refused.OfType<ProcessManagerException>().FirstOrDefault() is not { } first
            ? [.. added.OfType<ProcessInfo>()]
            : throw new ProcessManagerException(first.Code, named.Count == 1 ? first.Message : $"{first.Message} {Left(named, refused)}", first.Faults, first);
    }

    public async Task<PoolInfo> CancelAsync(string name, CancellationToken cancellationToken = default)
    {
        await keeper.HoldAsync(name, held: true, removing: false, cancellationToken);
        try
        {
            await StopAllAsync(name, cancellationToken);
        }
        finally
        {
            await keeper.HoldAsync(name, held: false, removing: false, CancellationToken.None);
        }

        return await keeper.GetAsync(name, cancellationToken);
    }

    public async Task<PoolInfo> WaitAsync(string name, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        if (timeout <= TimeSpan.Zero)
        {
            throw ProcessManagerException.Invalid([new Fault("timeout", "is not more than zero; leave it out for none")]);
        }

        using var limit = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await IdleAsync(name, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var pool = await keeper.GetAsync(name, cancellationToken);
            throw new ProcessManagerException(
                ErrorCode.DeadlineExceeded, $"In \"{name}\" {pool.Running} jobs run and {pool.Waiting} wait after {Durations.Format(timeout!.Value)}.");
        }

        return await keeper.GetAsync(name, cancellationToken);
    }

    public async Task RemoveAsync(string name, CancellationToken cancellationToken = default)
    {
        await keeper.HoldAsync(name, held: true, removing: true, cancellationToken);
        await StopAllAsync(name, cancellationToken);
        await foreach (var page in PagesAsync(name, [], cancellationToken))
        {
            await EachAsync(page, async job =>
            {
                try
                {
                    await manager.RemoveAsync(job.Id, options: null, cancellationToken);
                }
                catch (ProcessManagerException gone) when (gone.Code == ErrorCode.NotFound)
                {
                    // Its retention ended, or somebody else removed it.
                }
            });
        }

        await keeper.ForgetAsync(name, cancellationToken);
    }

    /// <summary>Looks who isn't over and waits for each, until there is nobody whose end wasn't seen.</summary>
    private async Task IdleAsync(string name, CancellationToken cancellationToken)
    {
        await keeper.GetAsync(name, cancellationToken);
        var ended = new HashSet<(ProcessId, DateTimeOffset)>();
        var some = true;
        while (some)
        {
            some = false;
            await foreach (var page in PagesAsync(name, NotEnded, cancellationToken))
            {
                foreach (var job in page.Where(job => ended.Add((job.Id, job.CreatedAt))))
                {
                    some = true;
                    await GoneAsync(() => manager.WaitAsync(job.Id, options: null, cancellationToken));
                }
            }
        }
    }

    /// <summary>Those that wait first, so that none of them begins in the place of one that was ended.</summary>
    private async Task StopAllAsync(string name, CancellationToken cancellationToken)
    {
        var told = new HashSet<ProcessId>();
        foreach (var phases in (ValueList<Phase>[])[[Phase.Waiting], Up])
        {
            await foreach (var page in PagesAsync(name, phases, cancellationToken))
            {
                await EachAsync([.. page.Where(job => told.Add(job.Id))], job => GoneAsync(() => manager.StopAsync(job.Id, options: null, cancellationToken)));
            }
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<ProcessInfo>> PagesAsync(
        string name, ValueList<Phase> phases, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new ProcessQuery { Pool = name, Phases = phases, Limit = ProcessQuery.MaxLimit };
        do
        {
            var page = await manager.ListAsync(query, cancellationToken);
            yield return page.Items;
            query = query with { After = page.Next };
        }
        while (query.After is not null);
    }

    private static async Task GoneAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (ProcessManagerException gone) when (gone.Code == ErrorCode.NotFound)
        {
            // Removed meanwhile: it is over.
        }
    }

    private static Task EachAsync<T>(IEnumerable<T> items, Func<T, Task> call) => Parallel.ForEachAsync(
        items, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (item, _) => await call(item));

    private static string Left(IReadOnlyList<PoolJob> jobs, ProcessManagerException?[] refused)
    {
        const int most = 10;
        var left = jobs.Where((_, index) => refused[index] is not null).Select(job => job.Key).ToList();
        var rest = left.Count > most ? $" and {left.Count - most} more" : "";
        return $"{jobs.Count - left.Count} of {jobs.Count} jobs were added; not these: {string.Join(", ", left.Take(most))}{rest}.";
    }
}
