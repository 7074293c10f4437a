using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class RunningCommandsSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private const int Large = (4 << 20) + 1;

    [Fact]
    public async Task A_command_is_answered_with_its_result()
    {
        var result = await Run(Scripts.Shell("echo out; echo err >&2; exit 3"));

        (result.Output, result.ErrorOutput, result.ExitCode, result.Signal).ShouldBe(("out\n", "err\n", 3, null));
        (result.Reason, result.Success, result.Truncated, result.Attempts).ShouldBe((EndReason.Failed, false, false, 1));
        result.OsPid.ShouldNotBeNull();
        result.StartedAt.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(result.EndedAt.ShouldNotBeNull());
        result.CommandLine.ShouldContain("echo out");
    }

    [Fact]
    public async Task Success_can_be_insisted_on()
    {
        (await Run(Scripts.Shell("echo fine"))).EnsureSuccess().Output.ShouldBe("fine\n");

        var failed = await Run(Scripts.Shell("echo out; echo err >&2; exit 3"));
        var error = Should.Throw<CommandException>(failed.EnsureSuccess);

        error.Code.ShouldBe(ErrorCode.CommandFailed);
        string[] facts = ["echo out", "3", "err"];
        facts.ShouldAllBe(fact => error.Message.Contains(fact));
    }

    [Fact]
    public async Task It_answers_when_the_main_child_ends_whoever_holds_its_output_open()
    {
        var began = TimeProvider.System.GetTimestamp();

        var result = await Run(Scripts.Shell("sleep 7 & echo hi"));

        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(6));
        result.Output.ShouldBe("hi\n");
        result.Reason.ShouldBe(EndReason.Completed);
    }

    [Fact]
    public async Task Input_is_given_to_it_and_the_last_byte_comes_back()
    {
        var input = new byte[Large];
        for (var i = 0; i < input.Length; i++)
        {
            input[i] = (byte)('a' + (i % 23));
        }

        var result = await Manager.RunAsync(new ProcessSpec { Command = "cat", Id = NewId() }, input, Cancel);

        result.ShouldSatisfyAllConditions(
            () => result.Reason.ShouldBe(EndReason.Completed),
            () => result.Output.Length.ShouldBe(Large),
            () => result.Truncated.ShouldBeFalse());
        Encoding.UTF8.GetBytes(result.Output).AsSpan().SequenceEqual(input).ShouldBeTrue();
        (await OutputBytes(result.Id)).AsSpan().SequenceEqual(input).ShouldBeTrue();
    }

    [Fact]
    public async Task Both_streams_arrive_complete()
    {
        var result = await Run(Scripts.Shell($"head -c {Large} /dev/zero | tr '\\0' o & head -c {Large} /dev/zero | tr '\\0' e >&2; wait"));

        (result.Output.Length, result.ErrorOutput.Length).ShouldBe((Large, Large));
        (result.Output.All(letter => letter == 'o'), result.ErrorOutput.All(letter => letter == 'e')).ShouldBe((true, true));
    }

    [Fact]
    public async Task More_output_than_fits_is_cut_and_says_so()
    {
        var result = await Run(Scripts.Shell("head -c 17825792 /dev/zero | tr '\\0' o"));

        result.Truncated.ShouldBeTrue();
        result.Output.Length.ShouldBeLessThanOrEqualTo(16 << 20);
    }

    [Fact]
    public async Task A_child_that_does_not_read_its_input_does_no_harm()
    {
        var result = await Manager.RunAsync(Scripts.Exits(0) with { Id = NewId() }, new byte[1 << 20], Cancel);

        result.Reason.ShouldBe(EndReason.Completed);
    }

    [Fact]
    public async Task Without_input_its_standard_input_is_empty() => (await Run(new ProcessSpec { Command = "cat" })).Output.ShouldBeEmpty();

    [Fact]
    public async Task A_timeout_throws_with_what_it_did_until_then()
    {
        var error = await Refused(ErrorCode.TimedOut, () => Run(Scripts.Shell("echo partial; exec sleep 1000") with { Timeout = TimeSpan.FromSeconds(1) }));

        var result = error.ShouldBeOfType<CommandException>().Result;
        (result.Output, result.Reason).ShouldBe(("partial\n", EndReason.TimedOut));
    }

    [Fact]
    public async Task An_idle_timeout_throws_with_what_it_did_until_then()
    {
        var error = await Refused(
            ErrorCode.IdleTimedOut, () => Run(Scripts.Shell("echo partial; exec sleep 1000") with { IdleTimeout = TimeSpan.FromMilliseconds(300) }));

        error.ShouldBeOfType<CommandException>().Result.Output.ShouldBe("partial\n");
    }

    [Fact]
    public async Task A_start_that_fails_throws_its_code() => await Refused(ErrorCode.CommandNotFound, () => Run(new ProcessSpec { Command = "no-such-command" }));

    [Fact]
    public async Task A_signal_is_a_result() => (await Run(Scripts.Signals(Signal.Kill))).ShouldSatisfyAllConditions(
        result => result.Reason.ShouldBe(EndReason.Signaled),
        result => result.Signal.ShouldBe(Signal.Kill),
        result => result.ExitCode.ShouldBe(137));

    [Fact]
    public async Task Its_record_is_one_off_and_can_be_read_like_any_other()
    {
        var result = await Run(Scripts.Shell("echo kept; exit 2"));

        var info = await Manager.GetAsync(result.Id, Cancel);
        info.OneOff.ShouldBeTrue();
        (await Ended(result.Id)).ShouldBeDown(EndReason.Failed).ExitCode.ShouldBe(2);
        (await Output(result.Id)).ShouldBe("kept\n");
        (await Start(Scripts.Exits(0))).OneOff.ShouldBeFalse();
    }

    [Fact]
    public async Task Without_an_id_one_is_made()
    {
        var result = await Manager.RunAsync(Scripts.Exits(0), cancellationToken: Cancel);

        result.Id.Value.Length.ShouldBe(32);
    }

    [Fact]
    public async Task Attempts_count_the_restarts()
    {
        var result = await Run(Scripts.Exits(5) with
        {
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Max = 2, Delay = TimeSpan.FromMilliseconds(20) },
        });

        (result.Attempts, result.ExitCode).ShouldBe((3, 5));
    }

    [Fact]
    public async Task Many_at_once_get_their_own_output()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(async number =>
            (number, result: await Run(Scripts.Shell("echo $1; exit $1") with { Id = NewId(), Args = [$"{number}"] }))));

        results.ShouldAllBe(one => one.result.Output == $"{one.number}\n" && one.result.ExitCode == one.number);
    }

    private Task<ProcessResult> Run(ProcessSpec spec) => Manager.RunAsync(spec with { Id = spec.Id ?? NewId() }, cancellationToken: Cancel);
}
