using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class RetrySpecs(IManagerHost host) : ManagerSpecs(host)
{
    private RunOptions Retrying => new() { WorkingDirectory = Directory, RetryAttempts = 3, RetryDelay = TimeSpan.FromMilliseconds(20) };

    [Fact]
    public async Task A_command_is_tried_again_until_it_succeeds()
    {
        var result = await Manager.RunAsync("/bin/sh", ["-c", "echo x >> tries; [ $(wc -l < tries) -ge 3 ] || exit 7; echo done"], Retrying, Cancel);

        (result.Success, result.Attempts, result.Output).ShouldBe((true, 3, "done\n"));
    }

    [Fact]
    public async Task Its_last_failure_is_the_result_when_all_tries_failed()
    {
        var result = await Manager.RunAsync("/bin/sh", ["-c", "echo x >> tries; cat tries; exit 7"], Retrying, Cancel);

        (result.Success, result.Attempts, result.ExitCode, result.Output).ShouldBe((false, 4, 7, "x\nx\nx\nx\n"));
    }

    [Fact]
    public async Task Input_is_read_anew_by_each_try()
    {
        var result = await Manager.RunAsync("/bin/sh", ["-c", "cat; exit 1"], Retrying with { RetryAttempts = 1, Input = "again" }, Cancel);

        (result.Attempts, result.Output).ShouldBe((2, "again"));
    }

    [Fact]
    public async Task A_try_that_ran_past_its_time_is_followed_by_another()
    {
        var result = await Manager.RunAsync(
            "/bin/sh", ["-c", "[ -e tried ] && exit 0; echo > tried; exec sleep 1000"], Retrying with { Timeout = TimeSpan.FromSeconds(2) }, Cancel);

        (result.Success, result.Attempts).ShouldBe((true, 2));
    }

    [Fact]
    public async Task What_is_not_there_is_not_tried_again() =>
        await Refused(ErrorCode.CommandNotFound, () => Manager.RunAsync("no-such-command", options: Retrying with { RetryDelay = TimeSpan.FromHours(1) }, cancellationToken: Cancel));

    [Fact]
    public async Task A_stream_can_be_read_only_once() => await Refused(
        ErrorCode.InvalidSpec, () => Manager.RunAsync("cat", options: Retrying with { Input = CommandInput.From(Stream.Null) }, cancellationToken: Cancel));
}
