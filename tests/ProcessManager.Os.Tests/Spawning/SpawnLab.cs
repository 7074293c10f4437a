using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

/// <summary>A spawner, a watcher and a directory of its own for one test.</summary>
internal sealed class SpawnLab : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static readonly IReadOnlyList<string> Environment = ["PATH=/usr/bin:/bin", "LANG=C"];

    public SpawnLab(OpenFileLimit? openFiles = null, bool? ownsDirectory = null)
    {
        Spawner = new Spawner(TimeProvider.System, openFiles, ownsDirectory);
        Watcher = new ExitWatcher(TimeProvider.System);
    }

    public Spawner Spawner { get; }

    public ExitWatcher Watcher { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("procman-spawn-").FullName;

    public static bool IsRoot => Libc.GetEuid() == 0;

    public string PathOf(string name) => Path.Combine(Folder, name);

    public SpawnRequest Request(string executable, params string[] args) =>
        new() { Executable = executable, Args = args, Environment = Environment, WorkingDirectory = Folder };

    /// <summary>
    /// Copied by another process: a descriptor of ours that is open for writing can be seen in a child that another test is just making, and
    /// such a file can't be executed (ETXTBSY).
    /// </summary>
    public async Task<string> ScriptAsync(string name, string text, string mode = "0755")
    {
        var source = PathOf(Guid.NewGuid().ToString("N"));
        await File.WriteAllTextAsync(source, text);
        var (status, output) = await RunAsync(Request("install", "-m", mode, source, PathOf(name)));
        status.ShouldBe(new ExitStatus.Code(0), output);
        return PathOf(name);
    }

    /// <summary>Starts it, waits for its end, and answers its output.</summary>
    public async Task<(ExitStatus Status, string Output)> RunAsync(SpawnRequest request)
    {
        using var output = new FileStream(PathOf(Guid.NewGuid().ToString("N")), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        var fd = (int)output.SafeFileHandle.DangerousGetHandle();
        var outcome = await Spawner.SpawnAsync(request with { StdoutFd = request.StdoutFd < 0 ? fd : request.StdoutFd, StderrFd = fd });
        if (outcome is not SpawnOutcome.Spawned spawned)
        {
            throw new InvalidOperationException(outcome.ToString());
        }

        var status = await EndAsync(spawned);
        return (status, await File.ReadAllTextAsync(output.Name));
    }

    /// <summary>The output of a shell line.</summary>
    public async Task<string> ShAsync(string line, Func<SpawnRequest, SpawnRequest>? with = null)
    {
        var request = Request("/bin/sh", "-c", line);
        var (status, output) = await RunAsync(with?.Invoke(request) ?? request);
        status.ShouldBe(new ExitStatus.Code(0), output);
        return output;
    }

    public async Task<ExitStatus> EndAsync(SpawnOutcome.Spawned spawned, bool ours = true)
    {
        var end = new TaskCompletionSource<ExitStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        Watcher.Watch(spawned.PidFd, ours, (status, _) => end.SetResult(status));
        var status = await end.Task.WaitAsync(Patience);
        spawned.PidFd.Dispose();
        return status;
    }

    public async Task<SpawnOutcome.Spawned> StartAsync(SpawnRequest request) => (await Spawner.SpawnAsync(request)).ShouldBeOfType<SpawnOutcome.Spawned>();

    public async Task<SpawnOutcome.Failed> FailAsync(SpawnRequest request)
    {
        var marker = PathOf("marker");
        var failed = (await Spawner.SpawnAsync(request with { MarkerPath = marker })).ShouldBeOfType<SpawnOutcome.Failed>();
        File.Exists(marker).ShouldBeFalse("what didn't run must not leave a marker");
        return failed;
    }

    public void Dispose()
    {
        Spawner.Dispose();
        Watcher.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
