using System.Text;
using Microsoft.Extensions.Logging;

namespace ProcessManager.Os;

/// <summary>One hook, from its start to the end of what it started.</summary>
internal sealed partial class HookRun(SupervisorTools tools, string folder)
{
    private const int LastBytes = 1024;

    private static readonly Epoch Only = new(1, 1);

    private readonly TaskCompletionSource<ExitStatus> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Tree? _tree;
    private volatile string? _killed;

    /// <summary>What its mark says.</summary>
    public ProcessId Name { get; } = ProcessId.Parse($"hook-{Guid.NewGuid():N}");

    /// <returns>What went wrong; null: it exited with 0.</returns>
    public async Task<string?> RunAsync(ProcessId id, SupervisorCommand.RunHook hook)
    {
        var path = Path.Combine(folder, Name.Value);
        try
        {
            using var output = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite, 0, FileOptions.DeleteOnClose);
            var outcome = await tools.Start.SpawnHookAsync(id, hook.Spec, hook.Call, Name, Only, output.SafeFileHandle);
            return outcome is SpawnOutcome.Spawned spawned
                ? await WatchAsync(spawned) is { } problem ? problem + Last(output) : null
                : (outcome as SpawnOutcome.Failed)?.Error.Message ?? "It was not started.";
        }
        catch (Exception e) when (e is ProcessManagerException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    public void Kill() => Kill("the manager went away");

    [LoggerMessage(Level = LogLevel.Error, Message = "A hook of {Id} met a bug")]
    public static partial void LogFault(ILogger logger, Exception exception, ProcessId id);

    private async Task<string?> WatchAsync(SpawnOutcome.Spawned spawned)
    {
        var limit = tools.Options.HookLimit;
        _tree = new Tree(Name, Only, spawned.Child) { SessionHeld = true };
        using var main = spawned.PidFd;
        using var watch = tools.Exits.Watch(main, ours: true, (status, _) => _ended.TrySetResult(status));
        using var timer = tools.Options.Clock.CreateTimer(_ => Kill($"it ran longer than {Durations.Format(limit)} and was killed"), null, limit, Timeout.InfiniteTimeSpan);
        var status = await _ended.Task;

        // What it left goes with it.
        tools.Sweep.LeaderEnded(_tree);
        tools.Sweep.End(_tree, Signal.Kill, KillMode.Tree, leaderLives: false, _ => { });
        return _killed ?? status switch
        {
            ExitStatus.Code { Value: 0 } => null,
            ExitStatus.Code code => $"it exited with {code.Value}",
            ExitStatus.BySignal end => $"it was ended by {end.Signal}",
            _ => "how it ended isn't known",
        };
    }

    private void Kill(string why)
    {
        if (_tree is { } tree && !_ended.Task.IsCompleted)
        {
            _killed ??= why;
            tools.Sweep.End(tree, Signal.Kill, KillMode.Tree, leaderLives: true, _ => { });
        }
    }

    private static string Last(FileStream output)
    {
        var length = RandomAccess.GetLength(output.SafeFileHandle);
        var bytes = new byte[Math.Min(length, LastBytes)];
        var read = RandomAccess.Read(output.SafeFileHandle, bytes, length - bytes.Length);
        var text = Encoding.UTF8.GetString(bytes, 0, read).Trim();
        return text.Length == 0 ? "" : $": {text}";
    }
}
