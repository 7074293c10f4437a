using ProcessManager.Cluster;

namespace ProcessManager.Bench;

/// <summary>What is done to a manager, whichever, and how long it takes.</summary>
internal static class Work
{
    private static readonly ProcessSpec Sleep = new() { Command = "/bin/sleep", Args = ["100"], WorkingDirectory = "/", Lifetime = Lifetime.Keep };

    /// <summary>Microseconds of one GetAsync, one after another.</summary>
    public static async Task<double> GetAsync(IProcessManager manager, ProcessId id, int count)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            await manager.GetAsync(id);
        }

        return TimeProvider.System.GetElapsedTime(began).TotalMicroseconds / count;
    }

    /// <summary>Milliseconds from the call to the answer that it runs, one after another.</summary>
    public static async Task<double> StartAsync(IProcessManager manager, int count) => 1000 / await StartsAsync(manager, count, 1);

    /// <summary>Processes created and running in a second; they are ended and removed afterwards, unmeasured.</summary>
    public static async Task<double> StartsAsync(IProcessManager manager, int count, int width)
    {
        var ids = new ProcessId[count];
        var began = TimeProvider.System.GetTimestamp();
        await ManyAsync(count, width, async i => ids[i] = (await manager.CreateAsync(Sleep)).Id);
        var took = TimeProvider.System.GetElapsedTime(began);
        await ManyAsync(count, 16, i => manager.RemoveAsync(ids[i], new StopOptions { Grace = TimeSpan.Zero }));
        return count / took.TotalSeconds;
    }

    /// <summary>/bin/true in a second: declared, run, ended, its output and its result answered.</summary>
    public static async Task<double> RunsAsync(IProcessManager manager, int count, int width)
    {
        var began = TimeProvider.System.GetTimestamp();
        await ManyAsync(count, width, async _ => (await manager.RunAsync(new ProcessSpec { Command = "/bin/true", WorkingDirectory = "/" })).EnsureSuccess());
        return count / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Declared and never started, in a second.</summary>
    public static async Task<double> DeclareAsync(IProcessManager manager, string prefix, int count)
    {
        var began = TimeProvider.System.GetTimestamp();
        await ManyAsync(count, 32, i => manager.CreateAsync(Sleep with { Id = ProcessId.Parse($"{prefix}{i}") }, start: false));
        return count / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Milliseconds of a page of 1,000.</summary>
    public static async Task<double> ListAsync(IProcessManager manager)
    {
        var began = TimeProvider.System.GetTimestamp();
        var page = await manager.ListAsync(new ProcessQuery { Limit = ProcessQuery.MaxLimit });
        return page.Items.Count == ProcessQuery.MaxLimit
            ? TimeProvider.System.GetElapsedTime(began).TotalMilliseconds
            : throw new InvalidOperationException($"There were only {page.Items.Count}.");
    }

    /// <summary>All events that are kept, from the oldest, in a second.</summary>
    public static async Task<double> EventsAsync(IProcessManager manager)
    {
        var count = 0;
        var began = TimeProvider.System.GetTimestamp();
        await foreach (var _ in manager.SubscribeAsync(new EventQuery { After = "", Follow = false }))
        {
            count++;
        }

        return count / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task ManyAsync(int count, int width, Func<int, Task> work)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, width).Select(async _ =>
        {
            await Task.Yield();
            while (Interlocked.Increment(ref next) is var i && i < count)
            {
                await work(i);
            }
        }));
    }
}
