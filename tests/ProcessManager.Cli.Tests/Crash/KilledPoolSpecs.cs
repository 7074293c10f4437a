using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests.Crash;

/// <summary>A queue outlives its daemon: what ran runs on, what waited runs once, and never more at once than may.</summary>
public sealed class KilledPoolSpecs
{
    private const int Jobs = 1000;
    private const int Limit = 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_1000_jobs_never_more_than_4_run_and_after_a_kill_half_way_the_rest_run_once_each()
    {
        await using var daemon = new Daemon();
        await daemon.StartAsync();
        var pool = daemon.Manager.Pool("build");
        await pool.SetAsync(Limit, Cancel);
        var keys = Enumerable.Range(0, Jobs).Select(number => $"k{number:D4}").ToList();
        var began = TimeProvider.System.GetTimestamp();
        await pool.AddAsync([.. keys.Select(key => new PoolJob { Key = key, Spec = Work(daemon.Scratch, key) })], Cancel);
        using var sampling = new CancellationTokenSource();
        var samples = SampleAsync(daemon.Data, sampling.Token);

        await Patience.Until("half of them to have begun", () => Starts(daemon), starts => starts.Length >= Jobs / 2);
        await daemon.KillAsync();
        var recovery = await daemon.StartAsync();
        pool = daemon.Manager.Pool("build");
        var after = await pool.WaitAsync(TimeSpan.FromMinutes(4), Cancel);
        var took = TimeProvider.System.GetElapsedTime(began);
        await sampling.CancelAsync();
        var most = await samples;

        (await Starts(daemon)).Order().ShouldBe(keys);
        most.Count.ShouldBeGreaterThan(20, "samples");
        most.Max().ShouldBeLessThanOrEqualTo(Limit);
        (after.Concurrency, after.Completed + after.Failed, after.Cancelled).ShouldBe((Limit, Jobs, 0));
        var results = new Dictionary<string, ProcessResult>();
        foreach (var key in keys)
        {
            results[key] = await pool.ResultAsync(key, Cancel);
        }

        results.ShouldAllBe(result => result.Value.Output == $"out of {result.Key}\n" && result.Value.Attempts == 1);

        // Of those that ran when it was killed nobody may have seen how they ended: that is said, and none of them is run again.
        results.Values.ShouldAllBe(result => result.Reason == EndReason.Completed || result.Reason == EndReason.Unknown);
        var unknown = results.Values.Count(result => result.Reason == EndReason.Unknown);
        unknown.ShouldBeLessThanOrEqualTo(Limit);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Jobs} jobs in {took.TotalSeconds:F1} s, {most.Count} samples, at most {most.Max()} at once, back in {recovery.TotalSeconds:F1} s, {unknown} unknown");
    }

    [Fact]
    public async Task Jobs_that_wait_are_there_after_an_orderly_end_too_and_none_of_them_begins_meanwhile()
    {
        await using var daemon = new Daemon();
        await daemon.StartAsync();
        var pool = daemon.Manager.Pool("build");
        await pool.SetAsync(1, Cancel);
        await pool.AddAsync(Work(daemon.Scratch, "first") with { Command = "echo $1 >> starts; while [ ! -e go ]; do sleep 0.02; done" }, "first", cancellationToken: Cancel);
        await pool.AddAsync(Work(daemon.Scratch, "second"), "second", cancellationToken: Cancel);
        await Patience.Until("the first to have begun", () => Starts(daemon), starts => starts.Length == 1);

        await daemon.TerminateAsync();
        await File.WriteAllTextAsync(Path.Combine(daemon.Scratch, "go"), "", Cancel);
        await daemon.StartAsync();
        pool = daemon.Manager.Pool("build");
        await pool.WaitAsync(Patience.Limit, Cancel);

        (await Starts(daemon)).ShouldBe(["first", "second"]);
        (await pool.ResultAsync("second", Cancel)).Output.ShouldBe("out of second\n");
    }

    private static ProcessSpec Work(string directory, string key) =>
        Scripts.Shell("echo $1 >> starts; sleep 0.01; echo out of $1") with { Args = [key], WorkingDirectory = directory };

    private static async Task<string[]> Starts(Daemon daemon)
    {
        var file = Path.Combine(daemon.Scratch, "starts");
        return File.Exists(file) ? await File.ReadAllLinesAsync(file, Cancel) : [];
    }

    /// <summary>How many main children lived at a time, as /proc has it.</summary>
    private static async Task<List<int>> SampleAsync(string data, CancellationToken over)
    {
        var counts = new List<int>();
        while (!over.IsCancellationRequested)
        {
            counts.Add(Marked.Of(data).Count(child => child.Main));
            await Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None);
        }

        return counts;
    }
}
