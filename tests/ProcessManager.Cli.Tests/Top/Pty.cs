using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using ProcessManager.Contract;

namespace ProcessManager.Cli.Tests;

/// <summary>A terminal with <c>procman</c> on it, as a person sits before one: keys go in, a screen comes out.</summary>
internal sealed partial class Pty : IAsyncDisposable
{
    public const int Width = 110;
    public const int Height = 24;

    private readonly SafeFileHandle _master;
    private readonly FileStream _stream;
    private readonly Executable _program;
    private readonly VtScreen _screen = new(Width, Height);
    private readonly byte[] _modesBefore;
    private readonly Task _reading;

    private Pty(SafeFileHandle master, IReadOnlyDictionary<string, string> environment, string[] args)
    {
        _master = master;
        var number = new int[1];
        Ok(grantpt(master));
        Ok(unlockpt(master));
        Ok(ioctl(master, 0x80045430, number)); // TIOCGPTN
        Resize(Width, Height);
        _modesBefore = Modes();
        var slave = string.Create(CultureInfo.InvariantCulture, $"/dev/pts/{number[0]}");
        var words = string.Join(' ', args.Prepend(Path.Combine(AppContext.BaseDirectory, "procman")).Select(word => $"'{word}'"));

        // The shell that waits keeps the terminal open after procman has ended, so that its modes can still be looked at.
        _program = Executable.StartShell(
            $"exec 3<>{slave}; setsid -w -c {words} <&3 >&3 2>&3; code=$?; echo ended $code; read end; exit $code",
            new Dictionary<string, string>(environment) { ["TERM"] = "xterm-256color" });
        _stream = new FileStream(new SafeFileHandle(master.DangerousGetHandle(), ownsHandle: false), FileAccess.ReadWrite, bufferSize: 0);
        _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public string Screen
    {
        get
        {
            lock (_screen)
            {
                return _screen.ToString();
            }
        }
    }

    /// <summary>Whether the terminal is as it was: its modes, its ordinary screen, its cursor.</summary>
    public bool IsRestored
    {
        get
        {
            lock (_screen)
            {
                return !_screen.Alternate && _screen.CursorShown && Modes().AsSpan().SequenceEqual(_modesBefore);
            }
        }
    }

    public static Pty Start(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var master = posix_openpt(0x102 | 0x80000); // O_RDWR | O_NOCTTY | O_CLOEXEC
        Ok(master.IsInvalid ? -1 : 0);
        return new Pty(master, environment, args);
    }

    public void Type(string keys) => _stream.Write(Encoding.UTF8.GetBytes(keys));

    public void Resize(int width, int height) => Ok(ioctl(_master, 0x5414, new[] { (ushort)height, (ushort)width, (ushort)0, (ushort)0 })); // TIOCSWINSZ

    public Task<string> UntilShown(params string[] texts) => Patience.Until(
        $"{string.Join(" and ", texts)} on the screen", () => Task.FromResult(Screen), screen => texts.All(text => screen.Contains(text, StringComparison.Ordinal)));

    public Task<string> UntilNotShown(string text) => Patience.Until(
        $"no {text} on the screen", () => Task.FromResult(Screen), screen => !screen.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until procman has ended; its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await _program.UntilSaidAsync("ended ");
        return int.Parse(_program.Out.Split("ended ")[1].Split('\n')[0], CultureInfo.InvariantCulture);
    }

    /// <summary>Procman itself: the child of setsid's child.</summary>
    public async Task<int> OsPidAsync() => (await Patience.Until(
        "procman on the terminal",
        () => Task.FromResult(Directory.EnumerateDirectories("/proc").Select(Candidate).FirstOrDefault(pid => pid > 0)),
        pid => pid > 0));

    public async ValueTask DisposeAsync()
    {
        if (Directory.EnumerateDirectories("/proc").Select(Candidate).FirstOrDefault(pid => pid > 0) is > 0 and var left)
        {
            OsProcess.Of(left).Signal(Signal.Kill);
        }

        await _program.DisposeAsync();

        // Nobody holds the other end any more: the read ends with EIO.
        await _reading;
        await _stream.DisposeAsync();
        _master.Dispose();
    }

    /// <summary>Its OS pid, if that procman was started by our shell.</summary>
    private int Candidate(string folder)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            if (!stat.Contains("(procman)", StringComparison.Ordinal))
            {
                return 0;
            }

            var pid = int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
            var parent = int.Parse(fields[1], CultureInfo.InvariantCulture);
            return parent == _program.OsPid || ParentOf(parent) == _program.OsPid ? pid : 0;
        }
        catch (Exception e) when (e is IOException or FormatException or UnauthorizedAccessException)
        {
            // Not a process, or gone.
            return 0;
        }
    }

    private static int ParentOf(int pid)
    {
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private void Read()
    {
        var bytes = new byte[4096];
        var decoder = Encoding.UTF8.GetDecoder();
        try
        {
            int count;
            while ((count = _stream.Read(bytes)) > 0)
            {
                var characters = new char[decoder.GetCharCount(bytes, 0, count)];
                decoder.GetChars(bytes, 0, count, characters, 0);
                lock (_screen)
                {
                    _screen.Add(new string(characters));
                }
            }
        }
        catch (IOException)
        {
            // The other end was closed by the last who had it.
        }
    }

    private byte[] Modes()
    {
        var modes = new byte[128];
        Ok(tcgetattr(_master, modes));
        return modes;
    }

    private static void Ok(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"The terminal couldn't be made: errno {Marshal.GetLastPInvokeError()}");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial SafeFileHandle posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int grantpt(SafeFileHandle master);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(SafeFileHandle master);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle master, nuint request, [In, Out] ushort[] size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle master, nuint request, [Out] int[] number);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(SafeFileHandle master, [Out] byte[] attributes);
}
