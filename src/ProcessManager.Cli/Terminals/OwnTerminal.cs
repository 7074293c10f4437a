using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Cli;

/// <summary>
/// The terminal that we were started in, lent to a command that wants every key as it is typed, and writes to it what it likes. It is given back as it was by
/// Dispose and by the end of the process.
/// </summary>
internal sealed unsafe partial class OwnTerminal : IDisposable
{
    private const int Now = 0;
    private const nuint GetWindowSize = 0x5413;

    /// <summary>glibc's struct termios takes 60 bytes.</summary>
    private readonly byte[] _before = new byte[256];
    private readonly EventHandler _atExit;
    private bool _lent;

    private OwnTerminal()
    {
        // Not the console's own stream, which edits lines itself.
        Input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        _atExit = (_, _) => GiveBack();
    }

    /// <summary>What is typed, byte for byte.</summary>
    public Stream Input { get; }

    /// <summary>Its size now; null: there is none.</summary>
    public static TerminalSize? Size
    {
        get
        {
            var window = stackalloc ushort[4];
            return Control(0, GetWindowSize, window) == 0 && window[0] > 0 && window[1] > 0 ? new TerminalSize(window[1], window[0]) : null;
        }
    }

    /// <summary>Null: our input isn't a terminal.</summary>
    public static OwnTerminal? Lend()
    {
        var terminal = new OwnTerminal();
        fixed (byte* before = terminal._before)
        {
            if (GetAttributes(0, before) != 0)
            {
                return null;
            }

            var raw = stackalloc byte[terminal._before.Length];
            terminal._before.CopyTo(new Span<byte>(raw, terminal._before.Length));
            MakeRaw(raw);
            AppDomain.CurrentDomain.ProcessExit += terminal._atExit;
            terminal._lent = SetAttributes(0, Now, raw) == 0;
        }

        return terminal;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= _atExit;
        GiveBack();
    }

    private void GiveBack()
    {
        if (Interlocked.Exchange(ref _lent, false))
        {
            fixed (byte* before = _before)
            {
                _ = SetAttributes(0, Now, before);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(int file, byte* attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(int file, int when, byte* attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(byte* attributes);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int file, nuint request, void* argument);
}
