using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>One source of output and the log that it goes to.</summary>
internal sealed class PumpedStream(SafeFileHandle source, ProcessLog log, SafeFileHandle file) : IDisposable
{
    /// <summary>What a drain brings over at most: of an endless writer it would never see the end.</summary>
    private const long MostDrained = 4 << 20;

    private const int EIO = 5;

    private readonly Lock _gate = new();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(64 << 10, pinned: true);
    private bool _over;

    public int Source => (int)source.DangerousGetHandle();

    public ulong Key { get; set; }

    /// <summary>Brings a piece over.</summary>
    /// <returns>False: nobody writes any more, or it was disposed of.</returns>
    public bool Pump(out int bytes)
    {
        lock (_gate)
        {
            bytes = 0;
            return !_over && TryPump(out bytes);
        }
    }

    /// <summary>Brings over what was written before this call.</summary>
    public void Drain()
    {
        lock (_gate)
        {
            for (long drained = 0; !_over && drained < MostDrained && TryPump(out var bytes) && bytes > 0; drained += bytes)
            {
                // On to the next piece.
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _over = true;
            source.Dispose();
            file.Dispose();
        }
    }

    private unsafe bool TryPump(out int bytes)
    {
        nint read;
        int errno;
        fixed (byte* start = _buffer)
        {
            do
            {
                read = Libc.Read(Source, start, (nuint)_buffer.Length);
                errno = read < 0 ? Marshal.GetLastPInvokeError() : 0;
            }
            while (errno == Errno.EINTR);

            bytes = (int)Math.Max(read, 0);
            for (nint written = 0; written < bytes;)
            {
                var more = Libc.Write((int)file.DangerousGetHandle(), start + written, (nuint)(bytes - written));
                if (more < 0 && Marshal.GetLastPInvokeError() is not Errno.EINTR and var problem)
                {
                    // A full disk, most likely: the child isn't to wait for it, and what can't be kept is lost, as when it writes to the file itself.
                    log.Lost(problem);
                    break;
                }

                written += Math.Max(more, 0);
            }
        }

        if (bytes > 0)
        {
            log.Look();
        }

        // EIO: a terminal that was hung up.
        return read > 0 || (read < 0 && errno is not EIO);
    }
}
