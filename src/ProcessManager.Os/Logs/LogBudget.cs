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

    internal static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(5);
    internal static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    /// <summary>Where the hole at the head of a file should end, a multiple of a block; null when nothing is to be freed.</summary>
    internal static long? HoleEnd(long size, long holeEnd, long budget)
    {
        budget = Math.Max(budget, Least);
        return size - holeEnd < budget - Room + Step ? null : WholeBlocks(size - (budget - Room));
    }

    internal static long WholeBlocks(long offset) => offset / Block * Block;

    /// <summary>How long a log that grew by <paramref name="bytes"/> in <paramref name="elapsed"/> can be left alone.</summary>
    internal static TimeSpan NextLook(long bytes, TimeSpan elapsed)
    {
        var wanted = elapsed * ((double)BetweenLooks / Math.Max(bytes, 1));
        return wanted < Shortest ? Shortest : wanted > Longest ? Longest : wanted;
    }
}
