using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class ListingSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private readonly string _label = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_list_comes_by_id_a_page_at_a_time()
    {
        var prefix = NewId();
        for (var number = 0; number < 7; number++)
        {
            await Declare(Mine(Scripts.Sleeps) with { Id = ProcessId.Parse($"{prefix}.{6 - number}") });
        }

        var pages = new List<Page<ProcessInfo>>();
        do
        {
            pages.Add(await Manager.ListAsync(Query() with { Limit = 3, After = pages.Count == 0 ? null : pages[^1].Next }, Cancel));
        }
        while (pages[^1].Next is not null);

        pages.Select(page => page.Items.Count).ShouldBe([3, 3, 1]);
        pages.SelectMany(page => page.Items).Select(info => info.Id.Value).ShouldBe(Enumerable.Range(0, 7).Select(number => $"{prefix}.{number}"));
    }

    [Fact]
    public async Task A_full_last_page_says_that_it_is_the_last()
    {
        await Declare(Mine(Scripts.Sleeps));
        await Declare(Mine(Scripts.Sleeps));

        (await Manager.ListAsync(Query() with { Limit = 2 }, Cancel)).Next.ShouldBeNull();
    }

    [Fact]
    public async Task It_is_picked_by_phase_goal_group_name_osPid_and_labels()
    {
        var up = await Start(Mine(Scripts.Sleeps, ("role", "a")) with { Name = $"{_label} up", Group = _label });
        var down = await Declare(Mine(Scripts.Sleeps, ("role", "b")));
        var ended = await Start(Mine(Scripts.Exits(0)));
        await Manager.WaitAsync(ended.Id, new WaitOptions { For = WaitFor.Finished }, Cancel);

        await Lists(Query(), up, down, ended);
        await Lists(Query() with { Phases = [Phase.Running] }, up);
        await Lists(Query() with { Phases = [Phase.Running, Phase.Created] }, up, down);
        await Lists(Query() with { Phases = [Phase.Finished] }, ended);
        await Lists(Query() with { Goal = Goal.Up, Phases = [Phase.Running] }, up);
        await Lists(Query() with { Goal = Goal.Down, Phases = [Phase.Created] }, down);
        await Lists(new ProcessQuery { Group = _label }, up);
        await Lists(new ProcessQuery { Name = $"{_label} up" }, up);
        await Lists(Query() with { OsPid = up.OsPid }, up);
        await Lists(new ProcessQuery { Labels = [new("list", _label), new("role", null)] }, up, down);
        await Lists(new ProcessQuery { Labels = [new("list", _label), new("role", "b")] }, down);
        await Lists(new ProcessQuery { Labels = [new("list", _label), new("role", "c")] });
    }

    [Fact]
    public async Task A_listed_one_is_what_its_own_info_says()
    {
        var info = await Start(Mine(Scripts.Sleeps));

        var listed = (await Manager.ListAsync(Query(), Cancel)).Items.ShouldHaveSingleItem();

        (listed.Id, listed.OsPid, listed.Phase, listed.Version).ShouldBe((info.Id, info.OsPid, Phase.Running, (await Manager.GetAsync(info.Id, Cancel)).Version));
        listed.Metrics.ShouldBeNull();
    }

    [Fact]
    public async Task Metrics_come_with_it_when_asked_for()
    {
        await Start(Mine(Scripts.Sleeps));
        await Declare(Mine(Scripts.Sleeps));

        var items = (await Manager.ListAsync(Query() with { WithMetrics = true }, Cancel)).Items;

        items.Single(info => info.Phase == Phase.Running).Metrics.ShouldNotBeNull().MemoryBytes.ShouldBeGreaterThan(0);
        items.Single(info => info.Phase == Phase.Created).Metrics.ShouldBeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public async Task A_limit_out_of_range_is_refused(int limit) =>
        await Refused(ErrorCode.InvalidSpec, () => Manager.ListAsync(new ProcessQuery { Limit = limit }, Cancel));

    [Fact]
    public async Task The_health_counts_what_there_is()
    {
        await Start(Scripts.Sleeps);
        var terminating = await StartSaying("ready", Scripts.IgnoresTerm);
        await Manager.StopAsync(terminating.Id, new StopOptions { Grace = TimeSpan.FromMinutes(5) }, Cancel);
        var failed = await Start(Scripts.Exits(1));
        await Ended(failed.Id);

        var health = await Manager.GetHealthAsync(Cancel);

        health.Ready.ShouldBeTrue();
        health.Running.ShouldBeGreaterThanOrEqualTo(1);
        health.Terminating.ShouldBeGreaterThanOrEqualTo(1);
        health.Failed.ShouldBeGreaterThanOrEqualTo(1);
        health.Total.ShouldBeGreaterThanOrEqualTo(health.Running + health.Terminating + health.Failed);
        health.QueueDepth.ShouldBeGreaterThanOrEqualTo(0);
        health.Version.ShouldNotBeNullOrWhiteSpace();
    }

    private ProcessSpec Mine(ProcessSpec spec, params (string Name, string Value)[] labels) =>
        spec with { Labels = [new("list", _label), .. labels.Select(label => KeyValuePair.Create(label.Name, label.Value))] };

    private ProcessQuery Query() => new() { Labels = [new("list", _label)] };

    private async Task Lists(ProcessQuery query, params ProcessInfo[] expected) =>
        (await Manager.ListAsync(query, Cancel)).Items.Select(info => info.Id.Value)
            .ShouldBe(expected.Select(info => info.Id.Value).Order(StringComparer.Ordinal), query.ToString());
}
