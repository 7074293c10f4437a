namespace ProcessManager.Cluster.Tests;

public sealed class ReportRelaySpecs
{
    private static readonly ProcessId Id = ProcessId.Parse("a");

    [Fact]
    public async Task Reports_arrive_in_order_each_until_it_is_taken()
    {
        await using var cluster = await NodeCluster.StartAsync(silos: 2);
        var refusals = 0;
        cluster.Processes.OnReport = (_, _) => Interlocked.Increment(ref refusals) % 3 == 0 ? true : throw new IOException("The database is away.");

        await NodeCluster.DoorsOf(cluster.Silos[0]).HandOverAsync(cluster.Silos[1].Name, Id, new Epoch(1, 1), new SupervisorCommand.Spawn(Specs.Shell("exit 7")));
        await NodeCluster.UntilAsync(() => cluster.Processes.ReportsOf(Id).Count() == 2, () => $"{refusals} were refused.");

        cluster.Processes.ReportsOf(Id).First().ShouldBeOfType<SupervisorReport.Spawned>();
        cluster.Processes.ReportsOf(Id).Last().ShouldBeOfType<SupervisorReport.Exited>().Status.ShouldBe(new ExitStatus.Code(7));
        cluster.Processes.Reports.ShouldAllBe(told => told.Node == cluster.Silos[1].Name && told.Epoch == new Epoch(1, 1));
    }

    [Fact]
    public async Task One_process_that_cannot_be_told_keeps_no_other_waiting()
    {
        await using var cluster = await NodeCluster.StartAsync(silos: 1);
        var node = cluster.Silos[0];
        var other = ProcessId.Parse("b");
        cluster.Processes.OnReport = (id, _) => id != Id ? true : throw new IOException("Its record can't be read.");

        await NodeCluster.DoorsOf(node).HandOverAsync(node.Name, Id, new Epoch(1, 1), new SupervisorCommand.Spawn(Specs.Shell("exit 0")));
        await NodeCluster.DoorsOf(node).HandOverAsync(node.Name, other, new Epoch(1, 1), new SupervisorCommand.Spawn(Specs.Shell("exit 0")));

        await NodeCluster.UntilAsync(() => cluster.Processes.ReportsOf(other).Count() == 2, () => "It was kept waiting.");
        cluster.Processes.ReportsOf(Id).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_child_that_its_process_does_not_want_is_ended()
    {
        await using var cluster = await NodeCluster.StartAsync(silos: 1);
        var node = cluster.Silos[0];
        cluster.Processes.OnReport = (_, _) => false;

        await NodeCluster.DoorsOf(node).HandOverAsync(node.Name, Id, new Epoch(2, 1), new SupervisorCommand.Spawn(Specs.Sleep));

        var child = await cluster.Processes.ChildOfAsync(Id);
        await NodeCluster.UntilAsync(() => !Specs.IsAlive(child), () => $"{child} lives.");
        await NodeCluster.UntilAsync(
            () => Directory.GetFiles(Path.Combine(cluster.DirectoryOf(node.Name), "ledger")).Length == 0, () => "The ledger keeps it.");
    }

    [Fact]
    public async Task A_start_token_is_granted_until_it_arrives()
    {
        await using var cluster = await NodeCluster.StartAsync(silos: 2);

        await NodeCluster.DoorsOf(cluster.Silos[0]).AskTokenAsync(cluster.Silos[1].Name, Id, new Epoch(3, 1));

        await NodeCluster.UntilAsync(() => cluster.Processes.Grants.Contains((Id, new Epoch(3, 1))), () => "No token was granted.");
    }

    [Fact]
    public void A_line_holds_what_stands_and_no_more()
    {
        var line = new ReportLine();
        var now = TimeProvider.System.GetUtcNow();
        var started = Told(1, new SupervisorReport.Spawned(new ChildIdentity("boot", 1, 1), now, Adopted: false));
        var ended = Told(1, new SupervisorReport.Exited(new ExitStatus.Code(0), now, null));
        var cut = Told(1, new SupervisorReport.OutputTruncated(LogStream.Stdout, 10, now));
        var cutAgain = Told(1, new SupervisorReport.OutputTruncated(LogStream.Stdout, 20, now));
        var next = Told(2, new SupervisorReport.NeverRan());

        RelayedReport[] told = [started, cut, ended, started, ended, cutAgain];
        foreach (var report in told)
        {
            line.TryAdd(report, () => Task.CompletedTask).ShouldBeTrue();
        }

        Rest(line, 2).ShouldBe([started, ended, cutAgain]);
        line.TryAdd(next, () => Task.CompletedTask).ShouldBeTrue();
        line.Next().ShouldBeTrue();
        line.First.ShouldBe(next);
        line.Next().ShouldBeFalse();
        line.TryAdd(started, () => Task.CompletedTask).ShouldBeFalse();
    }

    private static RelayedReport Told(int run, SupervisorReport report) => new(new Epoch(run, 1), report);

    private static List<RelayedReport> Rest(ReportLine line, int more)
    {
        List<RelayedReport> rest = [line.First];
        for (; more > 0; more--)
        {
            line.Next().ShouldBeTrue();
            rest.Add(line.First);
        }

        return rest;
    }
}
