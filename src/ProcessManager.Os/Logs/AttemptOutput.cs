namespace ProcessManager.Os;

/// <summary>What one attempt wrote to one stream.</summary>
/// <param name="Offset">Where the bytes stand in the stream.</param>
/// <param name="Bytes">All of it, or the end of it; never cut within a UTF-8 character.</param>
/// <param name="Truncated">Whether the attempt wrote more than the bytes here.</param>
public sealed record AttemptOutput(long Offset, ReadOnlyMemory<byte> Bytes, bool Truncated)
{
    public static readonly AttemptOutput Empty = new(0, ReadOnlyMemory<byte>.Empty, Truncated: false);
}
