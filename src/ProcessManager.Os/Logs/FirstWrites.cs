using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using ProcessManager.Os.Native;

namespace ProcessManager.Os;

/// <summary>
/// Tells of the first write to logs that were silent: an inotify watch that the kernel drops with its first event. A standing one doubles what each write
/// costs the child; this one costs the first write alone. Where the kernel gives no more watches, <see cref="Arm"/> says so.
/// </summary>
internal sealed partial class FirstWrites : IDisposable
{
    private const int NonBlockingCloseOnExec = 0x80800;
    private const uint ModifyOnce = 0x80000002;
    private const uint Modify = 2;
    private const uint Overflow = 0x4000;
    private const int EventSize = 16;
    private const short Readable = 1;

    private readonly int _events;
    private readonly int _wake;
    private readonly Dictionary<int, Watched> _armed = [];
    private readonly byte[] _buffer = new byte[256 * EventSize];

    internal FirstWrites()
    {
        _wake = EventFd(0, NonBlockingCloseOnExec);
        if (_wake < 0)
        {
            throw new IOException($"The logs can't be watched: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        _events = InotifyInit(NonBlockingCloseOnExec);
    }

    /// <summary>False where that can't be had: then the log must be looked at.</summary>
    internal bool Arm(Watched watched)
    {
        watched.StdoutWatch = Add(watched, LogStream.Stdout);
        watched.StderrWatch = Add(watched, LogStream.Stderr);
        if (watched.StdoutWatch >= 0 && watched.StderrWatch != Unavailable)
        {
            return true;
        }

        Disarm(watched);
        return false;
    }

    internal void Disarm(Watched watched)
    {
        Remove(watched, watched.StdoutWatch);
        Remove(watched, watched.StderrWatch);
    }

    /// <summary>Ends the wait, or the next one. From any thread.</summary>
    internal void Wake() => _ = Write(_wake, 1, sizeof(long));

    /// <summary>Waits until one of the armed is written to, the time is over (-1: never) or <see cref="Wake"/> is called.</summary>
    internal void Wait(int milliseconds, List<Watched> written)
    {
        Span<PollEntry> entries = [new(_wake, Readable, 0), new(_events, Readable, 0)];
        if (Poll(entries, entries.Length, milliseconds) <= 0)
        {
            return;
        }

        if (entries[0].Happened != 0)
        {
            _ = Read(_wake, _buffer, sizeof(long));
        }

        if (entries[1].Happened != 0)
        {
            Collect((int)Read(_events, _buffer, _buffer.Length), written);
        }
    }

    public void Dispose()
    {
        _ = FileCalls.Close(_wake);
        _ = FileCalls.Close(_events);
    }

    private const int Unavailable = -2;

    private int Add(Watched watched, LogStream stream)
    {
        var watch = InotifyAdd(_events, watched.Log.NativePathOf(stream), ModifyOnce);
        if (watch < 0)
        {
            // Merged output has one file.
            return Marshal.GetLastPInvokeError() == FileCalls.NoEntry ? -1 : Unavailable;
        }

        _armed[watch] = watched;
        return watch;
    }

    private void Remove(Watched watched, int watch)
    {
        if (watch >= 0 && _armed.TryGetValue(watch, out var holder) && holder == watched)
        {
            _armed.Remove(watch);
            _ = InotifyRemove(_events, watch);
        }
    }

    private void Collect(int bytes, List<Watched> written)
    {
        for (var at = 0; at + EventSize <= bytes; at += EventSize)
        {
            var watch = MemoryMarshal.Read<int>(_buffer.AsSpan(at));
            var mask = MemoryMarshal.Read<uint>(_buffer.AsSpan(at + 4));
            if ((mask & Overflow) != 0)
            {
                // More was written at once than the kernel remembers: suppose all.
                written.AddRange(_armed.Values.Distinct());
            }
            else if ((mask & Modify) != 0 && _armed.Remove(watch, out var watched))
            {
                written.Add(watched);
            }
            else
            {
                // The kernel dropped the watch: it was used, or the file was deleted.
                _armed.Remove(watch);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int InotifyInit(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true)]
    private static partial int InotifyAdd(int descriptor, ReadOnlySpan<byte> path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch")]
    private static partial int InotifyRemove(int descriptor, int watch);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(Span<PollEntry> entries, nint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, Span<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, in long value, nint count);

    [SuppressMessage("Performance", "CA1823", Justification = "The kernel reads it.")]
    private readonly struct PollEntry(int descriptor, short wanted, short happened)
    {
        internal readonly int Descriptor = descriptor;
        internal readonly short Wanted = wanted;
        internal readonly short Happened = happened;
    }
}
