namespace ProcessManager.Os;

/// <summary>
/// Measures many trees in one pass over <c>/proc</c>. One sampler is one series: percentages are over the time since its sample before.
/// Not for use by two callers at once.
/// </summary>
public sealed class ProcSampler(TimeProvider clock)
{
    /// <summary>On every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    private readonly byte[] _io = new byte[512];
    private Dictionary<int, ProcStat> _before = [];
    private Dictionary<int, ProcStat> _now = [];
    private long _sampledAt;

    /// <summary>What each tree uses now. A tree of which no member lives is left out.</summary>
    /// <param name="trees">The members of each, the main child first.</param>
    /// <param name="descriptors">Count open descriptors too: a directory listing for each member.</param>
    public IReadOnlyDictionary<ProcessId, TreeMetrics> Sample(
        IReadOnlyDictionary<ProcessId, IReadOnlyList<ChildIdentity>> trees, bool descriptors = false)
    {
        var at = clock.GetUtcNow();
        var elapsed = _sampledAt == 0 ? TimeSpan.Zero : clock.GetElapsedTime(_sampledAt);
        _sampledAt = clock.GetTimestamp();
        _now.Clear();

        var samples = new Dictionary<ProcessId, TreeMetrics>(trees.Count);
        foreach (var (id, members) in trees)
        {
            var sum = new Sum { State = OsState.Terminated };
            for (var i = 0; i < members.Count; i++)
            {
                Add(members[i], isMain: i == 0, descriptors, ref sum);
            }

            if (sum.Members > 0)
            {
                samples.Add(id, sum.ToMetrics(elapsed, at, descriptors));
            }
        }

        (_before, _now) = (_now, _before);
        return samples;
    }

    private void Add(ChildIdentity member, bool isMain, bool descriptors, ref Sum sum)
    {
        // The number may belong to another process by now; a zombie uses nothing but its number.
        var pid = member.OsPid;
        if (!ProcStat.TryRead(pid, out var stat) || stat.StartTicks != member.StartTicks || stat.IsDead)
        {
            return;
        }

        var known = _before.TryGetValue(pid, out var before) && before.StartTicks == stat.StartTicks;
        _now[pid] = stat;
        sum.Members++;
        sum.Children += isMain ? 0 : 1;
        sum.State = isMain ? OsStatusReader.FromLetter(stat.State) : sum.State;
        sum.CpuTicks += CpuTicks(stat);
        sum.NewTicks += CpuTicks(stat) - (known ? CpuTicks(before) : 0);
        sum.Memory += stat.ResidentPages * Environment.SystemPageSize;
        sum.Threads += stat.Threads;

        // Of another user's process only root may read it.
        var io = _io.AsSpan(0, ProcFile.Read(pid, "/io"u8, _io));
        var position = 0;
        sum.Read += ProcText.Number(ProcText.Line(io, "read_bytes"u8), ref position);
        position = 0;
        sum.Written += ProcText.Number(ProcText.Line(io, "write_bytes"u8), ref position);
        if (descriptors)
        {
            sum.Descriptors += CountDescriptors(pid);
        }
    }

    private static long CpuTicks(in ProcStat stat) => stat.UserTicks + stat.SystemTicks;

    private static int CountDescriptors(int pid)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd").Count();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or is another user's.
            return 0;
        }
    }

    private struct Sum
    {
        internal OsState State;
        internal int Members;
        internal int Children;
        internal int Threads;
        internal int Descriptors;
        internal long CpuTicks;
        internal long NewTicks;
        internal long Memory;
        internal long Read;
        internal long Written;

        internal readonly TreeMetrics ToMetrics(TimeSpan elapsed, DateTimeOffset at, bool descriptors) => new()
        {
            CpuPercent = elapsed > TimeSpan.Zero ? NewTicks / TicksPerSecond / elapsed.TotalSeconds * 100 : 0,
            CpuSeconds = CpuTicks / TicksPerSecond,
            MemoryBytes = Memory,
            ReadBytes = Read,
            WrittenBytes = Written,
            Threads = Threads,
            Children = Children,
            Descriptors = descriptors ? Descriptors : null,
            State = State,
            SampledAt = at,
        };
    }
}
