using System.Collections.Concurrent;

namespace ProcessManager.Os;

/// <summary>
/// Runs hooks beside the processes of a machine: those of one process one after another, apart from its lane, so that nothing of its life waits for them. What a hook
/// started belongs to a tree of its own, under a name that no process has: it ends when the hook does, or at its limit, and one that a killed manager left is an orphan.
/// </summary>
internal sealed class HookRunner(SupervisorTools tools, string folder) : IAsyncDisposable
{
    /// <summary>Of one process; who calls more than it can answer loses the rest.</summary>
    private const int MostWaiting = 100;

    /// <summary>For those that run or wait when the manager goes; then they are killed.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ProcessId, Line> _lines = new();
    private readonly ConcurrentDictionary<ProcessId, HookRun> _running = new();
    private volatile bool _ending;

    /// <summary>Whether it is the name of a hook that runs.</summary>
    public bool Runs(ProcessId name) => _running.ContainsKey(name);

    public void Post(ProcessId id, Epoch epoch, SupervisorCommand.RunHook hook)
    {
        while (!_ending)
        {
            var line = _lines.GetOrAdd(id, id => new Line(id, this));
            if (line.TryAdd(epoch, hook, out var full))
            {
                if (full)
                {
                    Failed(id, epoch, hook, $"more than {MostWaiting} wait for the ones before them: it isn't run");
                }

                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _ending = true;
        var done = Task.WhenAll(_lines.Values.Select(line => line.DrainAsync()));
        await done.WaitAsync(Farewell, tools.Options.Clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!done.IsCompleted)
        {
            foreach (var run in _running.Values)
            {
                run.Kill();
            }

            await done.WaitAsync(TimeSpan.FromMilliseconds(50), tools.Options.Clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(ProcessId id, Epoch epoch, SupervisorCommand.RunHook hook)
    {
        var run = new HookRun(tools, folder);
        _running[run.Name] = run;
        try
        {
            if (await run.RunAsync(id, hook) is { } problem)
            {
                Failed(id, epoch, hook, problem);
            }
        }
        finally
        {
            _running.TryRemove(run.Name, out _);
        }
    }

    private void Failed(ProcessId id, Epoch epoch, SupervisorCommand.RunHook hook, string problem) =>
        tools.Report(id, epoch, new SupervisorReport.HookFailed(hook.Call.Name, problem, tools.Now));

    /// <summary>The hooks of one process.</summary>
    private sealed class Line(ProcessId id, HookRunner runner) : Lane
    {
        private int _waiting;

        /// <returns>False when it was retired.</returns>
        public bool TryAdd(Epoch epoch, SupervisorCommand.RunHook hook, out bool full)
        {
            full = Volatile.Read(ref _waiting) >= MostWaiting;
            if (full)
            {
                return true;
            }

            Interlocked.Increment(ref _waiting);
            return TryPost(async () =>
            {
                try
                {
                    await runner.RunAsync(id, epoch, hook);
                }
                finally
                {
                    Interlocked.Decrement(ref _waiting);
                    if (TryRetire())
                    {
                        runner._lines.TryRemove(new KeyValuePair<ProcessId, Line>(id, this));
                    }
                }
            });
        }

        protected override void OnFault(Exception exception) => HookRun.LogFault(runner.Logger, exception, id);
    }

    private Microsoft.Extensions.Logging.ILogger Logger => tools.Logger;
}
