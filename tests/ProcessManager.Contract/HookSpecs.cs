using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class HookSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private string Told => Path.Combine(Directory, "told");

    [Fact]
    public async Task Each_step_of_a_life_calls_its_hook_with_what_happened()
    {
        var info = await Start(Hooked(Scripts.Sleeps, new HooksSpec
        {
            OnStart = Tells("start"),
            OnReady = Tells("ready"),
            OnStop = Tells("stop"),
            OnFinished = Tells("finished"),
        }));
        await Stopped(info.Id);

        var lines = await LinesUntil(4);

        lines.ShouldBe(
        [
            $"start Started {info.Id} 1 1 {info.OsPid} - -",
            $"ready Ready {info.Id} 1 1 {info.OsPid} - -",
            $"stop Stopped {info.Id} 1 1 {info.OsPid} 143 Stopped",
            $"finished Finished {info.Id} 1 1 - 143 Stopped",
        ]);
    }

    [Fact]
    public async Task A_crash_and_the_restart_after_it_are_told_apart_from_a_stop()
    {
        var info = await Start(Hooked(Scripts.Exits(3), new HooksSpec { OnCrash = Tells("crash"), OnRestart = Tells("restart"), OnStop = Tells("stop") }) with
        {
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Max = 1, Delay = TimeSpan.FromMilliseconds(10) },
        });

        var lines = await LinesUntil(3);

        lines.Select(line => string.Join(' ', line.Split(' ').Where((_, index) => index is 0 or 1 or 4 or 6 or 7)))
            .ShouldBe(["crash Crashed 1 3 Failed", "restart Restarted 2 3 Failed", "crash Crashed 2 3 Failed"]);
        await Ended(info.Id);
    }

    [Fact]
    public async Task Somebody_s_restart_calls_the_hook_too()
    {
        var info = await Start(Hooked(Scripts.Sleeps, new HooksSpec { OnRestart = Tells("restart") }));

        await Manager.RestartAsync(info.Id, new StopOptions { Wait = true }, Cancel);

        (await LinesUntil(1))[0].ShouldStartWith($"restart Starting {info.Id} 2 1");
    }

    [Fact]
    public async Task Any_type_of_event_can_be_hooked_and_arguments_are_passed_exactly()
    {
        var script = Scripts.File(Directory, "hook", "#!/bin/sh\necho \"$PROCMAN_EVENT $#\" \"$@\" >> told\n");
        await Start(Hooked(Scripts.Exits(0), new HooksSpec { OnEvent = new EventHook([EventType.Created, EventType.Exited], HookCommand.Of(script, "a b", "", "$HOME \"q\"")) }));

        // On a cluster nobody is there to run it before there is a node.
        var lines = await Patience.Until("what happened", () => Task.FromResult(Lines()), lines => lines.Any(line => line.StartsWith("Exited", StringComparison.Ordinal)));

        lines[^1].ShouldBe("Exited 3 a b  $HOME \"q\"");
    }

    [Fact]
    public async Task One_that_fails_is_an_event_and_harms_nothing()
    {
        var info = await Start(Hooked(Scripts.Sleeps, new HooksSpec { OnStart = "echo no such bucket >&2; exit 7", OnReady = HookCommand.Of("/no/such/hook") }));

        var events = await Events(new EventQuery { Ids = [info.Id], After = "" }, seen => seen.Type == EventType.HookFailed && seen.Data.Detail!.StartsWith("onReady", StringComparison.Ordinal), "HookFailed");

        events.First(one => one.Type == EventType.HookFailed).Data.Detail.ShouldBe("onStart: it exited with 7: no such bucket");
        events[^1].Data.Detail.ShouldNotBeNull().ShouldContain("/no/such/hook");
        (await Manager.GetAsync(info.Id, Cancel)).ShouldBeRunning().OsPid.ShouldBe(info.OsPid);
    }

    [Fact]
    public async Task One_that_hangs_delays_nothing_but_the_hooks_after_it()
    {
        var info = await Start(Hooked(Scripts.Sleeps, new HooksSpec { OnStart = "echo $$ > hanging; exec sleep 1000", OnStop = Tells("stop") }));
        using var hanging = await Hanging();

        (await Stopped(info.Id)).ShouldBeDown(EndReason.Stopped);
        (await Manager.StartAsync(info.Id, Cancel)).ShouldBeRunning();

        hanging.Process.IsAlive.ShouldBeTrue("it is no part of its process");
        File.Exists(Told).ShouldBeFalse("hooks of a process run one after another");
        hanging.Process.Signal(Signal.Kill);
        (await LinesUntil(1))[0].ShouldStartWith("stop Stopped");
    }

    [Fact]
    public async Task Hooks_of_a_process_run_one_after_another()
    {
        var types = new[] { EventType.Starting, EventType.Started, EventType.Ready, EventType.Exited, EventType.Terminated, EventType.Finished };
        await Start(Hooked(Scripts.Exits(0), new HooksSpec
        {
            OnEvent = new EventHook([.. types], "echo begin $PROCMAN_EVENT >> told; sleep 0.1; echo end $PROCMAN_EVENT >> told"),
        }));

        var lines = await LinesUntil(2 * types.Length);

        lines.ShouldBe(types.SelectMany(type => new[] { $"begin {type}", $"end {type}" }));
    }

    [Fact]
    public async Task They_are_changed_in_place()
    {
        var spec = Hooked(Scripts.Sleeps, new HooksSpec { OnStart = Tells("start") });
        var info = await Start(spec);

        (await Manager.PlanAsync(spec with { Id = info.Id, Hooks = null }, Cancel)).ShouldBe(new UpdatePlan(UpdateEffect.InPlace, ["hooks"]));
        var changed = spec with { Id = info.Id, Hooks = new HooksSpec { OnStop = Tells("later") } };
        (await Manager.UpdateAsync(changed, cancellationToken: Cancel)).OsPid.ShouldBe(info.OsPid);
        (await Manager.GetSpecAsync(info.Id, Cancel)).Hooks.ShouldBe(changed.Hooks);
        await Stopped(info.Id);

        (await LinesUntil(2))[1].ShouldStartWith("later Stopped");
    }

    [Fact]
    public async Task What_can_t_be_run_is_refused_with_its_path()
    {
        var error = await Refused(ErrorCode.InvalidSpec, () => Start(Hooked(Scripts.Sleeps, new HooksSpec
        {
            OnStart = "",
            OnCrash = new HookCommand([], Shell: false),
            OnEvent = new EventHook([EventType.HookFailed], "true"),
        })));

        error.Faults.Select(fault => fault.Path).ShouldBe(["hooks.onStart", "hooks.onCrash", "hooks.onEvent.types[0]"], ignoreOrder: true);
    }

    private static HookCommand Tells(string name) =>
        $"echo {name} $PROCMAN_EVENT $PROCMAN_ID $PROCMAN_RUN $PROCMAN_ATTEMPT ${{PROCMAN_OSPID:--}} ${{PROCMAN_EXIT_CODE:--}} ${{PROCMAN_REASON:--}} >> told";

    private ProcessSpec Hooked(ProcessSpec spec, HooksSpec hooks) => spec with { WorkingDirectory = Directory, Hooks = hooks };

    private string[] Lines() => File.Exists(Told) ? File.ReadAllLines(Told) : [];

    private Task<string[]> LinesUntil(int count) => Patience.Until($"{count} lines", () => Task.FromResult(Lines()), lines => lines.Length >= count);

    private async Task<Stranger> Hanging()
    {
        var file = Path.Combine(Directory, "hanging");
        var pid = await Patience.Until("the hook", () => Task.FromResult(File.Exists(file) ? File.ReadAllText(file) : ""), text => text.EndsWith('\n'));
        return new Stranger(OsProcess.Of(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture)));
    }
}
