using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Runtime;
using Orleans.Runtime.Membership;
using Orleans.Runtime.MembershipService;

namespace ProcessManager.Cluster.Tests;

/// <summary>The queries of membership.sql, as Orleans' provider of clustering uses them.</summary>
public sealed class MembershipSpecs(SharedPostgres postgres)
{
    private static readonly DateTime Noon = new(2026, 8, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task An_empty_table_has_a_version_and_no_silo()
    {
        var table = await TableAsync();
        await table.InitializeMembershipTable(true);

        var all = await table.ReadAll();

        all.Members.ShouldBeEmpty();
        all.Version.Version.ShouldBe(0);
        (await table.ReadRow(Silo(1).SiloAddress)).Members.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_silo_that_joined_is_read_as_it_was_written()
    {
        var table = await TableAsync();
        var silo = Silo(1);

        (await table.InsertRow(silo, Next(await table.ReadAll()))).ShouldBeTrue();

        var all = await table.ReadAll();
        all.Version.Version.ShouldBe(1);
        foreach (var read in new[] { all.Members.ShouldHaveSingleItem().Item1, (await table.ReadRow(silo.SiloAddress)).Members.ShouldHaveSingleItem().Item1 })
        {
            read.SiloAddress.ShouldBe(silo.SiloAddress);
            read.SiloName.ShouldBe(silo.SiloName);
            read.HostName.ShouldBe(silo.HostName);
            read.Status.ShouldBe(SiloStatus.Active);
            read.ProxyPort.ShouldBe(silo.ProxyPort);
            read.StartTime.ShouldBe(Noon);
            read.IAmAliveTime.ShouldBe(Noon);
            read.SuspectTimes.ShouldBeNull();
        }
    }

    [Fact]
    public async Task A_silo_joins_once_and_only_on_the_present_version()
    {
        var table = await TableAsync();
        var before = await table.ReadAll();
        (await table.InsertRow(Silo(1), Next(before))).ShouldBeTrue();

        (await table.InsertRow(Silo(2), Next(before))).ShouldBeFalse();
        (await table.InsertRow(Silo(1), Next(await table.ReadAll()))).ShouldBeFalse();

        var after = await table.ReadAll();
        after.Members.Count.ShouldBe(1);
        after.Version.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_changes_on_one_version_one_happens()
    {
        var table = await TableAsync();
        var before = await table.ReadAll();

        var joined = await Task.WhenAll(Enumerable.Range(1, 12).Select(number => table.InsertRow(Silo(number), Next(before))));

        joined.Count(one => one).ShouldBe(1);
        var after = await table.ReadAll();
        after.Members.Count.ShouldBe(1);
        after.Version.Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_suspicion_is_written_on_the_present_version_only()
    {
        var table = await TableAsync();
        var silo = Silo(1);
        await table.InsertRow(silo, Next(await table.ReadAll()));
        var read = await table.ReadAll();
        silo.Status = SiloStatus.Dead;
        silo.SuspectTimes = [Tuple.Create(Silo(2).SiloAddress, Noon.AddSeconds(3)), Tuple.Create(Silo(3).SiloAddress, Noon.AddSeconds(4))];

        (await table.UpdateRow(silo, "", Next(read))).ShouldBeTrue();
        (await table.UpdateRow(silo, "", Next(read))).ShouldBeFalse();
        (await table.UpdateRow(Silo(9), "", Next(await table.ReadAll()))).ShouldBeFalse();

        var after = await table.ReadAll();
        after.Version.Version.ShouldBe(2);
        after.Members.ShouldHaveSingleItem().Item1.SuspectTimes.ShouldBe(silo.SuspectTimes);
    }

    [Fact]
    public async Task A_sign_of_life_leaves_the_version_as_it_is()
    {
        var table = await TableAsync();
        var silo = Silo(1);
        await table.InsertRow(silo, Next(await table.ReadAll()));

        silo.IAmAliveTime = Noon.AddMinutes(1);
        await table.UpdateIAmAlive(silo);

        var after = await table.ReadAll();
        after.Version.Version.ShouldBe(1);
        after.Members.ShouldHaveSingleItem().Item1.IAmAliveTime.ShouldBe(Noon.AddMinutes(1));
    }

    [Fact]
    public async Task Old_silos_go_unless_they_are_active()
    {
        var table = await TableAsync();
        foreach (var (number, status, alive) in new[] { (1, SiloStatus.Active, 0), (2, SiloStatus.Dead, 0), (3, SiloStatus.Joining, 0), (4, SiloStatus.Dead, 60) })
        {
            var silo = Silo(number);
            (silo.Status, silo.IAmAliveTime) = (status, Noon.AddMinutes(alive));
            await table.InsertRow(silo, Next(await table.ReadAll()));
        }

        await table.CleanupDefunctSiloEntries(new DateTimeOffset(Noon.AddMinutes(30)));

        (await table.ReadAll()).Members.Select(member => member.Item1.SiloName).Order().ShouldBe(["silo1", "silo4"]);
        await table.DeleteMembershipTableEntries("membership");
        await table.InitializeMembershipTable(true);
        (await table.ReadAll()).Members.ShouldBeEmpty();
    }

    [Fact]
    public async Task Clients_are_told_of_active_silos_with_a_gateway()
    {
        var database = await (await postgres.ServerAsync()).CreateClusterAsync("membership");
        var table = await TableAsync(database);
        foreach (var (number, status, gateway) in new[] { (1, SiloStatus.Active, 30001), (2, SiloStatus.Dead, 30002), (3, SiloStatus.Active, 0) })
        {
            var silo = Silo(number);
            (silo.Status, silo.ProxyPort) = (status, gateway);
            await table.InsertRow(silo, Next(await table.ReadAll()));
        }

        var gateways = new AdoNetGatewayListProvider(
            NullLogger<AdoNetGatewayListProvider>.Instance,
            new ServiceCollection().BuildServiceProvider(),
            Options.Create(new AdoNetClusteringClientOptions { Invariant = "Npgsql", ConnectionString = database }),
            Options.Create(new GatewayOptions()),
            Options.Create(new ClusterOptions { ClusterId = "membership" }));
        await gateways.InitializeGatewayListProvider();

        (await gateways.GetGateways()).ShouldHaveSingleItem().Port.ShouldBe(30001);
    }

    private async Task<AdoNetClusteringTable> TableAsync(string? database = null)
    {
        database ??= await (await postgres.ServerAsync()).CreateClusterAsync("membership");
        var table = new AdoNetClusteringTable(
            new ServiceCollection().BuildServiceProvider(),
            Options.Create(new ClusterOptions { ClusterId = "membership" }),
            Options.Create(new AdoNetClusteringSiloOptions { Invariant = "Npgsql", ConnectionString = database }),
            NullLogger<AdoNetClusteringTable>.Instance);
        await table.InitializeMembershipTable(true);
        return table;
    }

    private static TableVersion Next(MembershipTableData read) => read.Version.Next();

    private static MembershipEntry Silo(int number) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, 11_110 + number, number),
        SiloName = $"silo{number}",
        HostName = "host",
        Status = SiloStatus.Active,
        ProxyPort = 30_000 + number,
        StartTime = Noon,
        IAmAliveTime = Noon,
    };
}
