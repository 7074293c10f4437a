using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>Output that goes through the manager: a terminal, or pipes.</summary>
public abstract class TerminalSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private static readonly OutputSpec Terminal = new() { Mode = OutputMode.Terminal, Size = new TerminalSize(132, 50) };

    private static readonly OutputSpec Pipe = new() { Mode = OutputMode.Pipe };

    [Fact]
    public async Task A_child_in_a_terminal_has_it_as_all_its_streams_in_the_size_asked_for()
    {
        var info = await Start(Scripts.Shell("test -t 0 && test -t 1 && test -t 2 && stty size && test -c /dev/tty && echo fine > /dev/tty; echo $TERM") with { Output = Terminal });
        (await Ended(info.Id)).ShouldBeDown(EndReason.Completed);
        (await Output(info.Id)).ShouldStartWith("50 132\r\nfine\r\nxterm");
        info.Lifetime.ShouldBe(Lifetime.WithManager, "the manager is at its other end");
    }

    [Fact]
    public async Task What_is_written_to_its_input_is_typed_and_its_end_is_the_end_of_file()
    {
        var info = await Start(Scripts.Echoes with { Output = Terminal });
        await Manager.WriteStdinAsync(info.Id, Encoding.UTF8.GetBytes("typed\n"), cancellationToken: Cancel);
        await OutputUntil(info.Id, "typed\r\ntyped\r\n");
        await Manager.WriteStdinAsync(info.Id, Encoding.UTF8.GetBytes("last\n"), close: true, Cancel);
        (await Ended(info.Id)).ShouldBeDown(EndReason.Completed);
        (await Output(info.Id)).ShouldEndWith("last\r\n");
    }

    [Fact]
    public async Task A_follower_sees_what_is_asked_before_its_line_ends()
    {
        var info = await Start(Scripts.Shell("printf 'name? '; read name; echo hello $name") with { Output = Terminal, Stdin = new StdinSpec { Mode = StdinMode.Pipe } });
        var followed = new StringBuilder();
        using var limit = Limited();
        await foreach (var chunk in Manager.ReadLogsAsync(info.Id, new LogQuery { Follow = true }, limit.Token))
        {
            followed.Append(Encoding.UTF8.GetString(chunk.Bytes.Span));
            if (followed.ToString() == "name? ")
            {
                await Manager.WriteStdinAsync(info.Id, Encoding.UTF8.GetBytes("world\n"), cancellationToken: Cancel);
            }
        }

        followed.ToString().ShouldBe("name? world\r\nhello world\r\n");
    }

    [Fact]
    public async Task Ctrl_C_is_a_signal_to_its_foreground()
    {
        var info = await StartSaying("ready", Scripts.Shell("trap 'echo caught; exit 3' INT; echo ready; while :; do sleep 0.05; done") with
        {
            Output = Terminal,
            Stdin = new StdinSpec { Mode = StdinMode.Pipe },
        });
        await Manager.WriteStdinAsync(info.Id, new byte[] { 3 }, cancellationToken: Cancel);
        (await Ended(info.Id)).ExitCode.ShouldBe(3);
        (await Output(info.Id)).ShouldContain("caught");
    }

    [Fact]
    public async Task A_resize_is_told_by_SIGWINCH()
    {
        var info = await StartSaying("ready", Scripts.Shell("trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done") with { Output = Terminal });
        await Manager.ResizeTerminalAsync(info.Id, columns: 100, rows: 30, Cancel);
        await OutputUntil(info.Id, "30 100\r\n");
        await Refused(ErrorCode.InvalidSpec, () => Manager.ResizeTerminalAsync(info.Id, 0, 30, Cancel));
        await Manager.KillAsync(info.Id, wait: true, Cancel);
        await Refused(ErrorCode.InvalidState, () => Manager.ResizeTerminalAsync(info.Id, 100, 30, Cancel));
    }

    [Fact]
    public async Task What_has_no_terminal_cant_be_resized()
    {
        var info = await Start(Scripts.Sleeps);
        await Refused(ErrorCode.InvalidState, () => Manager.ResizeTerminalAsync(info.Id, 100, 30, Cancel));
    }

    [Theory]
    [InlineData(OutputMode.Pipe, "\n")]
    [InlineData(OutputMode.Terminal, "\r\n")]
    public async Task The_result_of_a_command_has_all_that_it_wrote(OutputMode mode, string line)
    {
        var result = await Manager.RunAsync(Scripts.Counts(100_000) with { Output = new OutputSpec { Mode = mode } }, cancellationToken: Cancel);
        result.ExitCode.ShouldBe(0);
        result.Output.ShouldBe(string.Concat(Enumerable.Range(1, 100_000).Select(number => number + line)));
    }

    [Fact]
    public async Task One_that_truncates_what_it_thinks_is_its_file_loses_nothing_through_pipes()
    {
        var info = await Start(Scripts.Shell("echo one; : > /dev/stdout; echo two; echo three > /dev/stdout; echo four >&2") with { Output = Pipe });
        (await Ended(info.Id)).ShouldBeDown(EndReason.Completed);
        (await Output(info.Id)).ShouldBe("one\ntwo\nthree\n");
        (await Output(info.Id, LogStream.Stderr)).ShouldBe("four\n");
    }

    [Fact]
    public async Task A_follower_of_piped_output_gets_it_as_it_comes_and_ends_with_it()
    {
        var info = await Start(Scripts.Shell("echo first; read line; echo $line") with { Output = Pipe, Stdin = new StdinSpec { Mode = StdinMode.Pipe } });
        var followed = new StringBuilder();
        using var limit = Limited();
        await foreach (var chunk in Manager.ReadLogsAsync(info.Id, new LogQuery { Follow = true }, limit.Token))
        {
            followed.Append(Encoding.UTF8.GetString(chunk.Bytes.Span));
            if (followed.ToString() == "first\n")
            {
                await Manager.WriteStdinAsync(info.Id, Encoding.UTF8.GetBytes("second\n"), cancellationToken: Cancel);
            }
        }

        followed.ToString().ShouldBe("first\nsecond\n");
    }

    [Fact]
    public async Task The_error_lines_of_one_that_failed_are_told_through_pipes_too()
    {
        var info = await Start(Scripts.Shell("echo broken >&2; exit 7") with { Output = Pipe });
        (await Ended(info.Id)).LastErrorLines.ShouldBe("broken\n");
    }
}
