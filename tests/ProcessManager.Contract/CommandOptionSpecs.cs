using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class CommandOptionSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task A_command_is_run_with_its_arguments_directory_and_environment()
    {
        var result = await Manager.RunAsync(
            "/bin/sh",
            ["-c", "pwd; echo $STAGE; echo \"$1\"", "sh", "two  words"],
            new RunOptions { WorkingDirectory = Directory, Environment = new Dictionary<string, string?> { ["STAGE"] = "dev" } },
            Cancel);

        result.Output.ShouldBe($"{Directory}\ndev\ntwo  words\n");
    }

    [Fact]
    public async Task Its_input_is_text_bytes_or_a_stream()
    {
        (await Manager.RunAsync("cat", options: new RunOptions { Input = "text" }, cancellationToken: Cancel)).Output.ShouldBe("text");
        (await Manager.RunAsync("wc", ["-c"], new RunOptions { Input = new byte[] { 0, 255, 10 } }, Cancel)).Output.Trim().ShouldBe("3");

        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(new string('s', 300_000)));
        (await Manager.RunAsync("cat", options: new RunOptions { Input = CommandInput.From(stream) }, cancellationToken: Cancel)).Output.Length.ShouldBe(300_000);
    }

    [Fact]
    public async Task Every_line_is_told_once_and_in_order_by_the_time_the_result_is_there()
    {
        var lines = new List<(LogStream, string)>();

        await Manager.RunAsync(
            "/bin/sh", ["-c", "seq 1 2000; echo err >&2; printf open"], new RunOptions { OnOutput = OutputCallback.Lines(line => lines.Add((line.Stream, line.Text))) }, Cancel);

        lines.Where(line => line.Item1 == LogStream.Stdout).Select(line => line.Item2).ShouldBe([.. Enumerable.Range(1, 2000).Select(number => $"{number}"), "open"]);
        lines.Where(line => line.Item1 == LogStream.Stderr).ShouldBe([(LogStream.Stderr, "err")]);
    }

    [Fact]
    public async Task A_line_is_told_while_the_command_runs()
    {
        var go = Path.Combine(Directory, "go");

        var result = await Manager.RunAsync(
            "/bin/sh",
            ["-c", "echo first; while [ ! -e go ]; do sleep 0.02; done; echo last"],
            new RunOptions { WorkingDirectory = Directory, OnOutput = OutputCallback.Chunks(_ => File.WriteAllText(go, "")), Timeout = Patience.Limit },
            Cancel);

        result.Output.ShouldBe("first\nlast\n");
    }

    [Fact]
    public async Task What_a_callback_throws_ends_the_command_and_is_thrown() => await Should.ThrowAsync<InvalidTimeZoneException>(() => Manager.RunAsync(
        "/bin/sh", ["-c", "echo hello; exec sleep 1000"], new RunOptions { OnOutput = OutputCallback.Lines(_ => throw new InvalidTimeZoneException()) }, Cancel));

    [Fact]
    public async Task A_timeout_throws_with_what_it_did_and_its_output_was_told()
    {
        var lines = new List<string>();
        var options = new RunOptions { Timeout = TimeSpan.FromSeconds(1), OnOutput = OutputCallback.Lines(line => lines.Add(line.Text)) };

        var error = await Refused(ErrorCode.TimedOut, () => Manager.RunAsync("/bin/sh", ["-c", "echo partial; exec sleep 1000"], options, Cancel));

        error.ShouldBeOfType<CommandException>().Result.Output.ShouldBe("partial\n");
        lines.ShouldBe(["partial"]);
    }

    [Fact]
    public async Task Cancelling_takes_it_down_its_stop_ladder()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var ended = Path.Combine(Directory, "ended");

        await Should.ThrowAsync<OperationCanceledException>(() => Manager.RunAsync(
            "/bin/sh",
            ["-c", "trap 'echo > ended; exit' TERM; echo ready; while :; do sleep 0.02; done"],
            new RunOptions { WorkingDirectory = Directory, OnOutput = OutputCallback.Lines(_ => cancel.Cancel()) },
            cancel.Token));

        await Patience.Until("the command's own end", () => File.Exists(ended));
    }

    [Fact]
    public async Task A_start_that_fails_throws_its_code_with_callbacks_too() => await Refused(ErrorCode.CommandNotFound, () => Manager.RunAsync(
        "no-such-command", options: new RunOptions { OnOutput = OutputCallback.Lines(_ => { }) }, cancellationToken: Cancel));
}
