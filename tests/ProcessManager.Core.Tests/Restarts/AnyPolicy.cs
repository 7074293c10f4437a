using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

/// <summary>What holds of restarts under any policy, whatever ends come at whatever times.</summary>
public class AnyPolicy
{
    private static readonly DateTimeOffset Begin = Life.Birth;

    private static readonly Gen<RestartPolicy> Policies =
        from when in Gen.Elements(Enum.GetValues<RestartWhen>())
        from max in Gen.OneOf(Gen.Constant((int?)null), Gen.Choose(0, 8).Select(n => (int?)n))
        from window in Gen.OneOf(Gen.Constant((int?)null), Gen.Choose(1, 600).Select(n => (int?)n))
        from delay in Gen.Choose(0, 5000)
        from longest in Gen.Choose(0, 60_000)
        from factor in Gen.Choose(10, 40)
        from jitter in Gen.Choose(0, 4)
        from quiet in Gen.Choose(1, 600)
        select new RestartPolicy
        {
            When = when,
            Max = max,
            Window = window is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Delay = TimeSpan.FromMilliseconds(delay),
            MaxDelay = TimeSpan.FromMilliseconds(delay + longest),
            Factor = factor / 10.0,
            Jitter = jitter / 4.0,
            ResetAfter = TimeSpan.FromSeconds(quiet),
        };

    /// <summary>How each attempt ended, how long it had run by then (seconds), and the chance of the jitter.</summary>
    private static readonly Gen<(EndReason Reason, int RanFor, double Chance)> OneEnd =
        from reason in Gen.Elements(EndReason.Failed, EndReason.Failed, EndReason.Completed, EndReason.Signaled, EndReason.Unknown, EndReason.TimedOut, EndReason.OutOfMemory)
        from ranFor in Gen.OneOf(Gen.Choose(0, 5), Gen.Choose(0, 1200))
        from chance in Gen.Choose(-10, 10)
        select (reason, ranFor, chance / 10.0);

    private static readonly Gen<(EndReason Reason, int RanFor, double Chance)[]> Ends = Gen.Choose(1, 40).SelectMany(count => OneEnd.ArrayOf(count));

    [Fact]
    public void There_are_never_more_restarts_than_max_within_the_window() => Check((policy, ends) =>
    {
        var starts = new List<DateTimeOffset>();
        foreach (var step in Walk(policy, ends))
        {
            if (step.Verdict is not RestartVerdict.Again)
            {
                continue;
            }

            starts.Add(step.At);
            if (policy.Max is { } max)
            {
                starts.Count(at => policy.Window is not { } window || at > step.At - window).ShouldBeLessThanOrEqualTo(max);
            }
        }
    });

    [Fact]
    public void It_is_given_up_only_for_a_max_and_unlimited_means_it() => Check((policy, ends) =>
    {
        if (Walk(policy with { Max = null }, ends).Any(step => step.Verdict is RestartVerdict.GiveUp))
        {
            throw new InvalidOperationException("given up without a limit");
        }

        var wide = policy with { Max = ends.Length };
        Walk(wide, ends).Where(step => step.Verdict is RestartVerdict.GiveUp).ShouldBeEmpty();
    });

    [Fact]
    public void The_delay_is_never_longer_than_the_longest_nor_shorter_than_the_jitter_lets_it() => Check((policy, ends) =>
    {
        foreach (var step in Walk(policy, ends))
        {
            if (step.Verdict is RestartVerdict.Again again)
            {
                var delay = again.At - step.At;
                delay.ShouldBeInRange(TimeSpan.Zero, policy.MaxDelay);
                delay.ShouldBeGreaterThanOrEqualTo((policy.Delay * (1 - policy.Jitter)) - TimeSpan.FromTicks(10));
            }
        }
    });

    [Fact]
    public void A_stable_run_makes_the_next_failure_the_first_again_and_nothing_else_does() => Check((policy, ends) =>
    {
        var failures = 0;
        foreach (var step in Walk(policy, ends))
        {
            if (step.Verdict is RestartVerdict.Again again)
            {
                failures = step.RanFor >= policy.ResetAfter ? 1 : failures + 1;
                again.Record.ConsecutiveFailures.ShouldBe(failures);
                again.At.ShouldBe(step.At + RestartRules.Delay(policy, failures, step.Chance));
            }
        }
    });

