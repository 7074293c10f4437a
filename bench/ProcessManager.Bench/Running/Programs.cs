using System.Collections;
using ProcessManager.Os;

namespace ProcessManager.Bench;

/// <summary>
/// Starts the programs that the bench needs: compilers, baselines, daemons, peers. With the project's own spawner, because
/// System.Diagnostics.Process, once used, looks at each of its children whenever any child of this process ends, which the measured loops would pay for.
/// </summary>
internal sealed class Programs(Scratch scratch) : IDisposable
{
    private readonly Spawner _spawner = new(TimeProvider.System);
    private readonly ExitWatcher _ends = new(TimeProvider.System);
    private int _last;

    public async Task<Program> StartAsync(string command, IReadOnlyList<string> args, IReadOnlyDictionary<string, string>? environment = null)
    {
        var path = scratch.Path($"program-{++_last}.log");
        using var log = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        var outcome = await _spawner.SpawnAsync(new SpawnRequest
        {
            Executable = command,
            Args = args,
            Environment = Variables(environment),
            WorkingDirectory = scratch.Folder,
            StdoutFd = (int)log.DangerousGetHandle(),
            StderrFd = (int)log.DangerousGetHandle(),
        });
        if (outcome is not SpawnOutcome.Spawned spawned)
        {
            throw new BenchException($"{command} can't be started: {(outcome as SpawnOutcome.Failed)?.Error.Message}");
        }

        var ended = new TaskCompletionSource<ExitStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ends.Watch(spawned.PidFd, ours: true, (status, _) => ended.SetResult(status));
        return new Program(command, spawned.PidFd, ended.Task, path);
    }

    /// <summary>Runs it to its end and answers what it wrote.</summary>
    public async Task<string> RunAsync(
        string command, IReadOnlyList<string> args, IReadOnlyDictionary<string, string>? environment = null, CancellationToken cancellationToken = default)
    {
        using var program = await StartAsync(command, args, environment);
        try
        {
            var status = await program.Ended.WaitAsync(cancellationToken);
            return status is ExitStatus.Code(0) ? program.Written() : throw new BenchException($"{command} {string.Join(' ', args)} ended with {status}: {program.Written()}");
        }
        catch (OperationCanceledException)
        {
            await program.KillAsync();
            throw;
        }
    }

    public void Dispose()
    {
        _ends.Dispose();
        _spawner.Dispose();
    }

    /// <summary>Those of this process, and the mark by which <see cref="Scratch"/> finds what was started.</summary>
    private List<string> Variables(IReadOnlyDictionary<string, string>? more)
    {
        var all = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value);
        all[Scratch.Variable] = scratch.Mark;
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
        {
            all[name] = value;
        }

        return [.. all.Select(pair => $"{pair.Key}={pair.Value}")];
    }
}
