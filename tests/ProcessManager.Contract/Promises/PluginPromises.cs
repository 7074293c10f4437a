using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>What the description of a process manager plugin promises: one instance with a method for everything, options, a watcher of its status.</summary>
public abstract class PluginPromises(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task A_new_process_is_defined_with_options_and_started_later()
    {
        var process = Manager.Process((await Declare(Scripts.Shell("echo $1") with { Args = ["an argument"] })).Id);
        (await process.StatusAsync(Cancel)).State.ShouldBe(OsState.Initial);

        await process.StartAsync(Cancel);

        (await process.ResultAsync(Cancel)).Output.ShouldBe("an argument\n");
        (await process.StatusAsync(Cancel)).State.ShouldBe(OsState.Terminated);
    }

    [Fact]
    public async Task Restart_stops_it_gracefully_or_by_force_and_starts_what_is_not_running()
    {
        var stubborn = await StartSaying("ready", Scripts.IgnoresTerm with { Stop = new StopSpec { Grace = TimeSpan.FromMilliseconds(200) } });
        var down = await Declare(Scripts.Sleeps);

        (await Manager.RestartAsync(stubborn.Id, new StopOptions { Wait = true }, Cancel)).ShouldBeRunning().Run.ShouldBe(2);
        (await Manager.RestartAsync(down.Id, cancellationToken: Cancel)).ShouldBeRunning().Run.ShouldBe(1);
    }

    [Fact]
    public async Task Stop_sends_SIGTERM_and_stop_and_wait_waits_until_it_completes()
    {
        var process = Manager.Process((await Start(Scripts.Sleeps)).Id);

        (await process.StopAsync(cancellationToken: Cancel)).ShouldBeDown(EndReason.Stopped).Signal.ShouldBe(Signal.Term);
    }

    [Fact]
    public async Task Kill_ends_it_by_SIGKILL_and_nothing_of_it_is_left()
    {
        var info = await StartSaying("ready", Scripts.Tree(Directory));
        var members = (await File.ReadAllLinesAsync(Path.Combine(Directory, "pids"), Cancel))
            .Select(line => OsProcess.Of(int.Parse(line, System.Globalization.CultureInfo.InvariantCulture))).ToList();

        (await Manager.KillAsync(info.Id, wait: true, Cancel)).ShouldBeDown(EndReason.Killed).Signal.ShouldBe(Signal.Kill);

        members.ShouldAllBe(member => !member.IsAlive);
    }

    [Fact]
    public async Task Wait_waits_until_it_completes()
    {
        var info = await Start(Scripts.Shell("sleep 0.2; exit 6"));

        (await Manager.WaitAsync(info.Id, cancellationToken: Cancel)).ExitCode.ShouldBe(6);
    }

    [Fact]
    public async Task Any_signal_can_be_sent()
    {
        var info = await StartSaying("ready", Scripts.Shell("trap 'echo caught' USR1; echo ready; while :; do sleep 0.05; done"));

        await Manager.SignalAsync(info.Id, new Signal(10), cancellationToken: Cancel);

        await OutputUntil(info.Id, "caught");
    }

    [Fact]
    public async Task Name_pid_command_arguments_start_time_and_uptime_can_be_asked_for()
    {
        var info = await Start(Scripts.Sleeps with { Name = "sleeper" });

        (info.Name, info.Command, info.Args).ShouldBe(("sleeper", "sleep", ["1000"]));
        OsProcess.Of(info.OsPid!.Value).IsAlive.ShouldBeTrue();
        info.StartedAt.ShouldNotBeNull();
        (await Until(info.Id, "an uptime", now => now.Uptime > TimeSpan.FromMilliseconds(1))).StartedAt.ShouldBe(info.StartedAt);
    }

    [Fact]
    public async Task It_is_alive_while_it_runs_and_a_zombie_is_dead()
    {
        var info = await Start(Scripts.Sleeps);
        (await Manager.GetStatusAsync(info.Id, Cancel)).State.ShouldBeOneOf(OsState.Sleeping, OsState.Running);

        OsProcess.Of(info.OsPid!.Value).Signal(Signal.Kill);

        await Ended(info.Id);
        (await Manager.GetStatusAsync(info.Id, Cancel)).State.ShouldBe(OsState.Terminated);
    }

    [Fact]
    public async Task Updating_the_status_reads_the_status_file_now()
    {
        var info = await Start(Scripts.Sleeps);

        var status = await Manager.GetStatusAsync(info.Id, Cancel);

        status.OsPid.ShouldBe(info.OsPid);
        (status.ParentOsPid, status.Threads).ShouldSatisfyAllConditions(both => both.ParentOsPid.ShouldNotBeNull(), both => both.Threads.ShouldBe(1));
        status.MemoryBytes.ShouldNotBeNull().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_change_of_the_status_is_notified()
    {
        var info = await Start(Scripts.Sleeps);
        var seen = new List<OsState?>();
        await foreach (var told in Manager.SubscribeAsync(new EventQuery { Ids = [info.Id], Types = [EventType.StatusChanged, EventType.MetricsSampled] }, Cancel))
        {
            if (told.Type == EventType.MetricsSampled && seen.Count == 0)
            {
                await Manager.SuspendAsync(info.Id, Cancel);
            }
            else if (told.Type == EventType.StatusChanged)
            {
                seen.Add(told.Data.Status);
                if (told.Data.Status == OsState.Stopped)
                {
                    break;
                }
            }
        }

        seen.ShouldContain(OsState.Stopped);
    }

    [Fact]
    public async Task Restarts_says_how_often_it_is_started_again_when_it_terminates()
    {
        var info = await Start(Scripts.Exits(1) with
        {
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Max = 3, Delay = TimeSpan.FromMilliseconds(10), Factor = 1 },
        });

        (await Ended(info.Id)).RestartCount.ShouldBe(3);
    }

    [Fact]
    public async Task Its_output_can_be_written_where_the_user_wants_it()
    {
        var mine = new List<string>();

        await Manager.RunAsync(
            "sh", ["-c", "echo to stdout; echo to stderr >&2"],
            new RunOptions { OnOutput = OutputCallback.Lines(line => mine.Add($"{line.Stream}: {line.Text}")) },
            Cancel);

        mine.ShouldBe(["Stdout: to stdout", "Stderr: to stderr"], ignoreOrder: true);
    }

    [Fact]
    public async Task Detached_it_is_kept_when_its_manager_ends()
    {
        var info = await Start(Scripts.Sleeps with { Lifetime = Lifetime.Keep });

        info.Lifetime.ShouldBe(Lifetime.Keep);
    }

    [Fact]
    public async Task Environment_variables_can_be_defined()
    {
        var result = await Manager.RunAsync(
            Scripts.Shell("echo $A-$B") with { Id = NewId(), Environment = [new("A", "1"), new("B", "2")] }, cancellationToken: Cancel);

        result.Output.ShouldBe("1-2\n");
    }

    [Fact]
    public async Task A_process_becomes_a_template_and_new_ones_are_started_from_it()
    {
        var name = $"t-{Guid.NewGuid().ToString("N")[..8]}";
        var first = await Declare(Scripts.Shell("echo from a template; exec sleep 1000"));

        await Manager.Templates.SaveFromAsync(name, first.Id, runOnStartup: true, Cancel);
        try
        {
            (await Manager.Templates.GetAsync(name, Cancel)).RunOnStartup.ShouldBeTrue();
            (await Manager.Templates.ListAsync(Cancel)).ShouldContain(template => template.Name == name);
            var second = await Manager.Templates.StartAsync(name, new TemplateStart { Id = NewId() }, Cancel);
            await OutputUntil(second.Id, "from a template");
            await Manager.RemoveAsync(second.Id, new StopOptions { Grace = TimeSpan.Zero }, Cancel);
        }
        finally
        {
            await Manager.Templates.DeleteAsync(name, CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_process_that_runs_already_is_attached_by_its_pid()
    {
        using var stranger = await Stranger.Start("exec sleep 1000");
        var node = (await Manager.GetNodesAsync(Cancel))[0].Name;

        var info = await Manager.AttachAsync(stranger.Pid, NewId(), new ProcessSpec { Command = "", Node = node }, Cancel);

        info.ShouldBeRunning().OsPid.ShouldBe(stranger.Pid);
        (await Stopped(info.Id)).ShouldBeDown(EndReason.Stopped);
        stranger.Process.IsAlive.ShouldBeFalse();
    }
}
