using ProcessManager.Contract;

namespace ProcessManager.Cluster.Tests.Crashing;

/// <summary>What was to happen by itself happens, though the silo that had it in mind is gone and nobody asks: seen from outside of the cluster alone.</summary>
public sealed class UntouchedSpecs(CrashingSilos silos, ITestOutputHelper output) : CrashSpecs(silos, output), IDisposable
{
    /// <summary>The reminders that bring an index partition back come each minute.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("procman-untouched-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Restarts_and_purges_that_were_due_come_from_another_silo()
    {
        // All on one node; their grains are on all silos.
        var node = Cluster.Silos[0].Node;
        var lines = Path.Combine(_folder.FullName, "lines");
        var policy = new RestartPolicy { When = RestartWhen.Always, Delay = TimeSpan.FromSeconds(12), Jitter = 0, Factor = 1 };
        var restarting = Enumerable.Range(0, 20).Select(number =>
            Scripts.Shell("echo \"$PROCMAN_RUN\" >> \"$1\"; [ \"${PROCMAN_RUN##*.}\" = 1 ] && exit 1; exec sleep 1000") with
            {
                Id = Id($"r{number:D2}"),
                Labels = Labels,
                Node = node,
                Args = [lines],
                Restart = policy,
            }).ToList();
        var purged = Enumerable.Range(0, 20).Select(number => new ProcessSpec
        {
            Id = Id($"p{number:D2}"),
            Labels = Labels,
            Node = node,
            Command = "true",
            Retention = TimeSpan.FromSeconds(12),
        }).ToList();
        await Task.WhenAll([
            .. restarting.Select(spec => Manager.CreateAsync(spec, cancellationToken: Cancel)),
            .. purged.Select(spec => Manager.RunAsync(spec, cancellationToken: Cancel)),
        ]);
        (await File.ReadAllLinesAsync(lines, Cancel)).Length.ShouldBe(restarting.Count);
        (await Rows.CountAsync(Cluster.Database, purged.Select(spec => spec.Id!.Value))).ShouldBe(purged.Count);

        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Cluster.Silos.Skip(1).Select(silo => silo.KillAsync()));

        await Eventually.HoldsAsync(
            async () => (await File.ReadAllLinesAsync(lines, Cancel)).Length == 2 * restarting.Count,
            async () => $"each one's second attempt; there are {(await File.ReadAllLinesAsync(lines, Cancel)).Length} of {2 * restarting.Count}", Limit);
        Note($"all {restarting.Count} were restarted {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s after the kill, due 12 s after their ends");
        await Eventually.HoldsAsync(
            async () => await Rows.CountAsync(Cluster.Database, purged.Select(spec => spec.Id!.Value)) == 0,
            async () => $"no rows of those that were to be purged; there are {await Rows.CountAsync(Cluster.Database, purged.Select(spec => spec.Id!.Value))}", Limit);
        Note($"all {purged.Count} were purged {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s after the kill, due 12 s after their ends");
    }
}
