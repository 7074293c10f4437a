using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class StdinSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task Without_one_it_reads_nothing()
    {
        var info = await Start(new ProcessSpec { Command = "cat" });

        (await Ended(info.Id)).ShouldBeDown(EndReason.Completed);
        (await Output(info.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_text_is_read_to_its_end()
    {
        var text = "line one\nzwölf Boxkämpfer\nno newline at the end";
        var info = await Start(new ProcessSpec { Command = "cat", Stdin = new StdinSpec { Mode = StdinMode.Text, Text = text } });

        (await Ended(info.Id)).ShouldBeDown(EndReason.Completed);
        (await Output(info.Id)).ShouldBe(text);
    }

    [Fact]
    public async Task A_text_is_read_again_by_each_attempt()
    {
        var info = await Start(Scripts.Shell("cat; exit 1") with
        {
            Stdin = new StdinSpec { Mode = StdinMode.Text, Text = "again\n" },
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Max = 1, Delay = TimeSpan.FromMilliseconds(20) },
        });

        await Ended(info.Id);
        (await Output(info.Id)).ShouldBe("again\nagain\n");
    }

    [Fact]
    public async Task A_file_is_read_to_its_end()
    {
        var file = Path.Combine(Directory, "input");
        await File.WriteAllTextAsync(file, "from a file", Cancel);
        var info = await Start(new ProcessSpec { Command = "cat", Stdin = new StdinSpec { Mode = StdinMode.File, Path = file } });

        await Ended(info.Id);
        (await Output(info.Id)).ShouldBe("from a file");
    }

    [Fact]
    public async Task A_file_that_is_missing_fails_the_start()
    {
        var error = await Refused(ErrorCode.StartFailed, () => Start(
            new ProcessSpec { Command = "cat", Stdin = new StdinSpec { Mode = StdinMode.File, Path = "/no/such/input" } }));

        error.Message.ShouldContain("/no/such/input");
    }

    [Fact]
    public async Task A_pipe_takes_what_is_written_until_it_is_closed()
    {
        var info = await Start(Scripts.Echoes);

        await Manager.WriteStdinAsync(info.Id, Bytes("one\n"), cancellationToken: Cancel);
        await OutputUntil(info.Id, "one\n");
        (await Manager.GetAsync(info.Id, Cancel)).ShouldBeRunning();
        await Manager.WriteStdinAsync(info.Id, Bytes("two\n"), close: true, Cancel);

        (await Ended(info.Id)).ShouldBeDown(EndReason.Completed);
        (await Output(info.Id)).ShouldBe("one\ntwo\n");
    }

    [Fact]
    public async Task Much_more_than_a_pipe_holds_arrives_in_order()
    {
        var info = await Start(Scripts.Echoes);
        var text = string.Concat(Enumerable.Range(0, 50_000).Select(number => $"{number}\n"));

        await Manager.WriteStdinAsync(info.Id, Bytes(text), close: true, Cancel);

        await Ended(info.Id);
        (await Output(info.Id)).ShouldBe(text);
    }

    [Fact]
    public async Task What_is_not_up_or_has_no_open_pipe_takes_nothing()
    {
        var declared = await Declare(Scripts.Echoes);
        var withoutPipe = await Start(Scripts.Sleeps);
        var closed = await Start(Scripts.Echoes with { Command = "sh", Args = ["-c", "cat; exec sleep 1000"] });
        await Manager.WriteStdinAsync(closed.Id, Bytes(""), close: true, Cancel);

        foreach (var id in new[] { declared.Id, withoutPipe.Id, closed.Id })
        {
            await Refused(ErrorCode.InvalidState, () => Manager.WriteStdinAsync(id, Bytes("x"), cancellationToken: Cancel));
        }
    }

    [Fact]
    public async Task Each_attempt_has_a_pipe_of_its_own()
    {
        var info = await Start(Scripts.Echoes);
        await Manager.WriteStdinAsync(info.Id, Bytes("first\n"), close: true, Cancel);
        await Ended(info.Id);

        await Manager.StartAsync(info.Id, Cancel);
        await Manager.WriteStdinAsync(info.Id, Bytes("second\n"), close: true, Cancel);

        await Ended(info.Id);
        (await Output(info.Id)).ShouldBe("first\nsecond\n");
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
