using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>The pipe that the guard reads: it ends when the manager does.</summary>
internal sealed unsafe partial class GuardPipe(ChildPipe pipe) : IDisposable
{
    private const short Writable = 4;

    /// <summary>A guard that takes nothing for so long is stopped or stuck.</summary>
    private const int PatienceMs = 2000;

    /// <summary>For the guard's standard input; to be closed here once it has it.</summary>
    public SafeFileHandle ReadEnd => pipe.ReadEnd;

    /// <summary>Tells the guard. Written is known: it reads all that is in the pipe before it sees the end of it.</summary>
    /// <returns>False when there is no guard any more, or when it takes nothing.</returns>
    public bool TryWrite(string text)
    {
        ReadOnlySpan<byte> rest = Encoding.ASCII.GetBytes(text);
        while (!rest.IsEmpty)
        {
            var written = pipe.TryWrite(rest, out var errno);
            rest = rest[written..];
            if (errno != 0 && (errno != Errno.EAGAIN || !WaitForRoom()))
            {
                return false;
            }
        }

        return true;
    }

    public void Dispose() => pipe.Dispose();

    private bool WaitForRoom()
    {
        var room = new PollFd { File = (int)pipe.WriteEnd.DangerousGetHandle(), Events = Writable };
        return poll(&room, 1, PatienceMs) == 1 && (room.Answer & Writable) != 0;
    }

    [LibraryImport("libc")]
    private static partial int poll(PollFd* files, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int File;
        public short Events;
        public short Answer;
    }
}
