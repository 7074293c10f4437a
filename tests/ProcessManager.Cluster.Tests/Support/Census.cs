using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ProcessManager.Contract;

namespace ProcessManager.Cluster.Tests;

/// <summary>
/// Counts from /proc, ten times a second for as long as it lives, who carries the marks of some managers: a process may have one main child at a time, on whichever of them, and an
/// attempt one child ever.
/// </summary>
internal sealed class Census : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly IReadOnlyList<string> _data;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _counting;
    private readonly ConcurrentQueue<string> _faults = new();

    // A mark doesn't change once it is there: only those without one are looked at again.
    private readonly Dictionary<(int OsPid, string Started), Main> _known = [];
    private readonly Dictionary<string, int> _ever = [];
    private IReadOnlyList<Main> _present = [];

    public Census(SiloCluster cluster)
    {
        _data = [.. cluster.Silos.Select(silo => silo.Data)];
        _counting = Task.Run(CountAsync);
    }

    /// <param name="Epoch">Of the process' run and attempt: <c>2.1</c>.</param>
    public sealed record Main(int OsPid, string Id, string Epoch);

    public int Samples { get; private set; }

    /// <summary>The longest that one count took, and the wait until the next.</summary>
    public TimeSpan LongestGap { get; private set; }

    public IReadOnlyList<Main> Present => Volatile.Read(ref _present);

    /// <summary>The OS pids of main children by process, as the last sample has them.</summary>
    public Dictionary<string, int> OsPids() => Present.ToDictionary(main => main.Id, main => main.OsPid);

    /// <summary>Nothing was ever there twice.</summary>
    public void ShouldBeClean()
    {
        Samples.ShouldBeGreaterThan(0);
        _faults.ShouldBeEmpty();
    }

    /// <summary>A sample that began after this was asked.</summary>
    public async Task<IReadOnlyList<Main>> NextAsync()
    {
        var enough = Samples + 2;
        await Patience.Until("the next sample", () => Samples >= enough || _counting.IsCompleted);
        await (_counting.IsFaulted ? _counting : Task.CompletedTask);
        return Present;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _counting;
        _end.Dispose();
    }

    private async Task CountAsync()
    {
        using var beat = new PeriodicTimer(Every);
        var last = TimeProvider.System.GetTimestamp();
        try
        {
            do
            {
                Count();
                var now = TimeProvider.System.GetTimestamp();
                var gap = TimeProvider.System.GetElapsedTime(last, now);
                (last, LongestGap) = (now, gap > LongestGap ? gap : LongestGap);
                Samples++;
            }
            while (await beat.WaitForNextTickAsync(_end.Token));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private void Count()
    {
        var managers = _data.Select(data => Path.Combine(data, "id")).Where(File.Exists).Select(file => File.ReadAllText(file).Trim()).ToHashSet();
        List<Main> present = [.. Directory.EnumerateDirectories("/proc").Select(folder => Read(folder, managers)).OfType<Main>()];
        foreach (var main in present)
        {
            var attempt = $"{main.Id}/{main.Epoch}";
            if (!_ever.TryAdd(attempt, main.OsPid) && _ever[attempt] != main.OsPid)
            {
                _faults.Enqueue($"{attempt} is {main.OsPid}, and was {_ever[attempt]}");
            }
        }

        foreach (var twice in present.GroupBy(main => main.Id).Where(mains => mains.Count() > 1))
        {
            _faults.Enqueue($"at once: {string.Join(", ", twice)}");
        }

        Volatile.Write(ref _present, present);
    }

    private Main? Read(string folder, HashSet<string> managers)
    {
        if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid))
        {
            return null;
        }

        try
        {
            var stat = File.ReadAllText($"{folder}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            if (fields[0] is "Z" or "X" || fields[3] != Path.GetFileName(folder))
            {
                // Ended, or not the leader of its session.
                return null;
            }

            if (_known.TryGetValue((pid, fields[19]), out var known))
            {
                return known;
            }

            var mark = Encoding.UTF8.GetString(File.ReadAllBytes($"{folder}/environ")).Split('\0')
                .FirstOrDefault(variable => variable.StartsWith("PROCMAN_RUN=", StringComparison.Ordinal))?.Split('=')[1];
            return mark?.Split(':')[^1].Split('/') is [var owner, var id, var epoch] && managers.Contains(owner)
                ? _known[(pid, fields[19])] = new Main(pid, id, epoch)
                : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended while it was looked at, or is somebody else's.
            return null;
        }
    }
}
