namespace ProcessManager.Cluster.Tests.Crashing;

/// <summary>A pool's jobs are spread over the silos, and its line is with one of them; all die in turn.</summary>
public sealed class PoolCrashSpecs(CrashingSilos silos, ITestOutputHelper output) : CrashSpecs(silos, output)
{
    private const int Limit = 3;
    private const int Jobs = 150;

    [Fact]
    public async Task Whichever_silo_dies_each_job_runs_once_and_never_more_of_them_than_may()
    {
        using var folder = new Folder();
        var starts = Path.Combine(folder.Path, "starts");
        var pool = Manager.Pool(Id("pool").Value);
        await pool.SetAsync(Limit, Cancel);
        var keys = Enumerable.Range(0, Jobs).Select(number => $"k{number:D3}").ToList();
        await pool.AddAsync(
            [.. keys.Select(key => new PoolJob { Key = key, Spec = new ProcessSpec { Command = "/bin/sh", Args = ["-c", "echo $1 >> starts; sleep 0.2", "sh", key], WorkingDirectory = folder.Path, Labels = Labels } })],
            Cancel);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var most = MostAsync($"{pool.Name}.", over.Token);

        foreach (var (index, silo) in Cluster.Silos.Index())
        {
            await Eventually.HoldsAsync(
                async () => (await StartedAsync(starts)).Count >= (index + 1) * Jobs / 5, async () => $"{(await StartedAsync(starts)).Count} have begun", TimeSpan.FromMinutes(2));
            await silo.KillAsync();
            await silo.StartAsync();
        }

        var after = await pool.WaitAsync(TimeSpan.FromMinutes(3), Cancel);
        await over.CancelAsync();

        (await StartedAsync(starts)).Order().ShouldBe(keys);
        (await most).ShouldBeLessThanOrEqualTo(Limit);
        (after.Waiting, after.Running, after.Cancelled).ShouldBe((0, 0, 0), $"{after}");
        var unknown = (await MineAsync()).Count(info => info.Reason != EndReason.Completed);
        Note($"{Jobs} jobs, at most {await most} at once; nobody saw how {unknown} of them ended");
        unknown.ShouldBeLessThanOrEqualTo(Limit * Cluster.Silos.Count);
        await pool.RemoveAsync(Cancel);
    }

    /// <summary>The most main children of the pool that a sample of /proc had.</summary>
    private async Task<int> MostAsync(string prefix, CancellationToken over)
    {
        var most = 0;
        while (!over.IsCancellationRequested)
        {
            most = Math.Max(most, Census.Present.Count(main => main.Id.StartsWith(prefix, StringComparison.Ordinal)));
            await Task.Delay(TimeSpan.FromMilliseconds(50), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return most;
    }

    private static async Task<List<string>> StartedAsync(string file) => File.Exists(file) ? [.. await File.ReadAllLinesAsync(file, Cancel)] : [];

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("procman-pool-");

        public string Path => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
