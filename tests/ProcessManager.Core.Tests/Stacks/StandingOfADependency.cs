using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

/// <summary>How far a process is, for those that wait for it.</summary>
public class StandingOfADependency
{
    private static readonly ProcessId Id = ProcessId.Parse("api");

    [Theory]
    [InlineData(null)]
    [InlineData(DependencyCondition.Started)]
    [InlineData(DependencyCondition.Running)]
    [InlineData(DependencyCondition.Healthy)]
    [InlineData(DependencyCondition.Completed)]
    [InlineData(DependencyCondition.CompletedSuccessfully)]
    [InlineData(DependencyCondition.LogLine)]
    public void What_nobody_wants_up_is_down_whatever_is_waited_for(DependencyCondition? condition)
    {
        Life[] down = [Life.Created(), Life.Running().Stop().Exited(0).TreeEmpty(), Life.Running().Kill().Exited(0).TreeEmpty().CleanedUp()];
        foreach (var life in down)
        {
            Of(condition, life).ShouldBe(Standing.Down);
        }
    }

    [Theory]
    [InlineData(DependencyCondition.Started, Standing.Met)]
    [InlineData(DependencyCondition.Running, Standing.Met)]
    [InlineData(DependencyCondition.Healthy, Standing.Met)]
    [InlineData(null, Standing.Met)]
    [InlineData(DependencyCondition.Completed, Standing.Coming)]
    [InlineData(DependencyCondition.CompletedSuccessfully, Standing.Coming)]
    public void Of_one_that_runs(DependencyCondition? condition, Standing standing)
    {
        Of(condition, Life.Running()).ShouldBe(standing);
        Of(condition, Life.Starting()).ShouldBe(Standing.Coming);
        Of(condition, Life.Terminating()).ShouldBe(Standing.Coming, "it may still end by itself");
    }

    [Theory]
    [InlineData(DependencyCondition.Started, Standing.Met)]
    [InlineData(DependencyCondition.Running, Standing.Coming)]
    [InlineData(null, Standing.Coming)]
    [InlineData(DependencyCondition.Completed, Standing.Coming)]
    [InlineData(DependencyCondition.CompletedSuccessfully, Standing.Coming)]
    public void Of_one_between_two_attempts(DependencyCondition? condition, Standing standing) => Of(condition, Life.BackingOff()).ShouldBe(standing);

    [Theory]
    [InlineData(DependencyCondition.Started, Standing.Met, Standing.Met)]
    [InlineData(DependencyCondition.Running, Standing.Met, Standing.Failed)]
    [InlineData(null, Standing.Met, Standing.Failed)]
    [InlineData(DependencyCondition.Completed, Standing.Met, Standing.Met)]
    [InlineData(DependencyCondition.CompletedSuccessfully, Standing.Met, Standing.Failed)]
    [InlineData(DependencyCondition.LogLine, Standing.Failed, Standing.Failed)]
    public void Of_one_that_ended(DependencyCondition? condition, Standing completed, Standing failed)
    {
        Of(condition, Life.Running().Exited(0)).ShouldBe(completed, "its end is known, whatever it left");
        Of(condition, Life.Finished()).ShouldBe(completed);
        Of(condition, Life.Running().Exited(1).TreeEmpty()).ShouldBe(failed);
    }

    [Fact]
    public void An_end_that_nobody_saw_is_never_a_success()
    {
        var unknown = Life.Running().Exited(new ExitStatus.Unknown()).TreeEmpty();
        Of(DependencyCondition.CompletedSuccessfully, unknown).ShouldBe(Standing.Failed);
        Of(DependencyCondition.Completed, unknown).ShouldBe(Standing.Met);
    }

    [Fact]
    public void One_that_could_not_be_started_has_not_completed()
    {
        var failed = Life.Starting().StartFailed();
        Of(DependencyCondition.Started, failed).ShouldBe(Standing.Failed);
        Of(DependencyCondition.Completed, failed).ShouldBe(Standing.Failed);
    }

    [Fact]
    public void A_start_that_is_to_follow_counts_for_more_than_the_run_that_ends()
    {
        Of(DependencyCondition.Completed, Life.Running().Restart().Exited(0)).ShouldBe(Standing.Coming);
        Of(null, Life.Running().Restart()).ShouldBe(Standing.Coming);
    }

    [Fact]
    public void An_earlier_run_counts_for_nothing_once_a_new_one_is_open() =>
        Of(DependencyCondition.Completed, Life.Finished().Start()).ShouldBe(Standing.Coming);

    [Fact]
    public void One_that_is_removed_or_will_be_is_missing()
    {
        Of(null, Life.Running().Remove()).ShouldBe(Standing.Missing);
        DependencyStanding.Of(new Dependency(Id), Life.Running().State, removed: true).Standing.ShouldBe(Standing.Missing);
    }

    [Theory]
    [InlineData(3, Standing.Met)]
    [InlineData(0, Standing.Failed)]
    public void The_codes_that_are_named_count_alone(int code, Standing standing) =>
        DependencyStanding.Of(new Dependency(Id, DependencyCondition.CompletedSuccessfully) { ExitCodes = [3, 4] }, Life.Running().Exited(code).State)
            .Standing.ShouldBe(standing);

    private static Standing Of(DependencyCondition? condition, Life life) => DependencyStanding.Of(new Dependency(Id, condition), life.State).Standing;
}
