using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>What a child reads from. Writing to it never blocks.</summary>
internal abstract unsafe class ChildInput : IDisposable
{
    public abstract SafeFileHandle WriteEnd { get; }

    /// <summary>Lets the child see its end.</summary>
    public abstract void Close();

    /// <summary>Lets go of it: the child has ended, or reads no more.</summary>
    public abstract void Dispose();

    /// <param name="bytes">What to write, at least one byte.</param>
    /// <param name="errno">0: some were taken; EAGAIN: it is full; EPIPE: nobody reads any more.</param>
    /// <returns>How many were taken.</returns>
    public int TryWrite(ReadOnlySpan<byte> bytes, out int errno)
    {
        var held = false;
        try
        {
            // The terminal's end is another's to close: its number mustn't mean something else by then.
            WriteEnd.DangerousAddRef(ref held);
            return TryWrite((int)WriteEnd.DangerousGetHandle(), bytes, out errno);
        }
        catch (ObjectDisposedException)
        {
            errno = Errno.EPIPE;
            return 0;
        }
        finally
        {
            if (held)
            {
                WriteEnd.DangerousRelease();
            }
        }
    }

    private static int TryWrite(int descriptor, ReadOnlySpan<byte> bytes, out int errno)
    {
        nint written;
        do
        {
            fixed (byte* p = bytes)
            {
                written = Libc.Write(descriptor, p, (nuint)bytes.Length);
            }

            errno = written < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        while (errno == Errno.EINTR);
        return (int)Math.Max(written, 0);
    }
}

/// <summary>The input of a child in a terminal, which isn't closed: there the end of file is a character.</summary>
internal sealed class TerminalInput(Terminal terminal) : ChildInput
{
    private static readonly byte[] EndOfFile = [4];

    public override SafeFileHandle WriteEnd => terminal.Near;

    public override void Close() => _ = TryWrite(EndOfFile, out _);

    public override void Dispose()
    {
        // The terminal goes when the tree has ended.
    }
}
