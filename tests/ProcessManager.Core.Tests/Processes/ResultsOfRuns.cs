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
        var result = ResultOfRun.Of(State, Last(reason), Output);
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
        var error = Should.Throw<CommandException>(() => ResultOfRun.Of(State, Last(reason), Output));
        error.Code.ShouldBe(code);
        error.Result.Output.ShouldBe("out");
    }

    [Fact]
    public void Who_couldnt_be_started_is_the_error_of_its_start() =>
        Should.Throw<ProcessManagerException>(() => ResultOfRun.Of(
            State, Last(EndReason.StartFailed) with { Error = new ErrorInfo(ErrorCode.CommandNotFound, "no such command") }, Output))
            .ShouldSatisfyAllConditions(error => error.Code.ShouldBe(ErrorCode.CommandNotFound), error => error.Message.ShouldBe("no such command"));

    [Fact]
    public void The_output_is_the_last_attempts_and_who_had_none_has_no_result()
    {
        ResultOfRun.Attempt(State.Id, Last(EndReason.Failed)).ShouldBe(new Epoch(2, 3));
        Should.Throw<ProcessManagerException>(() => ResultOfRun.Attempt(State.Id, last: null)).Code.ShouldBe(ErrorCode.InvalidState);
    }

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
