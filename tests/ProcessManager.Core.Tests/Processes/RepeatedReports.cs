using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class RepeatedReports
{
    public static TheoryData<Phase> Phases => [.. Enum.GetValues<Phase>()];

    private static SupervisorReport[] Reports =>
    [
        new SupervisorReport.Spawned(Life.Child(new Epoch(1, 1)), Life.Birth, false),
        new SupervisorReport.Spawned(Life.Child(new Epoch(1, 1)), Life.Birth, true),
        new SupervisorReport.StartFailed(new ErrorInfo(ErrorCode.StartFailed, "no"), false, Life.Birth),
        new SupervisorReport.StartFailed(new ErrorInfo(ErrorCode.StartFailed, "no"), true, Life.Birth),
        new SupervisorReport.Exited(new ExitStatus.Code(1), Life.Birth, null),
        new SupervisorReport.NeverRan(),
        new SupervisorReport.TreeEmpty([], Life.Birth),
        new SupervisorReport.StopCommandEnded(null, Life.Birth),
        new SupervisorReport.Idle(Life.Birth),
    ];

    [Theory]
    [MemberData(nameof(Phases))]
    public void News_of_another_epoch_change_nothing_in_any_phase(Phase phase)
    {
        foreach (var report in Reports)
        {
            var life = Life.In(phase);
            foreach (var epoch in new[] { new Epoch(0, 1), new Epoch(1, 9), new Epoch(9, 1) })
            {
                life.Take(new ProcessOrder.Reported(epoch, report)).ShouldDoNothing();
                life.Take(new ProcessOrder.StartToken(epoch)).ShouldDoNothing();
                life.Take(new ProcessOrder.CleanedUp(epoch)).ShouldDoNothing();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public void A_report_taken_twice_leaves_the_state_of_the_first_time(Phase phase)
    {
        foreach (var report in Reports.Where(report => report is not SupervisorReport.NeverRan))
        {
            var life = Life.In(phase).Hear(report);
            var once = life.State;
            life.Hear(report);
            (life.State with { Version = once.Version }).ShouldBe(once, $"{report} in {phase}");
            if (report is not SupervisorReport.Spawned { Adopted: true } && (report is not SupervisorReport.Spawned || phase != Phase.Terminating))
            {
                life.ShouldDoNothing();
            }
        }
    }

    [Theory]
    [InlineData(Phase.Created)]
    [InlineData(Phase.Waiting)]
    [InlineData(Phase.BackingOff)]
    [InlineData(Phase.Terminated)]
    [InlineData(Phase.Finished)]
    public void News_of_an_attempt_that_is_over_change_nothing(Phase phase)
    {
        foreach (var report in Reports)
        {
            Life.In(phase).Hear(report).ShouldDoNothing();
        }
    }

    [Fact]
    public void A_start_told_twice_is_one_start_also_while_terminating()
    {
        Life.Running().Spawned().ShouldDoNothing();
        Life.Terminating().Spawned().Told.ShouldBeEmpty();
        Life.Starting().Stop().Spawned().Spawned().Told.ShouldBeEmpty();
    }

    [Fact]
    public void An_empty_tree_before_the_end_of_its_main_child_says_nothing()
    {
        Life.Terminating().TreeEmpty().ShouldDoNothing();
        Life.Running().TreeEmpty().ShouldDoNothing();
    }

    [Fact]
    public void A_cleaning_up_is_over_once()
    {
        Life.Finished().CleanedUp().ShouldDoNothing();
        Life.Running().CleanedUp().ShouldDoNothing();
        Life.Terminated().Start().Take(new ProcessOrder.CleanedUp(new Epoch(1, 1))).ShouldDoNothing();
    }
}
