namespace ProcessManager.Os;

/// <summary>
/// How much of a log stays on disk, and how often to look. Freed in steps of at least 8 MiB down to 16 MiB below the budget: what can be
/// written between two looks fits between there and a quarter above a budget of 64 MiB, up to 1 GB/s (5 MB in 5 ms).
/// </summary>
internal static class LogBudget
{
    internal const long Least = 24L << 20;

    private const long Step = 8L << 20;
    private const long Room = 16L << 20;
    private const long Block = 4096;
    private const long BetweenLooks = 4L << 20;
    private const double FastBytesPerSecond = 4 << 20;
    private const double TopBytesPerSecond = 1e9;

    internal static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(5);
    internal static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    /// <summary>Where the hole at the head of a file should end, a multiple of a block; null when nothing is to be freed.</summary>
    internal static long? HoleEnd(long size, long holeEnd, long budget)
    {
        budget = Math.Max(budget, Least);
        return size - holeEnd < budget - Room + Step ? null : WholeBlocks(size - (budget - Room));
    }

    internal static long WholeBlocks(long offset) => offset / Block * Block;

    /// <summary>What a file can still grow by until it takes a quarter more than its budget.</summary>
    internal static long RoomLeft(long kept, long budget)
    {
        var most = Math.Clamp(budget, Least, long.MaxValue / 2);
        return most + (most / 4) - kept;
    }

    /// <summary>
    /// How long a log that grew by <paramref name="bytes"/> in <paramref name="elapsed"/> can be left alone. A fast writer may become as fast as any (1 GB/s)
    /// at any moment, and then must not fill more than half of what room is left.
    /// </summary>
    internal static TimeSpan NextLook(long bytes, TimeSpan elapsed, long room)
    {
        var wanted = elapsed * ((double)BetweenLooks / Math.Max(bytes, 1));
        var safe = bytes > FastBytesPerSecond * elapsed.TotalSeconds ? TimeSpan.FromSeconds(room / 2 / TopBytesPerSecond) : Longest;
        var least = wanted < safe ? wanted : safe;
        return least < Shortest ? Shortest : least > Longest ? Longest : least;
    }
}
