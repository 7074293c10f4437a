using System.Text.Json.Serialization;

namespace ProcessManager;

public enum LogStream
{
    Stdout,
    Stderr,
}

/// <summary>Which part of a process' output.</summary>
public sealed record LogQuery
{
    /// <summary>One stream; both when absent.</summary>
    public LogStream? Stream { get; init; }

    /// <summary>Only the last lines (of each stream).</summary>
    public int? Tail { get; init; }

    /// <summary>Only lines seen at or after this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only what stands at this offset or later; with one stream.</summary>
    public long? Offset { get; init; }

    /// <summary>Only what this run and those after it wrote. A time wouldn't do: a line may be seen before its child's start was.</summary>
    [JsonInclude]
    internal int? Run { get; init; }

    /// <summary>Go on with what is written from now on, until the process has ended.</summary>
    public bool Follow { get; init; }

    /// <summary>Only lines that match this regular expression (non-backtracking).</summary>
    public string? Grep { get; init; }
}

/// <summary>A piece of one stream.</summary>
/// <param name="Offset">Of the first byte, counted from the first that the process ever wrote to the stream; it never falls.</param>
/// <param name="Time">When the manager saw it; for output written while no manager ran, when the next one came.</param>
public sealed record LogChunk(LogStream Stream, long Offset, DateTimeOffset Time, ReadOnlyMemory<byte> Bytes);
