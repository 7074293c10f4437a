using System.Runtime.InteropServices;

namespace ProcessManager.Cli;

/// <summary>
/// The terminal that we were started on, taken over: no echo, key by key, the alternate screen. It is given back as it was by Dispose, and by the end of
/// the process however that comes about (SIGKILL apart).
/// </summary>
internal sealed partial class Tty : IDisposable
{
    private const int Input = 0;
    private const int Output = 1;
    private const int AfterOutput = 1; // TCSADRAIN
    private const int Flush = 2; // TCSAFLUSH: what was typed meanwhile is not for whoever comes next.
    private const nuint GetSize = 0x5413; // TIOCGWINSZ

    private const string Enter = "\e[?1049h\e[?7l\e[?25l";
    private const string Leave = "\e[0m\e[?25h\e[?7h\e[?1049l";

    private readonly Printer _out;
    private readonly byte[] _before = new byte[128];
    private readonly EventHandler _atExit;
    private int _left;

    private Tty(Printer output)
    {
        _out = output;
        _atExit = (_, _) => Restore();
    }

    /// <summary>Takes it over; null when our input or output isn't a terminal, or one that can't move its cursor.</summary>
    public static Tty? Take(Caller caller)
    {
        var output = caller.Out;
        var tty = new Tty(output);
        if (!output.IsTerminal || caller.Variable("TERM") is null or "dumb" || isatty(Input) == 0 || tcgetattr(Input, tty._before) != 0)
        {
            return null;
        }

        AppDomain.CurrentDomain.ProcessExit += tty._atExit;
        var raw = (byte[])tty._before.Clone();
        cfmakeraw(raw);
        if (tcsetattr(Input, AfterOutput, raw) != 0)
        {
            tty.Dispose();
            return null;
        }

        output.Bytes(System.Text.Encoding.ASCII.GetBytes(Enter));
        return tty;
    }

    /// <summary>Columns and rows; 80 by 24 where it doesn't say.</summary>
    public static (int Width, int Height) Size()
    {
        var size = new ushort[4];
        return ioctl(Output, GetSize, size) == 0 && size[0] > 0 && size[1] > 0 ? (size[1], size[0]) : (80, 24);
    }

    public void Write(string text) => _out.Bytes(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>What was typed; nothing after <paramref name="patience"/>; null: the terminal is gone.</summary>
    public static byte[]? Read(TimeSpan patience)
    {
        var asked = new PollFd { Descriptor = Input, Events = 1 };
        if (poll(ref asked, 1, (int)patience.TotalMilliseconds) <= 0)
        {
            return [];
        }

        var bytes = new byte[256];
        var count = read(Input, bytes, (nuint)bytes.Length);
        return count > 0 ? bytes[..(int)count] : null;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= _atExit;
        Restore();
    }

    private void Restore()
    {
        if (Interlocked.Exchange(ref _left, 1) != 0)
        {
            return;
        }

        try
        {
            Write(Leave);
        }
        catch (OutputClosedException)
        {
            // The terminal is gone: there is nothing to give back.
        }

        _ = tcsetattr(Input, Flush, _before);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc")]
    private static partial int isatty(int descriptor);

    /// <summary>The struct is 60 bytes with glibc; nobody here looks into it.</summary>
    [LibraryImport("libc")]
    private static partial int tcgetattr(int descriptor, [Out] byte[] attributes);

    [LibraryImport("libc")]
    private static partial int tcsetattr(int descriptor, int when, byte[] attributes);

    [LibraryImport("libc")]
    private static partial void cfmakeraw([In, Out] byte[] attributes);

    [LibraryImport("libc")]
    private static partial int ioctl(int descriptor, nuint request, [Out] ushort[] size);

    [LibraryImport("libc")]
    private static partial int poll(ref PollFd asked, nuint count, int milliseconds);

    [LibraryImport("libc")]
    private static partial nint read(int descriptor, [Out] byte[] bytes, nuint count);
}
