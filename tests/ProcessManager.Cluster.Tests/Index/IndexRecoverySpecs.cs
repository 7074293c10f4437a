namespace ProcessManager.Cluster.Tests;

public class IndexRecoverySpecs
{
    [Fact]
    public async Task A_partition_whose_silo_is_killed_is_whole_again_on_another()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var ids = IndexCluster.IdsOf(4).Take(80).ToList();
        await cluster.PlaceAsync(4, silo: 2);
        await Task.WhenAll(ids.Take(50).Select(id => cluster.CreateAsync(IndexCluster.Busy(id))));
        await Task.WhenAll(ids.Skip(50).Select(id => cluster.CreateAsync(IndexCluster.Finished(id))));

        // What happened since the row was written is known by the process alone.
        var moved = IndexCluster.Busy(ids[0]);
        moved = moved with { Info = moved.Info with { Phase = Phase.Terminating, Version = 5 } };
        cluster.Processes.Put(moved);
        await cluster.TellAsync(moved);

        await cluster.KillAsync(2);

        (await cluster.ListAsync()).ShouldBe(ids.Select(id => id.Value).Order(StringComparer.Ordinal));
        (await cluster.ListAsync(new ProcessQuery { Phases = [Phase.Terminating] })).ShouldBe([ids[0].Value]);
        cluster.SiloOf(4).ShouldNotBeNull();
        await IndexCluster.UntilAsync(() => ids.Take(50).All(id => cluster.Processes.Times(id, "wake") > 0), "all busy ones were asked");
    }

    [Fact]
    public async Task Those_that_can_not_be_asked_are_asked_until_they_can()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var ids = IndexCluster.IdsOf(4).Take(40).ToList();
        await Task.WhenAll(ids.Select(id => cluster.CreateAsync(IndexCluster.Busy(id))));
        cluster.Processes.Breaking = 60;

        await cluster.DeactivateAsync(4);
        (await cluster.ListAsync()).Length.ShouldBe(40);
        await IndexCluster.UntilAsync(() => ids.TrueForAll(id => cluster.Processes.Times(id, "wake") > 0), "all were asked in the end");
    }

    [Fact]
    public async Task What_is_not_written_yet_is_written_before_a_partition_goes()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var id = IndexCluster.IdsOf(4).First();
        await cluster.CreateAsync(IndexCluster.Finished(id));
        await cluster.DeactivateAsync(4);

        (await cluster.Client.ListAsync(new ProcessQuery(), CancellationToken.None)).Items.ShouldHaveSingleItem().Phase.ShouldBe(Phase.Finished);
        cluster.Processes.Times(id, "wake").ShouldBe(0);
    }

    [Fact]
    public async Task A_partition_that_can_not_be_read_says_so_until_it_can()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var id = IndexCluster.IdsOf(4).First();
        await cluster.CreateAsync(IndexCluster.Busy(id));
        await cluster.DeactivateAsync(4);

        cluster.Storage.Unreadable(true);
        var refused = await Should.ThrowAsync<ProcessManagerException>(() => cluster.ListAsync());
        refused.Code.ShouldBe(ErrorCode.StorageUnavailable);
        refused.Message.ShouldContain("connection refused");

        cluster.Storage.Unreadable(false);
        string[] listed = [];
        for (var tries = 0; listed.Length == 0 && tries < 100; tries++)
        {
            try
            {
                listed = await cluster.ListAsync();
            }
            catch (ProcessManagerException again) when (again.Code == ErrorCode.StorageUnavailable)
            {
                // The activation that couldn't read is on its way out.
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }

        listed.ShouldBe([id.Value]);
    }

    [Fact]
    public async Task Many_busy_ones_are_asked_in_a_list_of_all()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var ids = IndexCluster.IdsOf(4).Take(1500).ToList();
        foreach (var some in ids.Chunk(200))
        {
            await Task.WhenAll(some.Select(id => cluster.CreateAsync(IndexCluster.Busy(id))));
        }

        await cluster.DeactivateAsync(4);
        (await cluster.Client.CountAsync(CancellationToken.None)).Total.ShouldBe(1500);
        (await cluster.ListAsync()).ShouldBe(ids.Select(id => id.Value).Order(StringComparer.Ordinal).Take(1000));
    }

    [Fact]
    public async Task A_busy_one_that_is_no_more_is_left_out_and_dropped()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var ids = IndexCluster.IdsOf(4).Take(2).ToList();
        await cluster.CreateAsync(IndexCluster.Busy(ids[0]));
        await cluster.CreateAsync(IndexCluster.Busy(ids[1]));
        cluster.Processes.Remove(ids[0]);

        await cluster.DeactivateAsync(4);
        (await cluster.ListAsync()).ShouldBe([ids[1].Value]);

        // The first time may have been for the list.
        await IndexCluster.UntilAsync(() => cluster.Processes.Times(ids[0], "wake") + cluster.Processes.Times(ids[0], "info") >= 2, "asked twice");
        (await cluster.ListAsync()).ShouldBe([ids[1].Value]);
    }

    [Fact]
    public async Task A_reminder_has_a_partition_wake_those_that_are_due_after_its_silo_died()
    {
        await using var cluster = await IndexCluster.StartAsync(options => options.ReminderPeriod = TimeSpan.FromSeconds(3));
        var id = IndexCluster.IdsOf(9).First();
        await cluster.PlaceAsync(9, silo: 1);
        await cluster.CreateAsync(IndexCluster.Finished(id) with { WakeAt = TimeProvider.System.GetUtcNow().AddSeconds(8) });
        await cluster.DeactivateAsync(9);
        await IndexCluster.UntilAsync(() => cluster.SiloOf(9) is not null, "active again by its reminder");
        cluster.Processes.Times(id, "wake").ShouldBe(0);
        if (cluster.SiloOf(9) is > 0 and { } silo)
        {
            await cluster.KillAsync(silo);
        }

        await IndexCluster.UntilAsync(() => cluster.Processes.Times(id, "wake") > 0, "woken");
    }
}
