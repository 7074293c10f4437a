using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

/// <summary>The rule of when a probe is asked and what its answers make of it.</summary>
public class ProbeCourses
{
    private static readonly ProbeSpec Probe = new() { Target = new ProbeTarget.Tcp(1), Interval = TimeSpan.FromSeconds(10), FailureThreshold = 3, SuccessThreshold = 2 };

    private static readonly TimeSpan Now = TimeSpan.FromHours(5);

    [Fact]
    public void Before_it_passes_for_the_first_time_it_is_asked_faster_from_50_ms_doubling_to_the_interval()
    {
        var course = ProbeCourse.Begin(Probe with { FailureThreshold = 1000 }, ProbeStatus.Unknown, Now, TimeSpan.Zero, 0);
        var asked = new List<double>();
        for (var turn = 0; turn < 11; turn++)
        {
            asked.Add((course.Due - Now).TotalMilliseconds);
            course = course.Answered(Probe with { FailureThreshold = 1000 }, passed: false, course.Due);
        }

        asked.ShouldBe([0, 50, 150, 350, 750, 1550, 3150, 6350, 12750, 22750, 32750]);
    }

    [Fact]
    public void One_that_never_passed_fails_after_as_long_as_its_threshold_takes_and_not_after_three_hasty_tries()
    {
        var course = ProbeCourse.Begin(Probe, ProbeStatus.Unknown, Now, TimeSpan.Zero, 0);
        while (course.Status == ProbeStatus.Unknown)
        {
            course = course.Answered(Probe, passed: false, course.Due);
            (course.Due - Now).TotalSeconds.ShouldBeLessThan(50);
            if (course.Status == ProbeStatus.Failing)
            {
                break;
            }
        }

        course.FirstAt.ShouldBe(Now);
        (course.Due - Now - Probe.Interval).ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void The_initial_delay_counts_from_the_childs_start()
    {
        var patient = Probe with { InitialDelay = TimeSpan.FromSeconds(20) };
        ProbeCourse.Begin(patient, ProbeStatus.Unknown, Now, TimeSpan.FromSeconds(5), 0).Due.ShouldBe(Now + TimeSpan.FromSeconds(15));
        ProbeCourse.Begin(patient, ProbeStatus.Unknown, Now, TimeSpan.FromSeconds(50), 0).Due.ShouldBe(Now);
    }

    [Fact]
    public void One_that_was_known_goes_on_at_its_interval_somewhere_in_it()
    {
        var course = ProbeCourse.Begin(Probe, ProbeStatus.Passing, Now, TimeSpan.FromHours(1), 0.25);
        (course.Status, course.Due).ShouldBe((ProbeStatus.Passing, Now + TimeSpan.FromSeconds(2.5)));
        course.Answered(Probe, passed: true, course.Due).Due.ShouldBe(course.Due + Probe.Interval);
    }

    [Fact]
    public void A_late_answer_skips_times_and_keeps_to_the_grid()
    {
        var course = ProbeCourse.Begin(Probe, ProbeStatus.Passing, Now, TimeSpan.Zero, 0);
        course.Answered(Probe, passed: true, Now + TimeSpan.FromSeconds(34)).Due.ShouldBe(Now + TimeSpan.FromSeconds(40));
    }

    [Fact]
    public void Thresholds_count_answers_in_a_row()
    {
        Of(ProbeStatus.Passing, "--+--+--").ShouldBe(ProbeStatus.Passing);
        Of(ProbeStatus.Passing, "--+---").ShouldBe(ProbeStatus.Failing);
        Of(ProbeStatus.Failing, "+-+-+-+").ShouldBe(ProbeStatus.Failing);
        Of(ProbeStatus.Failing, "+-++").ShouldBe(ProbeStatus.Passing);
        Of(ProbeStatus.Unknown, "+").ShouldBe(ProbeStatus.Unknown);
        Of(ProbeStatus.Unknown, "++").ShouldBe(ProbeStatus.Passing);
    }

    [Fact]
    public void Whatever_is_answered_and_however_late_the_rule_keeps_its_promises() =>
        Prop.ForAll(
            (from interval in Gen.Choose(10, 20_000)
             from success in Gen.Choose(1, 4)
             from failure in Gen.Choose(1, 6)
             from known in Gen.Elements(Enum.GetValues<ProbeStatus>())
             from answers in Gen.Zip(Gen.Elements(true, false, false), Gen.Choose(0, 3_000)).ArrayOf()
             select (interval, success, failure, known, answers)).ToArbitrary(),
            life => Check(life.interval, life.success, life.failure, life.known, life.answers)).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void The_longest_durations_overflow_nothing()
    {
        var eternal = Probe with { Interval = TimeSpan.FromDays(36_500), InitialDelay = TimeSpan.FromDays(36_500), FailureThreshold = 1_000_000 };
        var course = ProbeCourse.Begin(eternal, ProbeStatus.Unknown, Now, TimeSpan.Zero, 1);
        for (var turn = 0; turn < 100; turn++)
        {
            course = course.Answered(eternal, turn % 7 == 3, course.Due);
        }

        course.Due.ShouldBeGreaterThan(Now);
    }

    private static void Check(int interval, int success, int failure, ProbeStatus known, (bool Passed, int Late)[] answers)
    {
        var probe = Probe with { Interval = TimeSpan.FromMilliseconds(interval), SuccessThreshold = success, FailureThreshold = failure };
        var course = ProbeCourse.Begin(probe, known, Now, TimeSpan.Zero, 0.5);
        var (row, last) = (0, false);
        foreach (var (passed, late) in answers)
        {
            var before = course;
            var now = course.Due + TimeSpan.FromMilliseconds(late);
            course = before.Answered(probe, passed, now);
            row = passed == last ? row + 1 : 1;
            last = passed;

            course.Due.ShouldBeGreaterThan(now, "asked again before the answer");
            (course.Due - now).ShouldBeLessThanOrEqualTo(probe.Interval);
            if (course.Passed)
            {
                ((course.Due - before.Due).Ticks % probe.Interval.Ticks).ShouldBe(0, "drift");
            }

            if (course.Status == before.Status)
            {
                continue;
            }

            course.Status.ShouldBe(passed ? ProbeStatus.Passing : ProbeStatus.Failing);
            if (passed)
            {
                row.ShouldBeGreaterThanOrEqualTo(success);
            }
            else if (before.Status == ProbeStatus.Passing)
            {
                row.ShouldBeGreaterThanOrEqualTo(failure);
            }
            else
            {
                (now - course.FirstAt!.Value).ShouldBeGreaterThanOrEqualTo(probe.Interval * failure);
            }
        }
    }

    private static ProbeStatus Of(ProbeStatus status, string answers)
    {
        var course = ProbeCourse.Begin(Probe, status, Now, TimeSpan.Zero, 0);
        return answers.Aggregate(course, (now, answer) => now.Answered(Probe, answer == '+', now.Due)).Status;
    }
}
