using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class ResultsOfRuns
{
    private static readonly ProcessState State = Life.Finished(Life.Spec() with { Args = ["--port", "80"] }, oneOff: true).State;
    private static readonly RunOutput Output = new("out", "err", Truncated: true);

    [Theory]
    [InlineData(EndReason.Completed, true)]
    [InlineData(EndReason.Failed, false)]
    [InlineData(EndReason.Signaled, false)]
    [InlineData(EndReason.Stopped, false)]
    [InlineData(EndReason.Killed, false)]
    [InlineData(EndReason.OutOfMemory, false)]
    [InlineData(EndReason.NodeLost, false)]
    [InlineData(EndReason.Unknown, false)]
    public void Who_ran_is_answered_with_what_it_did_and_wrote(EndReason reason, bool success)
    {
        var result = ResultOfRun.Answer(Of(Last(reason)));
        result.ShouldBe(new ProcessResult
        {
            Id = State.Id,
            Reason = reason,
            ExitCode = 4,
            OsPid = 12,
            Output = "out",
            ErrorOutput = "err",
            Truncated = true,
            Attempts = 3,
            StartedAt = Life.Birth,
            EndedAt = Life.Birth.AddMinutes(1),
            CommandLine = "server --port 80",
        });
        result.Success.ShouldBe(success);
    }

    [Theory]
    [InlineData(EndReason.TimedOut, ErrorCode.TimedOut)]
    [InlineData(EndReason.IdleTimedOut, ErrorCode.IdleTimedOut)]
    public void Who_took_too_long_is_an_error_that_has_the_result(EndReason reason, ErrorCode code)
    {
        var error = Should.Throw<CommandException>(() => ResultOfRun.Answer(Of(Last(reason))));
        error.Code.ShouldBe(code);
        error.Result.Output.ShouldBe("out");
    }

    [Fact]
    public void Who_couldnt_be_started_is_the_error_of_its_start() =>
        Should.Throw<ProcessManagerException>(() => ResultOfRun.Answer(
            Of(Last(EndReason.StartFailed) with { Error = new ErrorInfo(ErrorCode.CommandNotFound, "no such command") })))
            .ShouldSatisfyAllConditions(error => error.Code.ShouldBe(ErrorCode.CommandNotFound), error => error.Message.ShouldBe("no such command"));

    [Fact]
    public void The_output_is_the_last_attempts_and_who_had_none_has_no_result()
    {
        ResultOfRun.Attempt(View(Last(EndReason.Failed))).ShouldBe(new Epoch(2, 3));
        ResultOfRun.Attempt(View(null)).ShouldBeNull();
        Should.Throw<ProcessManagerException>(() => ResultOfRun.Answer(Of(null))).Code.ShouldBe(ErrorCode.InvalidState);
    }

    [Fact]
    public void As_data_it_is_told_whatever_came_of_it_and_success_can_be_insisted_on()
    {
        var error = new ErrorInfo(ErrorCode.CommandNotFound, "no such command");
        var failed = Of(Last(EndReason.StartFailed) with { Error = error });
        (failed.Reason, failed.Error, failed.Success).ShouldBe((EndReason.StartFailed, error, false));
        Should.Throw<ProcessManagerException>(failed.EnsureSuccess).Code.ShouldBe(ErrorCode.CommandNotFound);
        Should.Throw<CommandException>(Of(Last(EndReason.TimedOut)).EnsureSuccess).Code.ShouldBe(ErrorCode.TimedOut);

        var calledOff = Of(null);
        (calledOff.Reason, calledOff.Attempts, calledOff.EndedAt).ShouldBe((EndReason.Stopped, 0, null));
        Should.Throw<CommandException>(calledOff.EnsureSuccess).Message.ShouldContain("before it was started");
    }

    private static ProcessView View(AttemptResult? last)
    {
        var state = State with { Epoch = new Epoch(2, 3) };
        return new ProcessView(state, last, state.ToInfo(last, Lifetime.Keep, node: null, Life.Birth), Removed: false);
    }

    private static ProcessResult Of(AttemptResult? last) => ResultOfRun.Of(View(last), Output);

    private static AttemptResult Last(EndReason reason) => new()
    {
        Run = 2,
        Attempt = 3,
        OsPid = 12,
        Reason = reason,
        ExitCode = 4,
        StartedAt = Life.Birth,
        EndedAt = Life.Birth.AddMinutes(1),
    };
}
