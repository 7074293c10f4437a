using ProcessManager.Contract;

namespace ProcessManager.Cluster.Tests.Crashing;

/// <summary>What tests that break silos share: a whole cluster at the beginning, a census throughout, and nothing left at the end.</summary>
[Collection(nameof(CrashingSilos))]
public abstract class CrashSpecs(CrashingSilos silos, ITestOutputHelper output) : IAsyncLifetime
{
    private const int AtOnce = 16;

    private readonly string _test = Guid.NewGuid().ToString("N")[..8];
    private SiloCluster? _cluster;
    private Census? _census;

    /// <summary>What the test's processes have in common.</summary>
    protected ValueMap<string> Labels => [new("test", _test)];

    protected IProcessManager Manager => Cluster.Manager;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal SiloCluster Cluster => _cluster!;

    internal Census Census => _census!;

    internal PostgresServer Server => silos.Server;

    public async ValueTask InitializeAsync()
    {
        _cluster = await silos.WholeAsync();
        _census = new Census(_cluster);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_cluster is null)
        {
            return;
        }

        var failed = TestContext.Current.TestState?.Result == TestResult.Failed;
        try
        {
            await _census!.DisposeAsync();
            output.WriteLine($"{_census.Samples} samples, {_census.LongestGap.TotalMilliseconds:F0} ms apart at most");
            if (!failed)
            {
                _census.ShouldBeClean();
                await Parallel.ForEachAsync(await MineAsync(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (info, _) =>
                    await Manager.RemoveAsync(info.Id, new StopOptions { Grace = TimeSpan.Zero }, CancellationToken.None));
            }
        }
        catch
        {
            failed = true;
            throw;
        }
        finally
        {
            if (failed)
            {
                await GiveUpAsync();
            }
        }
    }

    protected ProcessId Id(string name) => ProcessId.Parse($"{_test}-{name}");

    protected ProcessSpec Sleeper(string name) => Scripts.Sleeps with { Id = Id(name), Labels = Labels };

    protected async Task<Dictionary<ProcessId, ProcessInfo>> StartAsync(IEnumerable<ProcessSpec> specs)
    {
        await Parallel.ForEachAsync(specs, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancel }, async (spec, _) =>
            (await DeclareAsync(spec)).Phase.ShouldBe(Phase.Running, $"{spec.Id}"));
        return (await MineAsync()).ToDictionary(info => info.Id);
    }

    /// <summary>
    /// Ten seconds after a silo's death the others close their connections to it, and one that a successor on the same port took over with them: a call that is under way then has no answer,
    /// and its caller is told so. An update, which creates what isn't there, can be asked for again.
    /// </summary>
    private async Task<ProcessInfo> DeclareAsync(ProcessSpec spec)
    {
        try
        {
            return await Manager.CreateAsync(spec, cancellationToken: Cancel);
        }
        catch (ProcessManagerException lost) when (lost.Code == ErrorCode.Unavailable)
        {
            Note($"{spec.Id} was declared once more: {lost.Message}");
            return await Manager.UpdateAsync(spec, cancellationToken: Cancel);
        }
    }

    /// <summary>All of this test that the index knows.</summary>
    protected async Task<List<ProcessInfo>> MineAsync()
    {
        var all = new List<ProcessInfo>();
        var query = new ProcessQuery { Labels = [new("test", _test)], Limit = ProcessQuery.MaxLimit };
        do
        {
            var page = await Manager.ListAsync(query, Cancel);
            all.AddRange(page.Items);
            query = query with { After = page.Next };
        }
        while (query.After is not null);
        return all;
    }

    /// <summary>How long it took until they were all so.</summary>
    protected async Task<TimeSpan> UntilAsync(string what, IReadOnlyCollection<ProcessId> ids, Func<ProcessInfo, bool> holds, TimeSpan limit)
    {
        var began = TimeProvider.System.GetTimestamp();
        var wanted = ids.ToHashSet();
        List<ProcessInfo> others = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                var mine = (await MineAsync()).FindAll(info => wanted.Contains(info.Id));
                others = mine.FindAll(info => !holds(info));
                return mine.Count == wanted.Count && others.Count == 0;
            },
            () => Task.FromResult($"{what}; {others.Count} of {wanted.Count} aren't, such as {others.FirstOrDefault()}"),
            limit);
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>The main children are these, now, and each is the only one of its process.</summary>
    protected async Task ShouldRunAsync(IReadOnlyDictionary<ProcessId, int> expected, string when)
    {
        var running = (await Census.NextAsync()).Where(main => main.Id.StartsWith(_test, StringComparison.Ordinal)).ToList();
        var wanted = expected.Select(one => (one.Key.Value, one.Value)).ToHashSet();
        var seen = running.Select(main => (main.Id, main.OsPid)).ToHashSet();
        wanted.Except(seen).ShouldBeEmpty($"they are missing, {when}");
        seen.Except(wanted).ShouldBeEmpty($"nobody expects them, {when}");
        running.Count.ShouldBe(wanted.Count, when);
    }

    /// <summary>What was told of the test's processes so far.</summary>
    protected async Task<List<ProcessEvent>> ToldAsync(params EventType[] types)
    {
        var told = new List<ProcessEvent>();
        await foreach (var one in Manager.SubscribeAsync(new EventQuery { Labels = [new("test", _test)], Types = [.. types], After = "", Follow = false }, Cancel))
        {
            told.Add(one);
        }

        return told;
    }

    /// <summary>Tells what the silos said; the next test begins with fresh ones.</summary>
    private async Task GiveUpAsync()
    {
        foreach (var silo in _cluster!.Silos)
        {
            output.WriteLine($"---- {silo.Node} ({(silo.Runs ? "runs" : "gone")}) said: {silo.Said}");
        }

        await silos.DropAsync();
    }

    protected void Note(string figure) => output.WriteLine(figure);

    protected static Dictionary<ProcessId, int> OsPids(IEnumerable<ProcessInfo> infos) => infos.ToDictionary(info => info.Id, info => info.OsPid!.Value);
}
