using System.Text;
using ProcessManager.Os.Native;

namespace ProcessManager.Os;

/// <summary>
/// What is known of one stream's file. Offsets are logical: they count from the first byte that the process ever wrote, and
/// <see cref="Base"/> is the one of the file's first byte. Guarded by the lock of its <see cref="ProcessLog"/>.
/// <code>
/// 0 ......... Base ......... FirstKept ............ End
///   truncated      freed: a hole   kept, readable     not seen yet
/// </code>
/// </summary>
internal sealed class LogFile(string path, LogStream stream)
{
    internal string Path { get; } = path;

    /// <summary>For the kernel: UTF-8, ending in a zero byte.</summary>
    internal byte[] NativePath { get; } = Encoding.UTF8.GetBytes(path + '\0');

    internal LogStream Stream { get; } = stream;

    internal long Base { get; private set; }

    internal long FirstKept { get; private set; }

    internal long End { get; private set; }

    internal TimePoints Points { get; } = new();

    /// <summary>What stands before it is in the index with its time.</summary>
    internal long TimesWritten { get; set; }

    /// <summary>Takes over what an index says. What it saw is the least that the end can be.</summary>
    internal void Restore(long fileBase, long firstKept, long end)
    {
        Base = fileBase;
        FirstKept = Math.Max(fileBase, firstKept);
        End = Math.Max(FirstKept, end);
        TimesWritten = End;
    }

    /// <summary>
    /// Compares with the file as it is now. A file that got shorter was cut by the child (or deleted by somebody): what it holds now begins
    /// where the old one ended, so that offsets still rise. One that was cut and then grew past its old size between two looks isn't noticed.
    /// </summary>
    internal LogChange See(long nowMs)
    {
        var there = FileStatus.TryRead(NativePath, out var status);
        var size = there ? status.Size : 0;
        if (Base + size == End)
        {
            return LogChange.None;
        }

        var cut = Base + size < End;
        if (cut)
        {
            Base = End;
            FirstKept = End;
        }

        var grown = Base + size - End;
        End = Base + size;
        if (grown > 0)
        {
            // When it was written is known better than when it was seen; but a child can set any time on its files.
            Points.Add(End, Math.Min(status.WrittenMs, nowMs));
        }

        return new LogChange(grown, cut);
    }

    /// <summary>After a stay of the manager elsewhere: finds what was freed but not written down, so that a hole is never read.</summary>
    internal void FindHole()
    {
        if (FileStatus.TryRead(NativePath, out var status) && status.DiskBytes + (64 << 10) < status.Size)
        {
            var data = FileCalls.FirstData(NativePath);
            if (Base + data > FirstKept)
            {
                FirstKept = Base + AfterNewline(data);
            }
        }
    }

    /// <summary>What <see cref="Free"/> would make the first kept offset. A line that is cut by the hole's end goes with it.</summary>
    internal long FirstAfter(long hole) => Base + AfterNewline(hole);

    internal void Keep(long firstKept)
    {
        FirstKept = firstKept;
        Points.DropBefore(firstKept);
    }

    /// <summary>Frees the blocks below <see cref="FirstKept"/>. 0 or the errno.</summary>
    internal int Free(long from)
    {
        var to = LogBudget.WholeBlocks(FirstKept - Base);
        from = Math.Clamp(LogBudget.WholeBlocks(from - Base), 0, to);
        return from == to ? 0 : FileCalls.PunchHead(NativePath, from, to);
    }

    /// <summary>Empties a file to which nobody writes, where its head alone can't be freed. 0 or the errno.</summary>
    internal int StartAfresh()
    {
        var errno = FileCalls.Empty(NativePath);
        if (errno == 0)
        {
            Base = End;
            Keep(End);
        }

        return errno;
    }

    private long AfterNewline(long position)
    {
        Span<byte> bytes = stackalloc byte[4096];
        try
        {
            using var handle = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            for (var at = position; at < position + (64 << 10);)
            {
                var read = RandomAccess.Read(handle, bytes, at);
                var newline = bytes[..read].IndexOf((byte)'\n');
                if (newline >= 0 || read == 0)
                {
                    return newline >= 0 ? at + newline + 1 : position;
                }

                at += read;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It can't be read: then no reader will notice either that a line lost its start.
        }

        return position;
    }
}

/// <summary>What a look at a file found.</summary>
internal readonly record struct LogChange(long Grown, bool Cut)
{
    internal static readonly LogChange None;
}
