using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class HandleSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task A_handle_has_every_verb_of_its_process()
    {
        var process = Manager.Process((await Declare(Scripts.Echoes)).Id);

        (await process.StartAsync(Cancel)).ShouldBeRunning();
        await process.WriteAsync("hello\n"u8.ToArray(), cancellationToken: Cancel);
        (await process.WaitForOutputAsync(line => line.Text == "hello", Cancel)).ShouldBeTrue();
        (await process.StatusAsync(Cancel)).OsPid.ShouldNotBeNull();
        (await process.GetSpecAsync(Cancel)).Command.ShouldBe("cat");
        await process.SuspendAsync(Cancel);
        await process.ResumeAsync(Cancel);
        (await process.RestartAsync(cancellationToken: Cancel)).Run.ShouldBe(2);
        (await process.StopAsync(cancellationToken: Cancel)).ShouldBeDown(EndReason.Stopped);
        (await process.RunsAsync(Cancel)).Count.ShouldBe(2);
        (await process.ResultAsync(Cancel)).Reason.ShouldBe(EndReason.Stopped);
        await process.RemoveAsync(cancellationToken: Cancel);

        await Refused(ErrorCode.NotFound, () => process.GetAsync(Cancel));
    }

    [Fact]
    public async Task A_result_is_there_once_the_run_is_over_and_as_data()
    {
        var process = Manager.Process((await Start(Scripts.Shell("echo out; echo err >&2; while [ ! -e go ]; do sleep 0.02; done; exit 3") with
        {
            WorkingDirectory = Directory,
        })).Id);
        await Refused(ErrorCode.InvalidState, () => Manager.GetResultAsync(process.Id, wait: false, Cancel));
        var waiting = process.ResultAsync(Cancel);

        await File.WriteAllTextAsync(Path.Combine(Directory, "go"), "", Cancel);

        var result = await waiting;
        (result.Output, result.ErrorOutput, result.ExitCode, result.Reason).ShouldBe(("out\n", "err\n", 3, EndReason.Failed));
        (await Manager.GetResultAsync(process.Id, wait: false, Cancel)).ShouldBe(result);
    }

    [Fact]
    public async Task A_result_is_of_the_last_run_and_of_its_last_attempt()
    {
        var info = await Start(Scripts.Shell("echo x >> runs; cat runs") with { WorkingDirectory = Directory });
        await Ended(info.Id);
        await Manager.StartAsync(info.Id, Cancel);

        (await Manager.Process(info.Id).ResultAsync(Cancel)).Output.ShouldBe("x\nx\n");
    }

    [Fact]
    public async Task What_was_never_started_has_no_result()
    {
        var info = await Declare(Scripts.Sleeps);

        await Refused(ErrorCode.InvalidState, () => Manager.GetResultAsync(info.Id, wait: true, Cancel));
    }

    [Fact]
    public async Task Output_is_read_on_from_where_it_was_read_to()
    {
        var process = Manager.Process((await Start(Scripts.Echoes)).Id);
        await process.WriteAsync("one\n"u8.ToArray(), cancellationToken: Cancel);
        await OutputUntil(process.Id, "one");
        var first = await process.OutputSinceAsync(0, cancellationToken: Cancel);
        await process.WriteAsync("two\n"u8.ToArray(), close: true, Cancel);
        await Ended(process.Id);

        var second = await process.OutputSinceAsync(first.Next, cancellationToken: Cancel);

        (first.Text, second.Text, second.Offset, second.Next).ShouldBe(("one\n", "two\n", 4, 8));
        (await process.OutputSinceAsync(second.Next, cancellationToken: Cancel)).Bytes.Length.ShouldBe(0);
    }

    [Fact]
    public async Task Waiting_for_output_that_never_comes_ends_with_the_process()
    {
        var process = Manager.Process((await Start(Scripts.Shell("echo some; echo thing >&2"))).Id);

        (await process.WaitForOutputAsync(line => line.Text == "else", Cancel)).ShouldBeFalse();
        (await process.WaitForOutputAsync(line => line is { Stream: LogStream.Stderr, Text: "thing" }, Cancel)).ShouldBeTrue();
    }

    [Fact]
    public void A_handle_of_what_is_no_id_is_refused() =>
        Should.Throw<ProcessManagerException>(() => Manager.Process("no id")).Code.ShouldBe(ErrorCode.InvalidSpec);
}
