using System.Text;

namespace ProcessManager;

/// <summary>One line of output, without its end. A line of more than 1 MiB comes in parts.</summary>
/// <param name="Offset">Of its first byte; see <see cref="LogChunk"/>.</param>
/// <param name="Time">When the manager saw its last byte.</param>
public sealed record OutputLine(LogStream Stream, long Offset, DateTimeOffset Time, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Read as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);
}
