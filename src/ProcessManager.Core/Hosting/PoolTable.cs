namespace ProcessManager;

/// <summary>The pools of a host with one machine: their records are written, their lines made of what their jobs are.</summary>
/// <param name="write">Writes a pool's record, or takes it away (null).</param>
internal sealed class PoolTable(ProcessTable processes, TimeProvider clock, Func<string, PoolRecord?, Task> write)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Pool> _pools = new(StringComparer.Ordinal);

    /// <summary>Until recovery has told of every job, and while the manager shuts down, nobody is given a slot.</summary>
    private bool _open;

    /// <summary>Takes up the pools that the journal has.</summary>
    public void Load(IEnumerable<PoolRecord> records)
    {
        lock (_gate)
        {
            foreach (var record in records)
            {
                Of(record.Name).Record = record;
            }
        }
    }

    /// <summary>How a job stands after a turn; what comes of it are slots for others.</summary>
    public void See(SlotNews? news)
    {
        if (news is not null)
        {
            Change(news.Job.Pool, line => line.See(news));
        }
    }

    public void Open()
    {
        List<string> all;
        lock (_gate)
        {
            _open = true;
            all = [.. _pools.Keys];
        }

        foreach (var name in all)
        {
            Change(name, _ => { });
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _open = false;
        }
    }

    public async Task<PoolInfo> SetAsync(PoolSpec spec)
    {
        PoolRecord record;
        lock (_gate)
        {
            record = new PoolRecord(spec.Name, spec.Concurrency, _pools.GetValueOrDefault(spec.Name)?.Record?.CreatedAt ?? clock.GetUtcNow());
        }

        await write(spec.Name, record);
        lock (_gate)
        {
            Of(spec.Name).Record = record;
        }

        Change(spec.Name, _ => { });
        return Get(spec.Name);
    }

    /// <exception cref="ProcessManagerException">NotFound.</exception>
    public PoolInfo Get(string name)
    {
        lock (_gate)
        {
            return Find(name).Info(name);
        }
    }

    public IReadOnlyList<PoolInfo> All()
    {
        lock (_gate)
        {
            return [.. _pools.Where(pool => pool.Value.Record is not null).Select(pool => pool.Value.Info(pool.Key))];
        }
    }

    /// <inheritdoc cref="IPoolKeeper.AdmitAsync"/>
    public long Admit(string name, int count)
    {
        lock (_gate)
        {
            return Find(name).Line.Admit(name, count, clock.GetUtcNow());
        }
    }

    public void Admitted(string name, long first) => Change(name, line => line.Admitted(first));

    /// <inheritdoc cref="IPoolKeeper.HoldAsync"/>
    public void Hold(string name, bool held, bool removing)
    {
        Get(name);
        Change(name, line => line.Hold(held, removing));
    }

    public async Task ForgetAsync(string name)
    {
        await write(name, null);
        lock (_gate)
        {
            _pools.Remove(name);
        }
    }

    /// <summary>Changes a line, then tells those whose turn has come, outside of the lock: an order's first part runs on this thread.</summary>
    private void Change(string name, Action<PoolLine> change)
    {
        IReadOnlyList<(ProcessId Id, Epoch Epoch)> granted;
        lock (_gate)
        {
            var line = Of(name).Line;
            change(line);
            granted = _open ? line.Grant(clock.GetUtcNow()) : [];
        }

        foreach (var (id, epoch) in granted)
        {
            if (processes.TryGet(id, out var entity))
            {
                entity.Tell(new ProcessOrder.SlotGranted(epoch));
            }
        }
    }

    private Pool Find(string name) => _pools.TryGetValue(name, out var pool) && pool.Record is not null ? pool : throw PoolRules.NotFound(name);

    /// <summary>Also of a pool whose record couldn't be read: its jobs run as in any other.</summary>
    private Pool Of(string name)
    {
        if (!_pools.TryGetValue(name, out var pool))
        {
            _pools[name] = pool = new Pool();
        }

        return pool;
    }

    private sealed class Pool
    {
        public PoolLine Line { get; } = new();

        public PoolRecord? Record
        {
            get;
            set
            {
                field = value;
                Line.Concurrency = value!.Concurrency;
            }
        }

        public PoolInfo Info(string name) => Line.Info(name, Record!.CreatedAt);
    }
}

/// <summary>What is written of a pool.</summary>
internal sealed record PoolRecord(string Name, int Concurrency, DateTimeOffset CreatedAt);
