namespace ProcessManager;

/// <summary>
/// Who of a pool's jobs has a slot, and who is next: by priority, then by the order in which they were added. It knows what it is told (<see cref="See"/>) and nothing else, so after
/// a crash it is what it was once every job has been told of again.
/// </summary>
internal sealed class PoolLine
{
    /// <summary>Adding the most that may wait takes a few seconds.</summary>
    private static readonly TimeSpan LongestAdmission = TimeSpan.FromSeconds(30);

    private readonly Dictionary<ProcessId, SlotNews> _jobs = [];
    private readonly SortedSet<SlotNews> _line = new(new InOrder());
    private readonly int[] _count = new int[Enum.GetValues<SlotUse>().Length];

    /// <summary>Granted, and not heard yet that it was taken.</summary>
    private readonly Dictionary<ProcessId, Epoch> _granted = [];
    private long _nextNumber = 1;

    /// <summary>Jobs that are being added, by the number of the first.</summary>
    private readonly SortedDictionary<long, Admission> _admissions = [];

    public int Concurrency { get; set; } = PoolSpec.DefaultConcurrency;

    /// <summary>Nobody is given a slot: its jobs are being called off.</summary>
    public bool Held { get; private set; }

    /// <summary>It takes no jobs any more.</summary>
    public bool Removing { get; private set; }

    public int Waiting => Count(SlotUse.Waits) + Count(SlotUse.Rests) - _granted.Count;

    public int Running => Count(SlotUse.Holds) + _granted.Count;

    /// <summary>Jobs that were given a slot and haven't said yet that they have it: to be told again when that takes long.</summary>
    public IReadOnlyCollection<(ProcessId Id, Epoch Epoch)> Granted => [.. _granted.Select(pair => (pair.Key, pair.Value))];

    /// <summary>Jobs that have a slot, as far as is known.</summary>
    public IEnumerable<ProcessId> Holders => _jobs.Values.Where(job => job.Use == SlotUse.Holds).Select(job => job.Id);

    public int Count(SlotUse use) => _count[(int)use];

    /// <summary>Makes room for jobs that are about to be added; answers the number of the first.</summary>
    /// <exception cref="ProcessManagerException">LimitExceeded; InvalidState: the pool is being removed.</exception>
    public long Admit(string name, int count, DateTimeOffset now)
    {
        Expire(now);
        if (Removing)
        {
            throw PoolRules.Going(name);
        }

        var waiting = Waiting + _admissions.Values.Sum(each => each.Count);
        if (waiting + count > IPools.MostWaiting)
        {
            throw PoolRules.Full(name, waiting, count);
        }

        var first = _nextNumber;
        _nextNumber += count;
        if (count > 0)
        {
            _admissions[first] = new Admission(count, now + LongestAdmission);
        }

        return first;
    }

    /// <summary>Those jobs are there now, or couldn't be made.</summary>
    public void Admitted(long first) => _admissions.Remove(first);

    public void Hold(bool held, bool removing)
    {
        Removing |= removing;
        Held = held || Removing;
    }

    /// <summary>Takes note of how a job stands; what is older than what is known is left out.</summary>
    public void See(SlotNews news)
    {
        _nextNumber = Math.Max(_nextNumber, news.Job.Number + 1);
        if (_jobs.TryGetValue(news.Id, out var known))
        {
            if (known.CreatedAt > news.CreatedAt || (known.CreatedAt == news.CreatedAt && known.Version > news.Version))
            {
                return;
            }

            _count[(int)known.Use]--;
            _line.Remove(known);
        }

        // One that says that it waits, for the very start that it was given the slot for, will hear of it.
        if (!(news.Use == SlotUse.Waits && _granted.TryGetValue(news.Id, out var granted) && granted == news.Epoch))
        {
            _granted.Remove(news.Id);
        }

        if (news.Use == SlotUse.Gone)
        {
            _jobs.Remove(news.Id);
            return;
        }

        _jobs[news.Id] = news;
        _count[(int)news.Use]++;
        if (news.Use == SlotUse.Waits && !_granted.ContainsKey(news.Id))
        {
            _line.Add(news);
        }
    }

    /// <summary>The job isn't there any more.</summary>
    public void Lose(ProcessId id)
    {
        if (_jobs.TryGetValue(id, out var known))
        {
            See(known with { Use = SlotUse.Gone });
        }
    }

    /// <summary>Gives out the slots that are free; each answered start is to be told once.</summary>
    public IReadOnlyList<(ProcessId Id, Epoch Epoch)> Grant(DateTimeOffset now)
    {
        Expire(now);
        var granted = new List<(ProcessId, Epoch)>();

        // Jobs that are added together are made at the same time: nobody begins before those of them that come before it are there.
        while (!Held && Running < Concurrency && _line.Min is { } next && (_admissions.Count == 0 || next.Job.Number < _admissions.First().Key))
        {
            _line.Remove(next);
            _granted[next.Id] = next.Epoch;
            granted.Add((next.Id, next.Epoch));
        }

        return granted;
    }

    public PoolInfo Info(string name, DateTimeOffset createdAt) => new()
    {
        Name = name,
        Concurrency = Concurrency,
        Waiting = Waiting,
        Running = Running,
        Completed = Count(SlotUse.Completed),
        Failed = Count(SlotUse.Failed),
        Cancelled = Count(SlotUse.Cancelled),
        CreatedAt = createdAt,
    };

    /// <summary>Who added them may have gone before it could say that they are there.</summary>
    private void Expire(DateTimeOffset now)
    {
        foreach (var (first, _) in _admissions.Where(each => each.Value.Until <= now).ToList())
        {
            _admissions.Remove(first);
        }
    }

    private sealed record Admission(int Count, DateTimeOffset Until);

    private sealed class InOrder : IComparer<SlotNews>
    {
        public int Compare(SlotNews? x, SlotNews? y) => (-x!.Job.Priority, x.Job.Number, x.Id.Value).CompareTo((-y!.Job.Priority, y.Job.Number, y.Id.Value));
    }
}