    [Fact]
    public void What_was_meant_to_end_is_not_restarted_and_what_the_policy_leaves_stays_down() => Check((policy, ends) =>
    {
        foreach (var step in Walk(policy, ends))
        {
            foreach (var intended in (EndReason[])[EndReason.Stopped, EndReason.Killed])
            {
                RestartRules.After(policy, End(intended), step.RanFor, step.Before, step.At, step.Chance).ShouldBeOfType<RestartVerdict.Stay>();
            }

            var wanted = step.Reason switch
            {
                EndReason.Completed => policy.When == RestartWhen.Always,
                EndReason.Failed => policy.When is RestartWhen.Always or RestartWhen.OnFailure,
                _ => policy.When != RestartWhen.Never,
            };
            (step.Verdict is not RestartVerdict.Stay).ShouldBe(wanted);
        }
    });

    [Fact]
    public void A_stop_in_the_middle_of_a_storm_is_the_end_of_it()
    {
        var storms =
            from policy in Policies
            from crashes in Gen.Choose(0, 6)
            from order in Gen.Elements("stop", "kill", "remove")
            select (policy, crashes, order);
        Prop.ForAll(storms.ToArbitrary(), storm =>
        {
            var (policy, crashes, order) = storm;
            var life = Life.Running(Life.Spec() with { Restart = policy with { When = RestartWhen.Always, Max = null } });
            for (var crash = 0; crash < crashes; crash++)
            {
                life.Exited(1).TreeEmpty();
                while (life.State.Phase != Phase.Running)
                {
                    life = life.State.Phase switch
                    {
                        Phase.BackingOff => Until(life),
                        Phase.Waiting => life.Take(new ProcessOrder.StartToken(life.State.Epoch)),
                        Phase.Starting => life.Spawned(),
                        var phase => throw new InvalidOperationException($"{phase}"),
                    };
                }
            }

            var attempt = life.State.Epoch;
            life = order switch { "stop" => life.Stop(), "kill" => life.Kill(), _ => life.Take(new ProcessOrder.Remove(null)) };
            life.Exited(new ExitStatus.BySignal(Signal.Kill, false)).TreeEmpty();
            for (var later = 0; later < 5; later++)
            {
                life.Pass(3600).Wake().Take(new ProcessOrder.StartToken(life.State.Epoch));
            }

            life.State.Epoch.ShouldBe(attempt);
            life.State.IsUp.ShouldBeFalse();
        }).QuickCheckThrowOnFailure();

        static Life Until(Life life) => life.Pass(Math.Max(0, (life.State.NextStartAt!.Value - life.Now).TotalSeconds)).Wake();
    }

    private static void Check(Action<RestartPolicy, (EndReason Reason, int RanFor, double Chance)[]> holds) =>
        Prop.ForAll((from policy in Policies from ends in Ends select (policy, ends)).ToArbitrary(), one => holds(one.policy, one.ends)).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static AttemptResult End(EndReason reason) => new() { Run = 1, Attempt = 1, Reason = reason, ExitCode = null, EndedAt = Begin };

    private static List<Step> Walk(RestartPolicy policy, (EndReason Reason, int RanFor, double Chance)[] ends)
    {
        var steps = new List<Step>();
        var now = Begin;
        var record = new RestartRecord();
        foreach (var (reason, seconds, chance) in ends)
        {
            var ranFor = TimeSpan.FromSeconds(seconds);
            now += ranFor;
            var verdict = RestartRules.After(policy, End(reason), ranFor, record, now, chance);
            steps.Add(new Step(now, reason, ranFor, chance, record, verdict));
            if (verdict is not RestartVerdict.Again again)
            {
                break;
            }

            (record, now) = (again.Record, again.At);
        }

        return steps;
    }

    private sealed record Step(DateTimeOffset At, EndReason Reason, TimeSpan RanFor, double Chance, RestartRecord Before, RestartVerdict Verdict);
}
