using System.Text.Json;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class Jobs
{
    private static readonly JobPlace Place = new("build", "a", 0, 1);

    [Fact]
    public void Each_attempt_waits_for_a_slot_and_starts_where_the_grant_says()
    {
        var job = Take(Created(), new ProcessOrder.Start(new Placement.On("n1")));
        (job.Phase, job.BlockedBy, job.Node).ShouldBe((Phase.Waiting, new Blocker.Slot("build"), null));
        SlotNews.Of(job, removed: false)!.Use.ShouldBe(SlotUse.Waits);

        job = Take(job, new ProcessOrder.SlotGranted(job.Epoch, new Placement.On("n2")));
        (job.Phase, job.Node, job.Restarts.Count).ShouldBe((Phase.Starting, "n2", 0));
        SlotNews.Of(job, removed: false)!.Use.ShouldBe(SlotUse.Holds);
    }

    [Fact]
    public void A_grant_of_another_attempt_or_of_one_that_was_called_off_starts_nothing()
    {
        var job = Take(Created(), new ProcessOrder.Start());
        ProcessMachine.Decide(job, new ProcessOrder.SlotGranted(new Epoch(7, 1)), Life.Birth).Changes.ShouldBeEmpty();

        job = Take(job, new ProcessOrder.Stop(null));
        job.Phase.ShouldBe(Phase.Terminated);
        SlotNews.Of(job, removed: false)!.Use.ShouldBe(SlotUse.Cancelled);
        ProcessMachine.Decide(job, new ProcessOrder.SlotGranted(job.Epoch), Life.Birth).Changes.ShouldBeEmpty();
    }

    [Fact]
    public void A_host_that_comes_up_again_does_nothing_about_one_that_waits()
    {
        var job = Take(Created(), new ProcessOrder.Start());

        var decision = ProcessMachine.Decide(job, new ProcessOrder.Recover(), Life.Birth);

        (decision.Changes.Count, decision.Effects.Count).ShouldBe((0, 0));
    }

    [Fact]
    public void Its_place_is_kept_with_its_state_and_shown_with_its_info()
    {
        var job = Take(Created(), new ProcessOrder.Start());

        var read = JsonSerializer.Deserialize<ProcessState>(JsonSerializer.Serialize(job, ProcessManagerJson.Options), ProcessManagerJson.Options)!;

        (read.Job, read.BlockedBy).ShouldBe((Place, new Blocker.Slot("build")));
        job.ToInfo(null, Lifetime.Keep, "here", Life.Birth).ShouldSatisfyAllConditions(
            info => info.Job.ShouldBe(Place), info => info.BlockedBy.ShouldBe("a slot of the pool \"build\""));
    }

    [Fact]
    public void Jobs_are_read_with_all_their_faults_and_written_as_they_are_read()
    {
        var read = SpecBinder.Jobs(SpecJson.Parse(
            """{"jobs": [{"key": "a", "priority": 3, "command": "make", "retryAttempts": 2, "retryDelay": "5s"}, {"command": "make"}]}"""u8.ToArray())).Value;
        (read.Jobs[0].Key, read.Jobs[0].Priority, read.Jobs[1].Key).ShouldBe(("a", 3, null));
        read.Jobs[0].Spec.Restart.ShouldBe(Retries.Policy(2, TimeSpan.FromSeconds(5)));
        JsonSerializer.Deserialize<PoolJobs>(JsonSerializer.Serialize(read, ProcessManagerJson.Options), ProcessManagerJson.Options).ShouldBe(read);

        var faults = SpecBinder.Jobs(SpecJson.Parse("""{"jobs": [{"keys": "a", "command": 7, "retryAttempts": -1}, {"retryDelay": "1s", "restart": {"when": "always"}}], "more": 1}"""u8.ToArray())).Faults;
        faults.Select(fault => fault.Path).ShouldBe(["jobs[0].retryAttempts", "jobs[0].keys", "jobs[1].command", "jobs[1].retryDelay", "more"], ignoreOrder: true);
    }

    [Fact]
    public void A_pools_limit_and_name_are_checked()
    {
        foreach (var bad in (PoolSpec[])[new() { Name = "a b" }, new() { Name = "a." }, new() { Name = new string('a', 65) }, new() { Name = "a", Concurrency = 0 }, new() { Name = "a", Concurrency = 10_001 }])
        {
            Should.Throw<ProcessManagerException>(() => PoolRules.Check(bad), $"{bad}").Code.ShouldBe(ErrorCode.InvalidSpec);
        }

        PoolRules.Check(new PoolSpec { Name = "a.b-c" });
    }

    private static ProcessState Created() => ProcessMachine.Create(ProcessId.Parse("build.a"), new ProcessSpec { Command = "make" }, oneOff: true, Life.Birth, Place);

    private static ProcessState Take(ProcessState state, ProcessOrder order) =>
        ProcessMachine.Apply(state, ProcessMachine.Decide(state, order, Life.Birth).Changes).State;
}
