using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>Reads one stream forward, a chunk at a time: whole lines that were seen at the same time, or pieces of a line that is longer than 64 KiB.</summary>
internal sealed class LogCursor(ProcessLog log, LogStream stream, long position) : IDisposable
{
    internal const int Piece = 64 << 10;

    private byte[]? _buffer;
    private SafeFileHandle? _file;
    private long _fileBase;
    private long _incompleteAt = -1;
    private LogChunk? _next;

    internal LogStream Stream => stream;

    /// <summary>Where the next chunk begins.</summary>
    internal long Position { get; private set; } = position;

    /// <summary>The next chunk, without taking it; null when no whole line is there.</summary>
    /// <param name="until">Read no further than here, and up to here also what isn't a whole line. Null: whole lines as far as they were seen.</param>
    internal LogChunk? Peek(long? until)
    {
        while (_next is null)
        {
            var view = log.View(stream);
            Position = Math.Max(Position, view.FirstKept);
            var end = Math.Min(view.End, until ?? long.MaxValue);
            if (Position >= end || (until is null && _incompleteAt == end))
            {
                return null;
            }

            _buffer ??= ArrayPool<byte>.Shared.Rent(Piece);
            var read = Read(view.Base, (int)Math.Min(Piece, end - Position));
            if (read == 0)
            {
                // The file is shorter than it was seen, or gone: look again, and if that says the same there is nothing to be had.
                log.Look();
                if (log.View(stream) == view)
                {
                    return null;
                }
            }
            else if (log.View(stream) is var after && after.Base == view.Base && after.FirstKept <= Position)
            {
                var length = Cut(_buffer.AsSpan(0, read), last: until is not null && Position + read >= until, out var timeMs);
                if (length == 0)
                {
                    _incompleteAt = end;
                    return null;
                }

                _next = new LogChunk(stream, Position, DateTimeOffset.FromUnixTimeMilliseconds(timeMs), _buffer.AsSpan(0, length).ToArray());
            }
        }

        return _next;
    }

    internal void Take()
    {
        Position += _next!.Bytes.Length;
        _next = null;
    }

    public void Dispose()
    {
        _file?.Dispose();
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }

    private int Read(long fileBase, int count)
    {
        try
        {
            if (_file is null || _fileBase != fileBase)
            {
                _file?.Dispose();
                _file = File.OpenHandle(log.PathOf(stream), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                _fileBase = fileBase;
            }

            return RandomAccess.Read(_file, _buffer.AsSpan(0, count), Position - fileBase);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Deleted meanwhile, or not ours to read: there is nothing to be had.
            return 0;
        }
    }

    /// <summary>How much of what was read makes a chunk; 0 when its line isn't whole yet.</summary>
    private int Cut(ReadOnlySpan<byte> bytes, bool last, out long timeMs)
    {
        var seen = log.Seen(stream, Position);
        var sameTime = (int)Math.Min(bytes.Length, seen.Offset - Position);
        var length = bytes[..sameTime].LastIndexOf((byte)'\n') + 1;
        if (length == 0)
        {
            // A line belongs to the time at which its end was seen.
            var newline = bytes[sameTime..].IndexOf((byte)'\n');
            length = newline >= 0 ? sameTime + newline + 1 : bytes.Length == Piece ? WholeCharacters(bytes) : last ? bytes.Length : 0;
            seen = length > sameTime ? log.Seen(stream, Position + length - 1) : seen;
        }

        timeMs = seen.TimeMs;
        return length;
    }

    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= 3; back++)
        {
            if (Rune.DecodeFromUtf8(bytes[^back..], out _, out _) == OperationStatus.NeedMoreData)
            {
                return bytes.Length - back;
            }
        }

        return bytes.Length;
    }
}
