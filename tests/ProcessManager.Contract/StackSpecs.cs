using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>Processes that are declared, started and stopped together.</summary>
public abstract class StackSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private readonly string _name = $"stack-{Guid.NewGuid().ToString("N")[..10]}";

    private IStacks Stacks => Manager.Stacks;

    [Fact]
    public async Task Up_makes_all_members_and_starts_them_in_order()
    {
        var outcome = await Stacks.UpAsync(Shop(), Cancel);

        outcome.Success.ShouldBeTrue($"{outcome}");
        outcome.Name.ShouldBe(_name);
        outcome.Members.Select(member => (Key(member.Id), member.Change)).ShouldBe(
            [("db", MemberChange.Created), ("migrate", MemberChange.Created), ("api", MemberChange.Created)]);
        var api = (await Manager.WaitAsync(Id("api"), new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();
        api.Group.ShouldBe(_name);
        api.StartedAt!.Value.ShouldBeGreaterThanOrEqualTo((await Manager.GetAsync(Id("migrate"), Cancel)).EndedAt!.Value);
    }

    [Fact]
    public async Task Up_again_changes_what_changed_and_starts_what_is_down()
    {
        await UpAndReady();
        var before = await Manager.GetAsync(Id("db"), Cancel);
        await Stopped(Id("api"));
        var shop = Shop();

        var outcome = await Stacks.UpAsync(With(shop, "db", spec => spec with { Labels = [new("a", "b")] }), Cancel);

        outcome.Success.ShouldBeTrue($"{outcome}");
        outcome.Members.Select(member => (Key(member.Id), member.Change, Fields: member.Fields.ToString())).ShouldBe(
            [("db", MemberChange.Changed, "labels"), ("migrate", MemberChange.Started, ""), ("api", MemberChange.Started, "")]);
        (await Manager.GetAsync(Id("db"), Cancel)).OsPid.ShouldBe(before.OsPid);
        (await Manager.WaitAsync(Id("api"), new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning().Run.ShouldBe(2);
        (await Manager.GetAsync(Id("migrate"), Cancel)).Run.ShouldBe(2);
    }

    [Fact]
    public async Task Apply_does_what_plan_says_and_no_more()
    {
        await UpAndReady();
        var (db, api) = (await Manager.GetAsync(Id("db"), Cancel), await Manager.GetAsync(Id("api"), Cancel));
        var next = new StackSpec(_name,
        [
            .. With(Shop(), "api", spec => spec with { Args = ["2000"] }).Processes.Where(spec => Key(spec.Id!.Value) != "migrate")
                .Select(spec => spec with { DependsOn = [.. spec.DependsOn.Where(on => Key(on.Id) != "migrate")] }),
            Member("web", Scripts.Sleeps with { DependsOn = [new(Id("api"))] }),
        ]);
        (string, MemberChange)[] expected =
            [("db", MemberChange.None), ("api", MemberChange.Restarted), ("web", MemberChange.Created), ("migrate", MemberChange.Removed)];

        var plan = await Stacks.PlanAsync(next, Cancel);

        plan.Members.Select(member => (Key(member.Id), member.Change)).ShouldBe(expected);
        plan.Members[1].Fields.ShouldBe(["args", "dependsOn"]);
        (await Stacks.GetAsync(_name, Cancel)).Processes.Select(info => info.OsPid).ShouldBe([api.OsPid, db.OsPid, null], "a plan touches nothing");

        var outcome = await Stacks.ApplyAsync(next, Cancel);

        outcome.Success.ShouldBeTrue($"{outcome}");
        outcome.Members.Select(member => (Key(member.Id), member.Change)).ShouldBe(expected);
        (await Manager.WaitAsync(Id("web"), new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();
        (await Manager.GetAsync(Id("db"), Cancel)).OsPid.ShouldBe(db.OsPid);
        (await Until(Id("api"), "running again", info => info.Phase == Phase.Running && info.OsPid != api.OsPid)).Args.ShouldBe(["2000"]);
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(Id("migrate"), Cancel));
        (await Stacks.PlanAsync(next, Cancel)).Members.ShouldAllBe(member => member.Change == MemberChange.None);
    }

    [Fact]
    public async Task Apply_leaves_down_what_is_unchanged_and_down()
    {
        await UpAndReady();
        await Stopped(Id("api"));

        var outcome = await Stacks.ApplyAsync(Shop(), Cancel);

        outcome.Members.ShouldAllBe(member => member.Change == MemberChange.None && member.Error == null);
        (await Manager.GetAsync(Id("api"), Cancel)).IsDown().ShouldBeTrue();
    }

    [Fact]
    public async Task Down_stops_in_reverse_and_the_records_stay_until_they_are_removed()
    {
        await UpAndReady();

        var outcome = await Stacks.DownAsync(_name, null, Cancel);

        outcome.Success.ShouldBeTrue($"{outcome}");
        var by = outcome.Processes.ToDictionary(one => Key(one.Id), one => one.Info!);
        (by["db"].Reason, by["migrate"].Reason, by["api"].Reason).ShouldBe((EndReason.Stopped, EndReason.Completed, EndReason.Stopped));
        by["db"].EndedAt!.Value.ShouldBeGreaterThanOrEqualTo(by["api"].EndedAt!.Value);

        (await Stacks.DownAsync(_name, new DownOptions { Remove = true }, Cancel)).Success.ShouldBeTrue();
        await Refused(ErrorCode.NotFound, () => Stacks.GetAsync(_name, Cancel));
        await Refused(ErrorCode.NotFound, () => Stacks.DownAsync(_name, null, Cancel));
    }

    [Fact]
    public async Task On_a_cycle_a_missing_id_or_a_fault_nothing_is_made_or_started()
    {
        var cycle = new StackSpec(_name, [Member("a", On("b")), Member("b", On("c")), Member("c", On("a")), Member("d", Scripts.Sleeps)]);
        (await Refused(ErrorCode.DependencyCycle, () => Stacks.UpAsync(cycle, Cancel))).Message.ShouldContain($"{_name}.a → {_name}.b → {_name}.c → {_name}.a");
        var missing = new StackSpec(_name, [Member("a", On("nowhere")), Member("d", Scripts.Sleeps)]);
        (await Refused(ErrorCode.DependencyMissing, () => Stacks.UpAsync(missing, Cancel))).Message.ShouldContain($"{_name}.nowhere");
        var fault = new StackSpec(_name, [Member("a", Scripts.Sleeps with { Timeout = TimeSpan.Zero }), Member("d", Scripts.Sleeps)]);
        (await Refused(ErrorCode.InvalidSpec, () => Stacks.ApplyAsync(fault, Cancel))).Faults.ShouldContain(one => one.Path == "processes.a.timeout");
        await Refused(ErrorCode.NotFound, () => Stacks.GetAsync(_name, Cancel));

        ProcessSpec On(string key) => Scripts.Sleeps with { DependsOn = [new(Id(key))] };
    }

    [Fact]
    public async Task A_member_that_fails_fails_who_depends_on_it_at_once_and_the_others_run()
    {
        var stack = new StackSpec(_name,
        [
            Member("db", Scripts.Exits(9)),
            Member("api", Scripts.Sleeps with { DependsOn = [new(Id("db"), DependencyCondition.CompletedSuccessfully)] }),
            Member("web", Scripts.Sleeps with { DependsOn = [new(Id("api"))] }),
            Member("other", Scripts.Sleeps),
        ]);

        await Stacks.UpAsync(stack, Cancel);

        var web = (await Ended(Id("web"))).ShouldBeDown(EndReason.DependencyFailed);
        web.LastError!.Message.ShouldContain($"\"{Id("db")}\" exited with 9");
        (await Ended(Id("api"))).ShouldBeDown(EndReason.DependencyFailed);
        (await Manager.GetAsync(Id("other"), Cancel)).ShouldBeRunning();
    }

    [Fact]
    public async Task Its_graph_says_who_waits_for_whom_and_it_is_among_the_stacks()
    {
        await UpAndReady();

        var graph = await Stacks.GraphAsync(_name, Cancel);

        graph.Nodes.Select(node => (Key(node.Id), On: string.Join(' ', node.DependsOn.Select(on => Key(on.Id))))).ShouldBe(
            [("api", "migrate db"), ("db", ""), ("migrate", "db")]);
        graph.Nodes.Single(node => node.Id == Id("api")).Ready.ShouldBeTrue();
        var listed = (await Stacks.ListAsync(Cancel)).Single(stack => stack.Name == _name);
        (listed.Total, listed.Ready, listed.Failed).ShouldBe((3, 2, 0));
    }

    private StackSpec Shop() => new(_name,
    [
        Member("db", Scripts.Sleeps),
        Member("migrate", Scripts.Exits(0) with { DependsOn = [new(Id("db"))] }),
        Member("api", Scripts.Sleeps with { DependsOn = [new(Id("migrate"), DependencyCondition.CompletedSuccessfully), new(Id("db"))] }),
    ]);

    private async Task UpAndReady()
    {
        (await Stacks.UpAsync(Shop(), Cancel)).Success.ShouldBeTrue();
        await Manager.WaitAsync(Id("api"), new WaitOptions { For = WaitFor.Ready }, Cancel);
        await Manager.WaitAsync(Id("migrate"), new WaitOptions { For = WaitFor.Finished }, Cancel);
    }

    private static StackSpec With(StackSpec stack, string key, Func<ProcessSpec, ProcessSpec> change) =>
        stack with { Processes = [.. stack.Processes.Select(spec => stack.KeyOf(spec.Id!.Value) == key ? change(spec) : spec)] };

    private ProcessId Id(string key) => ProcessId.Parse($"{_name}.{key}");

    private string Key(ProcessId id) => id.Value[(_name.Length + 1)..];

    private ProcessSpec Member(string key, ProcessSpec spec) => spec with { Id = Id(key), Group = _name };
}
