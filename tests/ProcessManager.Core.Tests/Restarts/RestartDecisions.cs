using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class RestartDecisions
{
    private static readonly DateTimeOffset Now = Life.Birth;

    private static readonly RestartPolicy Plain = new() { When = RestartWhen.Always, Jitter = 0 };

    [Theory]
    [InlineData(EndReason.Signaled, RestartWhen.OnAbnormal)]
    [InlineData(EndReason.TimedOut, RestartWhen.OnAbnormal)]
    [InlineData(EndReason.IdleTimedOut, RestartWhen.OnAbnormal)]
    [InlineData(EndReason.OutOfMemory, RestartWhen.OnAbnormal)]
    [InlineData(EndReason.NodeLost, RestartWhen.OnAbnormal)]
    [InlineData(EndReason.Unknown, RestartWhen.OnAbnormal)]
    [InlineData(EndReason.Failed, RestartWhen.OnFailure)]
    [InlineData(EndReason.Completed, RestartWhen.Always)]
    [InlineData(EndReason.Stopped, null)]
    [InlineData(EndReason.Killed, null)]
    public void An_end_is_followed_by_a_restart_from_a_policy_on(EndReason reason, RestartWhen? from)
    {
        foreach (var when in Enum.GetValues<RestartWhen>())
        {
            var verdict = After(Plain with { When = when }, new RestartRecord(), reason: reason);
            (verdict is RestartVerdict.Again).ShouldBe(when >= from, $"{reason} with {when}");
            (verdict is RestartVerdict.Stay).ShouldBe(!(when >= from), $"{reason} with {when}");
        }
    }

    [Fact]
    public void Every_reason_has_its_rule()
    {
        foreach (var reason in Enum.GetValues<EndReason>())
        {
            After(Plain, new RestartRecord(), reason: reason);
        }
    }

    [Fact]
    public void A_crash_waits_longer_each_time_up_to_the_longest_delay()
    {
        var record = new RestartRecord();
        var delays = new List<double>();
        for (var crash = 1; crash <= 9; crash++)
        {
            var again = After(Plain with { Max = null }, record).ShouldBeOfType<RestartVerdict.Again>();
            delays.Add((again.At - Now).TotalSeconds);
            record = again.Record;
        }

        delays.ShouldBe([1, 2, 4, 8, 16, 32, 60, 60, 60]);
        (record.Count, record.ConsecutiveFailures).ShouldBe((9, 9));
    }

    [Fact]
    public void Jitter_moves_a_delay_by_its_part_and_never_past_the_longest()
    {
        var policy = Plain with { Jitter = 0.25 };
        RestartRules.Delay(policy, 1, -1).TotalSeconds.ShouldBe(0.75, 1e-6);
        RestartRules.Delay(policy, 1, 1).TotalSeconds.ShouldBe(1.25, 1e-6);
        RestartRules.Delay(policy, 3, -1).TotalSeconds.ShouldBe(3, 1e-6);
        RestartRules.Delay(policy, 3, 1).TotalSeconds.ShouldBe(5, 1e-6);
        RestartRules.Delay(policy, 7, 1).TotalSeconds.ShouldBe(60, 1e-6);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1100)]
    public void However_many_failures_there_were_a_delay_stays_a_delay(int failures)
    {
        RestartRules.Delay(Plain, failures, 1).ShouldBe(TimeSpan.FromSeconds(60));
        RestartRules.Delay(Plain with { Delay = TimeSpan.Zero }, failures, 1).ShouldBe(TimeSpan.Zero);
        RestartRules.Delay(Plain with { Factor = 1 }, failures, 0).ShouldBe(TimeSpan.FromSeconds(1));
        RestartRules.Delay(Plain with { MaxDelay = TimeSpan.MaxValue }, failures, 1).ShouldBe(TimeSpan.MaxValue);
        After(Plain with { MaxDelay = TimeSpan.MaxValue, Max = null }, new RestartRecord { ConsecutiveFailures = 5000 })
            .ShouldBeOfType<RestartVerdict.Again>().At.ShouldBe(DateTimeOffset.MaxValue);
    }

    [Fact]
    public void More_than_max_within_the_window_gives_up()
    {
        var record = new RestartRecord();
        for (var restart = 1; restart <= 5; restart++)
        {
            record = After(Plain, record, Now.AddSeconds(restart)).ShouldBeOfType<RestartVerdict.Again>().Record;
        }

        After(Plain, record, Now.AddSeconds(6)).ShouldBeOfType<RestartVerdict.GiveUp>().Why.ShouldContain("5 times within 600s");
        After(Plain, record, Now.AddMinutes(10).AddMilliseconds(999)).ShouldBeOfType<RestartVerdict.GiveUp>();
        After(Plain, record, Now.AddMinutes(10).AddSeconds(1)).ShouldBeOfType<RestartVerdict.Again>();
    }

    [Fact]
    public void Without_a_window_the_whole_run_counts()
    {
        var policy = Plain with { Max = 1, Window = null };
        var record = After(policy, new RestartRecord()).ShouldBeOfType<RestartVerdict.Again>().Record;
        After(policy, record, Now.AddYears(100)).ShouldBeOfType<RestartVerdict.GiveUp>().Why.ShouldContain("in this run");
    }

    [Fact]
    public void A_window_longer_than_the_calendar_is_no_overflow()
    {
        var policy = Plain with { Max = 1, Window = TimeSpan.MaxValue };
        var record = After(policy, new RestartRecord()).ShouldBeOfType<RestartVerdict.Again>().Record;
        After(policy, record).ShouldBeOfType<RestartVerdict.GiveUp>();
    }

    [Fact]
    public void Unlimited_means_it_and_keeps_no_list()
    {
        var record = new RestartRecord();
        for (var restart = 1; restart <= 5000; restart++)
        {
            record = After(Plain with { Max = null }, record).ShouldBeOfType<RestartVerdict.Again>().Record;
        }

        record.Count.ShouldBe(5000);
        record.Recent.ShouldBeEmpty();
    }

    [Fact]
    public void The_list_of_restarts_is_no_longer_than_it_has_to_be()
    {
        var record = new RestartRecord();
        for (var restart = 1; restart <= 100; restart++)
        {
            record = After(Plain, record, Now.AddHours(restart)).ShouldBeOfType<RestartVerdict.Again>().Record;
            record.Recent.Count.ShouldBeLessThanOrEqualTo(6);
        }
    }

    [Fact]
    public void A_max_of_none_gives_up_at_once() => After(Plain with { Max = 0 }, new RestartRecord()).ShouldBeOfType<RestartVerdict.GiveUp>();

    [Fact]
    public void A_quiet_time_makes_the_next_failure_the_first_again()
    {
        var record = new RestartRecord { ConsecutiveFailures = 4, Count = 4 };
        var loud = After(Plain, record, ranFor: TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1)).ShouldBeOfType<RestartVerdict.Again>();
        (loud.At, loud.Record.ConsecutiveFailures).ShouldBe((Now.AddSeconds(16), 5));
        var quiet = After(Plain, record, ranFor: TimeSpan.FromMinutes(10)).ShouldBeOfType<RestartVerdict.Again>();
        (quiet.At, quiet.Record.ConsecutiveFailures, quiet.Record.Count).ShouldBe((Now.AddSeconds(1), 1, 5));
    }

    [Fact]
    public void A_code_that_prevents_restarts_is_an_exit_code_and_no_signals_number()
    {
        var policy = Plain with { PreventExitCodes = [137] };
        RestartRules.After(policy, End(EndReason.Failed) with { ExitCode = 137 }, default, new RestartRecord(), Now, 0).ShouldBeOfType<RestartVerdict.Stay>();
        RestartRules.After(policy, End(EndReason.Signaled) with { ExitCode = 137, Signal = Signal.Kill }, default, new RestartRecord(), Now, 0)
            .ShouldBeOfType<RestartVerdict.Again>();
    }

    [Fact]
    public void A_transient_failure_waits_a_second_give_or_take_a_half_and_counts_nothing()
    {
        var record = new RestartRecord { Count = 3, ConsecutiveFailures = 2, Recent = [Now] };
        RestartRules.AfterTransient(record, Now, -1).ShouldBe(new RestartVerdict.Again(Now.AddSeconds(0.5), record));
        RestartRules.AfterTransient(record, Now, 1).ShouldBe(new RestartVerdict.Again(Now.AddSeconds(1.5), record));
    }

    [Fact]
    public void Many_processes_that_crash_together_dont_come_back_together()
    {
        var policy = new RestartPolicy { When = RestartWhen.Always };
        var delays = Enumerable.Range(0, 1000).Select(number =>
        {
            var state = ProcessMachine.Create(ProcessId.Parse($"worker-{number}"), Life.Spec() with { Restart = policy }, false, Now) with
            {
                Phase = Phase.Running,
                Goal = Goal.Up,
                Epoch = new Epoch(1, 1),
                Child = new LiveChild(Life.Child(new Epoch(1, 1)), Now),
            };
            var exited = new SupervisorReport.Exited(new ExitStatus.Code(1), Now, null);
            var decision = ProcessMachine.Decide(state, new ProcessOrder.Reported(state.Epoch, exited), Now);
            ProcessMachine.Decide(state, new ProcessOrder.Reported(state.Epoch, exited), Now).Changes.ShouldBe(decision.Changes);
            return (ProcessMachine.Apply(state, decision.Changes).State.NextStartAt!.Value - Now).TotalSeconds;
        }).ToList();
        delays.ShouldAllBe(delay => delay >= 0.75 && delay <= 1.25);
        for (var tenth = 0; tenth < 10; tenth++)
        {
            var from = 0.75 + (tenth * 0.05);
            delays.Count(delay => delay >= from && delay < from + 0.05).ShouldBeInRange(50, 170, $"those from {from} s on");
        }
    }

    private static AttemptResult End(EndReason reason) => new() { Run = 1, Attempt = 1, Reason = reason, EndedAt = Now };

    private static RestartVerdict After(
        RestartPolicy policy, RestartRecord record, DateTimeOffset? now = null, TimeSpan ranFor = default, EndReason reason = EndReason.Failed) =>
        RestartRules.After(policy, End(reason), ranFor, record, now ?? Now, chance: 0);
}
