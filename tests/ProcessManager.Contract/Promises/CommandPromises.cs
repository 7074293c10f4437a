using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>
/// What the specification of a process package in the manner of Laravel's Process promises: commands, pools, events, options. Where we differ on purpose is in the
/// README's comparison.
/// </summary>
public abstract class CommandPromises(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task Run_answers_at_the_end_with_the_pid_the_exit_code_and_both_outputs()
    {
        var result = await Manager.RunAsync("echo", ["Hello"], cancellationToken: Cancel);

        (result.ExitCode, result.Output, result.ErrorOutput).ShouldBe((0, "Hello\n", ""));
        result.OsPid.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_command_that_does_not_exist_throws() =>
        await Refused(ErrorCode.CommandNotFound, () => Manager.RunAsync("invalid-command", cancellationToken: Cancel));

    [Fact]
    public async Task Start_answers_at_once_and_its_exit_code_can_be_awaited()
    {
        var server = await Start(Scripts.Shell("sleep 0.2; exit 4"));
        server.ShouldBeRunning();

        (await Manager.Process(server.Id).ResultAsync(Cancel)).ExitCode.ShouldBe(4);
    }

    [Fact]
    public async Task Kill_sends_SIGTERM_unless_another_signal_is_named()
    {
        var one = await Start(Scripts.Sleeps);
        var other = await Start(Scripts.Sleeps);

        await Manager.StopAsync(one.Id, cancellationToken: Cancel);
        await Manager.SignalAsync(other.Id, Signal.Int, cancellationToken: Cancel);

        (await Ended(one.Id)).Signal.ShouldBe(Signal.Term);
        (await Ended(other.Id)).Signal.ShouldBe(Signal.Int);
    }

    [Fact]
    public async Task The_active_processes_can_be_listed_and_one_that_ended_is_none_of_them()
    {
        var label = Guid.NewGuid().ToString("N");
        var active = await Start(Scripts.Sleeps with { Labels = [new("mine", label)] });
        var ended = await Start(Scripts.Exits(0) with { Labels = [new("mine", label)] });
        await Ended(ended.Id);

        var listed = await Patience.Until(
            "the list of those that run",
            () => Manager.ListAsync(new ProcessQuery { Labels = [new("mine", label)], Phases = [Phase.Running] }, Cancel),
            page => page.Items.Count == 1);

        listed.Items[0].Id.ShouldBe(active.Id);
    }

    [Fact]
    public async Task It_runs_in_a_working_directory_with_an_environment_of_its_own()
    {
        var result = await Run(Scripts.Shell("pwd; echo $GREETING") with { WorkingDirectory = Directory, Environment = [new("GREETING", "hi")] });

        result.Output.ShouldBe($"{Directory}\nhi\n");
    }

    [Fact]
    public async Task The_environment_of_the_parent_can_be_left_out()
    {
        var with = await Run(new ProcessSpec { Command = "env", InheritEnvironment = EnvironmentInheritance.All });
        var without = await Run(new ProcessSpec { Command = "/usr/bin/env", InheritEnvironment = EnvironmentInheritance.None, Environment = [new("ONLY", "this")] });

        with.Output.ShouldContain("PATH=");
        without.Output.ShouldNotContain("PATH=");
        without.Output.ShouldContain("ONLY=this\n");
    }

    [Fact]
    public async Task A_shell_runs_the_line_only_when_it_is_asked_for()
    {
        (await Run(Scripts.Shell("echo one | tr o 0"))).Output.ShouldBe("0ne\n");
        (await Run(new ProcessSpec { Command = "echo", Args = ["one | tr o 0"] })).Output.ShouldBe("one | tr o 0\n");
    }

    [Fact]
    public async Task A_timeout_and_an_idle_timeout_end_it_each_with_its_name()
    {
        await Refused(ErrorCode.TimedOut, () => Run(Scripts.Sleeps with { Timeout = TimeSpan.FromMilliseconds(200) }));
        await Refused(ErrorCode.IdleTimedOut, () => Run(Scripts.Sleeps with { IdleTimeout = TimeSpan.FromMilliseconds(200) }));
    }

    [Fact]
    public async Task A_failed_command_is_tried_again_as_often_as_asked_after_the_delay()
    {
        var began = TimeProvider.System.GetTimestamp();

        var result = await Manager.RunAsync(
            "sh", ["-c", "echo x >> tries; [ $(wc -l < tries) -eq 3 ]"],
            new RunOptions { WorkingDirectory = Directory, RetryAttempts = 5, RetryDelay = TimeSpan.FromMilliseconds(150) },
            Cancel);

        (result.ExitCode, result.Attempts).ShouldBe((0, 3));
        TimeProvider.System.GetElapsedTime(began).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(290));
    }

    [Fact]
    public async Task A_pool_runs_five_at_once_unless_told_otherwise_and_each_result_has_its_whole_output()
    {
        var pool = Manager.Pool($"promise-{Guid.NewGuid().ToString("N")[..8]}");
        (await pool.SetAsync(cancellationToken: Cancel)).Concurrency.ShouldBe(5);
        await pool.SetAsync(2, Cancel);
        try
        {
            // Each tells how many of them there are while it runs.
            var line = "mkdir run.$1; ls -d run.* | wc -l; sleep 0.1; rmdir run.$1; echo done $1";
            var results = await pool.RunAsync(
                [.. Enumerable.Range(0, 8).Select(number => new PoolJob { Key = $"{number}", Spec = Scripts.Shell(line) with { Args = [$"{number}"], WorkingDirectory = Directory } })],
                Cancel);

            results.Count.ShouldBe(8);
            foreach (var (key, result) in results)
            {
                var lines = result.Output.Split('\n');
                int.Parse(lines[0], System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 2);
                lines[1].ShouldBe($"done {key}");
            }
        }
        finally
        {
            await pool.RemoveAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Started_completed_killed_and_failed_are_events()
    {
        var completed = await Start(Scripts.Exits(0));
        var killed = await Start(Scripts.Sleeps);
        await Manager.KillAsync(killed.Id, wait: true, Cancel);
        var failed = NewId();
        await Refused(ErrorCode.CommandNotFound, () => Manager.CreateAsync(new ProcessSpec { Id = failed, Command = "invalid-command" }, cancellationToken: Cancel));

        (await EventsUntil(completed.Id, EventType.Exited)).Single(told => told.Type == EventType.Started).Data.OsPid.ShouldNotBeNull();
        (await EventsUntil(completed.Id, EventType.Exited))[^1].Data.Result!.ExitCode.ShouldBe(0);
        (await EventsUntil(killed.Id, EventType.Killed)).ShouldTell(EventType.Started, EventType.Killed);
        (await EventsUntil(failed, EventType.StartFailed))[^1].Data.Error!.Code.ShouldBe(ErrorCode.CommandNotFound);
    }

    [Fact]
    public async Task Many_run_at_the_same_time()
    {
        var results = await Manager.ConcurrentlyAsync(
            Enumerable.Range(0, 30).ToDictionary(number => $"{number}", number => Scripts.Shell("echo $1") with { Args = [$"{number}"] }), Cancel);

        results.ShouldAllBe(result => result.Value.Output == result.Key + "\n");
    }

    private Task<ProcessResult> Run(ProcessSpec spec) => Manager.RunAsync(spec with { Id = NewId() }, cancellationToken: Cancel);
}
