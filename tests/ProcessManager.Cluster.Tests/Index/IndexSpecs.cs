using Orleans.Runtime;

namespace ProcessManager.Cluster.Tests;

public class IndexSpecs
{
    [Fact]
    public async Task A_list_is_of_all_partitions_in_the_order_of_ids_page_by_page()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var ids = Enumerable.Range(0, 60).Select(number => ProcessId.Parse($"job-{number}")).ToList();
        await Task.WhenAll(ids.Select(id => cluster.CreateAsync(IndexCluster.Busy(id))));
        var ordered = ids.Select(id => id.Value).Order(StringComparer.Ordinal).ToArray();

        (await cluster.ListAsync()).ShouldBe(ordered);
        var first = await cluster.Client.ListAsync(new ProcessQuery { Limit = 25 }, CancellationToken.None);
        first.Next.ShouldBe(ordered[24]);
        (await cluster.ListAsync(new ProcessQuery { Limit = 100, After = first.Next })).ShouldBe(ordered[25..]);
        (await cluster.Client.CountAsync(CancellationToken.None)).ShouldBe(new IndexCounts(60, 60, 0, 0));
        (await cluster.Client.IdsAsync(new ProcessQuery { Name = "job-7" }, CancellationToken.None)).ShouldBe([ProcessId.Parse("job-7")]);
        (await Should.ThrowAsync<ProcessManagerException>(() => cluster.ListAsync(new ProcessQuery { Limit = 0 }))).Code.ShouldBe(ErrorCode.InvalidSpec);
    }

    [Fact]
    public async Task One_that_is_announced_is_shown_once_it_was_created_and_dropped_when_it_never_was()
    {
        await using var cluster = await IndexCluster.StartAsync(options => options.Patience = TimeSpan.FromSeconds(1));
        var id = ProcessId.Parse("web");
        var index = IndexCluster.Of(cluster.Grains, id);

        (await index.AddAsync(IndexCluster.Info(id))).Unwrap();
        (await cluster.ListAsync()).ShouldBeEmpty();
        await IndexCluster.UntilAsync(() => cluster.Processes.Times(id, "wake") >= 2, "asked twice whether it was created");
        await IndexCluster.UntilAsync(() => !RowOf(cluster, id).Contains("web", StringComparison.Ordinal), "dropped from its row");

        await cluster.CreateAsync(IndexCluster.Busy(id));
        (await cluster.ListAsync()).ShouldBe(["web"]);
    }

    [Fact]
    public async Task What_was_overtaken_by_something_newer_is_left_out()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var id = ProcessId.Parse("web");
        var index = IndexCluster.Of(cluster.Grains, id);
        await cluster.CreateAsync(IndexCluster.Finished(id));

        (await index.UpdateAsync(IndexCluster.Busy(id))).Unwrap();
        (await cluster.Client.ListAsync(new ProcessQuery(), CancellationToken.None)).Items.ShouldHaveSingleItem().Phase.ShouldBe(Phase.Finished);

        // Another of the same id: neither an end nor an update of the one before means it.
        var next = IndexCluster.Busy(id) with { Info = IndexCluster.Info(id) with { CreatedAt = IndexCluster.Info(id).CreatedAt.AddDays(1) } };
        await cluster.CreateAsync(next);
        (await index.RemoveAsync(id, IndexCluster.Info(id).CreatedAt)).Unwrap();
        (await index.UpdateAsync(IndexCluster.Finished(id))).Unwrap();
        (await cluster.Client.ListAsync(new ProcessQuery(), CancellationToken.None)).Items.ShouldHaveSingleItem().Phase.ShouldBe(Phase.Running);

        (await index.RemoveAsync(id, next.Info.CreatedAt)).Unwrap();
        (await cluster.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_late_update_of_one_that_is_gone_does_not_bring_it_back()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var id = ProcessId.Parse("web");
        (await IndexCluster.Of(cluster.Grains, id).UpdateAsync(IndexCluster.Finished(id))).Unwrap();

        await IndexCluster.UntilAsync(() => cluster.Processes.Times(id, "wake") >= 2, "asked twice whether it is there");
        await IndexCluster.UntilAsync(() => !RowOf(cluster, id).Contains("web", StringComparison.Ordinal), "dropped from its row");
        (await cluster.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Changes_that_wait_are_written_together()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var ids = IndexCluster.IdsOf(3).Where(id => IndexPartitions.Bucket(id) == 5).Take(20).ToList();
        var before = cluster.Storage.Writes;
        var index = cluster.Grains.GetGrain<IIndexGrain>(3);

        await Task.WhenAll(ids.Select(id => index.AddAsync(IndexCluster.Info(id))));
        (cluster.Storage.Writes - before).ShouldBeLessThan(10);
        ids.ForEach(id => RowOf(cluster, id).ShouldContain($"\"{id}\""));
    }

    [Fact]
    public async Task One_that_was_quiet_is_busy_in_storage_before_it_begins_anything()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var id = ProcessId.Parse("web");
        var index = IndexCluster.Of(cluster.Grains, id);
        await cluster.CreateAsync(IndexCluster.Finished(id));
        await IndexCluster.UntilAsync(() => RowOf(cluster, id).Contains("\"busy\":false", StringComparison.Ordinal), "its rest is written");

        (await index.BusyAsync(id)).Unwrap();
        RowOf(cluster, id).ShouldContain("\"busy\":true");
    }

    [Theory]
    [InlineData(false, ErrorCode.StorageUnavailable)]
    [InlineData(true, ErrorCode.Unavailable)]
    public async Task A_write_that_fails_is_told_and_the_partition_begins_anew(bool takenOver, ErrorCode code)
    {
        await using var cluster = await IndexCluster.StartAsync();
        var id = ProcessId.Parse("web");
        var index = IndexCluster.Of(cluster.Grains, id);
        await cluster.CreateAsync(IndexCluster.Busy(id));
        var other = IndexCluster.IdsOf(IndexPartitions.Of(id)).First(each => IndexPartitions.Bucket(each) == IndexPartitions.Bucket(id));
        if (takenOver)
        {
            cluster.Storage.WriteBehindTheBackOf(index.GetGrainId());
        }
        else
        {
            cluster.Storage.Fail(1);
        }

        (await index.AddAsync(IndexCluster.Info(other))).Error!.Code.ShouldBe(code);
        (await Repeating.AnsweredAsync(() => index.AddAsync(IndexCluster.Info(other)), TimeSpan.FromSeconds(30), TimeProvider.System, CancellationToken.None)).ShouldBeTrue();
        (await cluster.ListAsync()).ShouldBe(["web"]);
    }

    [Fact]
    public async Task At_the_limit_the_oldest_finished_one_off_makes_room_then_the_oldest_finished_one()
    {
        await using var cluster = await IndexCluster.StartAsync(options => options.RecordsPerNode = 3 * IndexPartitions.Count);
        var ids = IndexCluster.IdsOf(7).Take(6).ToList();
        var index = cluster.Grains.GetGrain<IIndexGrain>(7);
        await cluster.CreateAsync(IndexCluster.Finished(ids[0]));
        var late = IndexCluster.Finished(ids[1]);
        await cluster.CreateAsync(late with { Info = late.Info with { OneOff = true, EndedAt = late.Info.EndedAt!.Value.AddDays(1) } });
        await cluster.CreateAsync(IndexCluster.Busy(ids[2]));

        await cluster.CreateAsync(IndexCluster.Busy(ids[3]));
        cluster.Processes.Times(ids[1], "Remove").ShouldBe(1);
        await cluster.CreateAsync(IndexCluster.Busy(ids[4]));
        cluster.Processes.Times(ids[0], "Remove").ShouldBe(1);
        (await index.AddAsync(IndexCluster.Info(ids[5]))).Error!.Code.ShouldBe(ErrorCode.LimitExceeded);
        (await cluster.ListAsync()).ShouldBe(ids.GetRange(2, 3).Select(id => id.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Uptime_is_that_of_the_moment()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var info = IndexCluster.Info(ProcessId.Parse("web"));
        await cluster.CreateAsync(new IndexEntry(info with { StartedAt = info.CreatedAt, Uptime = TimeSpan.Zero }, null, Quiet: false));

        (await cluster.Client.ListAsync(new ProcessQuery(), CancellationToken.None)).Items.ShouldHaveSingleItem().Uptime!.Value.ShouldBeGreaterThan(TimeSpan.FromDays(30));
    }

    private static string RowOf(IndexCluster cluster, ProcessId id) =>
        cluster.Storage.Row($"members.{IndexPartitions.Bucket(id)}", IndexCluster.Of(cluster.Grains, id).GetGrainId()) ?? "";
}
