using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using ProcessManager.Os.Native;

namespace ProcessManager.Os.Tests.Logs;

/// <summary>A store over a folder of its own, and shell scripts that write to its logs as children do.</summary>
public sealed class LogFolder : IDisposable
{
    public static readonly ProcessId Id = ProcessId.Parse("app");
    public static readonly Epoch First = new(1, 1);

    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(4));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("procman-logs-");

    public LogFolder() => Store = NewStore();

    public LogStore Store { get; private set; }

    public List<LogTruncation> Truncations { get; } = [];

    public string Root => Path.Combine(_folder.FullName, "logs");

    public string Stdout => Path.Combine(Root, Id.Value, "stdout.log");

    public string Stderr => Path.Combine(Root, Id.Value, "stderr.log");

    public string Index => Path.Combine(Root, Id.Value, "index");

    public long DiskBytes => FileStatus.TryRead(Encoding.UTF8.GetBytes(Stdout + '\0'), out var status) ? status.DiskBytes : 0;

    /// <summary>Cancelled when a test has taken longer than any should.</summary>
    public CancellationToken Patience => _patience.Token;

    /// <summary>What a manager that is killed and started again does.</summary>
    public void Restart(bool killed = false)
    {
        if (killed)
        {
            Store.EndWatch();
        }
        else
        {
            Store.Dispose();
        }

        Store = NewStore();
    }

    public void Begin(Epoch? epoch = null, OutputSpec? output = null) => Store.Open(Id, epoch ?? First, output ?? new OutputSpec()).Dispose();

    /// <summary>Runs a script with its outputs appended to the logs, as a child of the manager has them.</summary>
    public async Task ShellAsync(string script, CancellationToken cancellationToken)
    {
#pragma warning disable RS0030 // Writers that are no children of the code under test: the logs are tested without the spawner.
        var start = new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", $"exec >>'{Stdout}' 2>>'{Stderr}'\n{script}" } };
        using var shell = Process.Start(start)!;
        try
        {
            await shell.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            if (!shell.HasExited)
            {
                shell.Kill(entireProcessTree: true);
            }
        }
#pragma warning restore RS0030
    }

    public void Write(string text) => File.AppendAllText(Stdout, text);

    public void WriteError(string text) => File.AppendAllText(Stderr, text);

    public async Task<List<LogChunk>> ReadAsync(LogQuery? query = null, Task? ended = null)
    {
        var chunks = new List<LogChunk>();
        await foreach (var chunk in Store.ReadAsync(Id, query ?? new LogQuery(), ended ?? Task.CompletedTask, Patience))
        {
            chunks.Add(chunk);
        }

        return chunks;
    }

    public async Task<string> TextAsync(LogQuery? query = null, Task? ended = null) => Text(await ReadAsync(query, ended));

    public static string Text(IEnumerable<LogChunk> chunks) =>
        Encoding.UTF8.GetString([.. chunks.SelectMany(chunk => chunk.Bytes.ToArray())]);

    public void Dispose()
    {
        Store.Dispose();
        _patience.Dispose();
        _folder.Delete(recursive: true);
    }

    private LogStore NewStore() => new(Root, TimeProvider.System, NullLogger<LogStore>.Instance)
    {
        OnTruncated = truncation =>
        {
            lock (Truncations)
            {
                Truncations.Add(truncation);
            }
        },
    };
}
