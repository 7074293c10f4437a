using System.Text;

namespace ProcessManager.Cli.Tests;

/// <summary>Command lines as a user types them, against a manager in memory.</summary>
internal sealed class Typed : IDisposable
{
    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("procman-cli-");
    private readonly MemoryStream _out = new();
    private readonly MemoryStream _error = new();

    public InMemoryManager Manager { get; } = new();

    public InMemoryManager Local { get; } = new();

    public Interrupts Interrupts { get; } = new();

    public string Directory => _directory.FullName;

    public string Out => Encoding.UTF8.GetString(_out.ToArray());

    public string Error => Encoding.UTF8.GetString(_error.ToArray());

    public string Input { get; init; } = "";

    public bool Reachable { get; init; } = true;

    public bool InputIsTerminal { get; init; }

    public async Task<int> RunAsync(params string[] args)
    {
        var socket = Path.Combine(Directory, "procman.sock");
        if (Reachable)
        {
            await File.WriteAllTextAsync(socket, "");
        }

        return await new CommandLine(Caller()).InvokeAsync(args);
    }

    public string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(Directory, name), text);
        return name;
    }

    public Caller Caller() => new()
    {
        Input = new MemoryStream(Encoding.UTF8.GetBytes(Input)),
        InputIsTerminal = InputIsTerminal,
        Out = new Printer(_out, isTerminal: false),
        Error = new Printer(_error, isTerminal: false),
        Environment = new Dictionary<string, string> { ["PROCMAN_DATA"] = Directory, ["HOME"] = "/home/me", ["TOKEN"] = "abc" },
        WorkingDirectory = Directory,
        IsRoot = false,
        Clock = new FixedClock(),
        Interrupts = Interrupts,
        Connect = socket => Reachable ? Manager : throw new ProcessManagerException(ErrorCode.Unavailable, $"No manager answers at {socket}."),
        OpenLocal = (_, _) => Task.FromResult(new LocalManager(Local, () => ValueTask.CompletedTask)),
    };

    public void Dispose()
    {
        Interrupts.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>A clock that stands still to be read; its timers are real.</summary>
    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => InMemoryManager.Now;
    }
}
