using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class PipeSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private static readonly ProcessSpec Sorts = new() { Command = "sort" };

    [Fact]
    public async Task Each_stage_reads_what_the_one_before_it_writes()
    {
        var result = await Manager.PipeAsync(Scripts.Shell("echo b; echo a; echo c"), Sorts, Scripts.Shell("tr a-c A-C; echo err >&2"));

        (result.Success, result.Output).ShouldBe((true, "A\nB\nC\n"));
        result.Stages.Select(stage => stage.Output).ShouldBe(["", "", "A\nB\nC\n"]);
        result.Stages[2].ErrorOutput.ShouldBe("err\n");
        (await Manager.GetAsync(result.Stages[0].Id, Cancel)).OneOff.ShouldBeTrue();
    }

    [Fact]
    public async Task All_of_them_run_at_once()
    {
        // The first goes on only when the last has read its first line.
        var result = await Manager.PipeAsync(
            Scripts.Shell("echo one; while [ ! -e read ]; do sleep 0.02; done; echo two") with { WorkingDirectory = Directory, Timeout = Patience.Limit },
            new ProcessSpec { Command = "cat" },
            Scripts.Shell("read line; echo > read; echo $line; cat") with { WorkingDirectory = Directory });

        result.EnsureSuccess().Output.ShouldBe("one\ntwo\n");
    }

    [Fact]
    public async Task Much_more_than_a_pipe_holds_goes_through_and_every_byte_arrives()
    {
        const int size = 64 << 20;

        var result = await Manager.PipeAsync(
            Scripts.Shell($"head -c {size} /dev/zero"), new ProcessSpec { Command = "cat" }, new ProcessSpec { Command = "wc", Args = ["-c"] });

        result.EnsureSuccess().Output.Trim().ShouldBe($"{size}");
    }

    [Fact]
    public async Task Input_is_the_first_stages()
    {
        var result = await Manager.PipeAsync(
            new PipeRequest { Stages = [Sorts, new ProcessSpec { Command = "tr", Args = ["a-z", "A-Z"] }] }, Encoding.UTF8.GetBytes("y\nx\n"), Cancel);

        result.Output.ShouldBe("X\nY\n");
    }

    [Fact]
    public async Task A_stage_that_lost_its_reader_after_that_succeeded_has_not_failed()
    {
        var result = await Manager.PipeAsync(new ProcessSpec { Command = "yes" }, new ProcessSpec { Command = "head", Args = ["-n", "2"] });

        (result.Success, result.Output).ShouldBe((true, "y\ny\n"));
        (result.Stages[0].Reason, result.Stages[0].Signal).ShouldBe((EndReason.Signaled, new Signal(13)));
    }

    [Fact]
    public async Task When_a_stage_fails_the_others_are_ended()
    {
        var result = await Manager.PipeAsync(Scripts.Sleeps, Scripts.Shell("exit 3"), Scripts.Shell("trap '' PIPE; cat; exec sleep 1000"));

        (result.Success, result.FailedStage, result.Stages[1].ExitCode).ShouldBe((false, 1, 3));
        result.Stages[0].Reason.ShouldBe(EndReason.Stopped);
        result.Stages[2].Reason.ShouldBe(EndReason.Stopped);
        Should.Throw<CommandException>(result.EnsureSuccess).Result.ExitCode.ShouldBe(3);
    }

    [Fact]
    public async Task A_stage_that_cannot_start_is_named_and_the_others_are_ended()
    {
        var first = NewId();

        var error = await Refused(ErrorCode.CommandNotFound, () => Manager.PipeAsync(Scripts.Sleeps with { Id = first }, new ProcessSpec { Command = "no-such-command" }));

        error.Message.ShouldContain("Stage 2");
        await Until(first, "is down", info => info.IsDown());
    }

    [Fact]
    public async Task A_stage_that_runs_past_its_time_fails_the_pipe()
    {
        var result = await Manager.PipeAsync(Scripts.Sleeps with { Timeout = TimeSpan.FromMilliseconds(300) }, new ProcessSpec { Command = "cat" });

        result.FailedStage.ShouldBe(0);
        Should.Throw<CommandException>(result.EnsureSuccess).Code.ShouldBe(ErrorCode.TimedOut);
    }

    [Fact]
    public async Task In_turn_each_begins_when_the_one_before_has_ended_and_reads_all_of_it()
    {
        var result = await Manager.PipeAsync(
            new PipeRequest
            {
                Sequential = true,
                Stages =
                [
                    Scripts.Shell("printf 'a\\000\\377'; sleep 0.2; echo > ended") with { WorkingDirectory = Directory },
                    Scripts.Shell("test -e ended || exit 9; od -An -tx1") with { WorkingDirectory = Directory },
                    Scripts.Shell("cat; cat; echo end"),
                ],
            },
            cancellationToken: Cancel);

        result.EnsureSuccess().Output.Trim().ShouldBe("61 00 ff\nend");
    }

    [Fact]
    public async Task In_turn_those_after_one_that_fails_are_never_begun()
    {
        var result = await Manager.PipeAsync(
            new PipeRequest { Sequential = true, Stages = [Scripts.Exits(0), Scripts.Exits(4), Scripts.Appends("ran") with { WorkingDirectory = Directory }] }, cancellationToken: Cancel);

        (result.FailedStage, result.Stages.Count).ShouldBe((1, 2));
        File.Exists(Path.Combine(Directory, "ran")).ShouldBeFalse();
    }

    [Fact]
    public async Task Cancelling_ends_all_of_them()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var (first, second) = (NewId(), NewId());
        var running = Manager.PipeAsync(
            new PipeRequest { Stages = [Scripts.Shell("echo > begun; exec sleep 1000") with { Id = first, WorkingDirectory = Directory }, Scripts.Sleeps with { Id = second }] },
            cancellationToken: cancel.Token);
        await Patience.Until("the first stage's begin", () => File.Exists(Path.Combine(Directory, "begun")));

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => running);
        await Until(first, "is down", info => info.IsDown());
        await Until(second, "is down", info => info.IsDown());
    }

    [Fact]
    public async Task What_is_wrong_is_told_before_anything_starts()
    {
        (await Refused(ErrorCode.InvalidSpec, () => Manager.PipeAsync(Scripts.Sleeps))).Faults[0].Path.ShouldBe("stages");

        var error = await Refused(ErrorCode.InvalidSpec, () => Manager.PipeAsync(
            Scripts.Appends("ran") with { WorkingDirectory = Directory, IdleTimeout = TimeSpan.FromSeconds(1) },
            Scripts.Echoes with { Command = "", Restart = Retries.Policy(1) },
            new ProcessSpec { Command = "cat", Output = new OutputSpec { Mode = OutputMode.Terminal } }));

        error.Faults.Select(fault => fault.Path).ShouldBe(["stages[0].idleTimeout", "stages[1].command", "stages[1].restart", "stages[1].stdin", "stages[2].output"], ignoreOrder: true);
        File.Exists(Path.Combine(Directory, "ran")).ShouldBeFalse();
    }
}
