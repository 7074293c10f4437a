using System.Diagnostics;
using System.Globalization;
using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>Children that behave as badly as they can: they are handled, and the info tells the truth.</summary>
public abstract class RobustnessSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private const long Budget = 24 << 20;

    [Fact]
    public async Task An_endless_stderr_is_kept_within_its_budget_and_stops_like_any_other()
    {
        var info = await Start(Scripts.Shell("exec yes an endless complaint >&2") with { Output = new OutputSpec { Budget = Budget } });
        var end = await Patience.Until(
            $"stderr of {info.Id} over twice its budget", async () => (await Last(info.Id))?.Offset ?? 0, offset => offset > 2 * Budget);

        var down = await Stopped(info.Id);

        down.ShouldBeDown(EndReason.Stopped);
        (down.LastErrorLines?.Length ?? 0).ShouldBeInRange(1, 8 << 10);
        (await Last(info.Id))!.Offset.ShouldBeGreaterThanOrEqualTo(end);
        using var limit = Limited();
        await foreach (var chunk in Manager.ReadLogsAsync(info.Id, new LogQuery { Stream = LogStream.Stderr }, limit.Token))
        {
            chunk.Offset.ShouldBeGreaterThan(0, "what is older than the budget is gone");
            break;
        }
    }

    [Fact]
    public async Task One_that_closes_its_output_runs_on_and_its_end_is_told()
    {
        var info = await Start(Scripts.Shell("echo last words; exec >&- 2>&-; read line; exit 5") with { Stdin = new StdinSpec { Mode = StdinMode.Pipe } });
        await OutputUntil(info.Id, "last words");
        (await Manager.GetAsync(info.Id, Cancel)).Phase.ShouldBe(Phase.Running);
        await Manager.WriteStdinAsync(info.Id, "\n"u8.ToArray(), close: true, Cancel);
        (await Ended(info.Id)).ExitCode.ShouldBe(5);
    }

    [Fact]
    public async Task One_that_forks_itself_a_thousand_times_is_ended_with_all_of_them()
    {
        var file = Path.Combine(Directory, "pids");
        var info = await Start(Scripts.Shell("""i=0; while [ $i -lt 1000 ]; do sleep 1000 & echo $! >> "$1"; i=$((i+1)); done; echo forked; wait""") with { Args = [file] });
        await OutputUntil(info.Id, "forked");
        var forked = (await File.ReadAllLinesAsync(file, Cancel)).Select(line => OsProcess.Of(int.Parse(line, CultureInfo.InvariantCulture))).ToList();
        forked.Count.ShouldBe(1000);
        (await Manager.GetMetricsAsync(info.Id, Cancel)).Children.ShouldBe(1000);

        var down = await Stopped(info.Id);

        down.ShouldBeDown(EndReason.Stopped);
        down.LeftBehind.ShouldBeEmpty();
        forked.Where(one => one.IsAlive).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_in_a_process_group_of_its_own_gets_what_is_sent_to_the_tree()
    {
        var file = Path.Combine(Directory, "pid");
        var info = await StartSaying("ready", Scripts.Shell(
            """set -m; (trap 'echo told; exit 0' TERM; sh -c 'echo $PPID' > "$1"; echo ready; while :; do sleep 0.05; done) & wait; sleep 1000""") with { Args = [file] });
        var apart = OsProcess.Of(int.Parse(await File.ReadAllTextAsync(file, Cancel), CultureInfo.InvariantCulture));
        apart.Pid.ShouldNotBe(info.OsPid!.Value);

        (await Stopped(info.Id)).ShouldBeDown(EndReason.Stopped);

        apart.IsAlive.ShouldBeFalse();
        (await Output(info.Id)).ShouldContain("told");
    }

    [Fact]
    public async Task One_that_ignores_every_signal_it_can_is_killed_after_its_grace_and_that_is_said()
    {
        var info = await StartSaying("ready", Scripts.Shell(
            """i=1; while [ $i -le 64 ]; do trap '' $i 2>/dev/null; i=$((i+1)); done; echo ready; while :; do sleep 0.05; done"""));
        foreach (var signal in (Signal[])[Signal.Term, new Signal(1), new Signal(2), new Signal(3), new Signal(15)])
        {
            await Manager.SignalAsync(info.Id, signal, tree: false, Cancel);
        }

        (await Manager.GetAsync(info.Id, Cancel)).OsPid.ShouldBe(info.OsPid);
        var began = Stopwatch.GetTimestamp();
        var down = await Stopped(info.Id, TimeSpan.FromSeconds(1));

        down.ShouldBeDown(EndReason.Stopped);
        (down.Signal, down.ExitCode).ShouldBe((Signal.Kill, 137));
        Stopwatch.GetElapsedTime(began).ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_binary_that_is_replaced_while_it_runs_is_the_next_attempts_and_one_that_is_gone_is_said_to_be()
    {
        var binary = Path.Combine(Directory, "program");
        await Copy("/bin/sleep", binary);
        var info = await Start(new ProcessSpec { Command = binary, Args = ["1000"] });

        await Copy("/bin/echo", binary);
        (await Manager.GetAsync(info.Id, Cancel)).OsPid.ShouldBe(info.OsPid);
        await Manager.RestartAsync(info.Id, new StopOptions { Wait = true }, Cancel);
        (await Ended(info.Id)).ShouldBeDown(EndReason.Completed);
        (await Output(info.Id)).ShouldBe("1000\n");

        File.Delete(binary);
        (await Refused(ErrorCode.CommandNotFound, () => Manager.StartAsync(info.Id, Cancel))).Message.ShouldContain(binary);
        (await Manager.GetAsync(info.Id, Cancel)).Reason.ShouldBe(EndReason.StartFailed);
    }

    /// <summary>Beside the old one and then in its place, as a package manager does; copied by a child, whose descriptors no other test's child inherits.</summary>
    private async Task Copy(string from, string to)
    {
        var spec = Scripts.Shell("cp \"$1\" \"$2.new\" && chmod 755 \"$2.new\" && mv \"$2.new\" \"$2\"") with { Args = [from, to] };
        (await Manager.RunAsync(spec, cancellationToken: Cancel)).ExitCode.ShouldBe(0);
    }

    private async Task<LogChunk?> Last(ProcessId id) => (await Logs(id, new LogQuery { Stream = LogStream.Stderr, Tail = 1 })).LastOrDefault();
}
