using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class HooksThatAreCalled
{
    private static readonly HooksSpec All = new()
    {
        OnStart = "start",
        OnReady = "ready",
        OnStop = "stop",
        OnRestart = "restart",
        OnCrash = "crash",
        OnUnhealthy = "unhealthy",
        OnFinished = "finished",
        OnEvent = new EventHook([EventType.GaveUp, EventType.HookFailed], "event"),
    };

    [Fact]
    public void Each_event_calls_its_own_and_no_other()
    {
        var expected = new Dictionary<EventType, string>
        {
            [EventType.Started] = "onStart",
            [EventType.Ready] = "onReady",
            [EventType.Stopped] = "onStop",
            [EventType.Killed] = "onStop",
            [EventType.Restarted] = "onRestart",
            [EventType.Crashed] = "onCrash",
            [EventType.TimedOut] = "onCrash",
            [EventType.Unhealthy] = "onUnhealthy",
            [EventType.Finished] = "onFinished",
            [EventType.GaveUp] = "onEvent",
        };
        foreach (var type in Enum.GetValues<EventType>())
        {
            Called(Happened(type)).ShouldBe(expected.TryGetValue(type, out var name) ? [name] : [], $"{type}");
        }
    }

    [Fact]
    public void A_start_is_a_restart_when_the_run_before_ended_in_the_same_turn()
    {
        Called(Happened(EventType.Starting)).ShouldBeEmpty();
        Called(Happened(EventType.Terminated), Happened(EventType.Starting)).ShouldBe(["onRestart"]);
    }

    [Fact]
    public void Without_hooks_nothing_is_called() => HookRules.Of(Life.Running().State, [Happened(EventType.Started)]).ShouldBeEmpty();

    [Fact]
    public void It_is_told_how_the_last_attempt_ended()
    {
        var life = Life.Running(Life.Spec() with { Hooks = All }).Exited(3);
        var call = HookRules.Of(life.State, life.Told).OfType<ProcessEffect.Command>().Select(effect => effect.Order).OfType<SupervisorCommand.RunHook>().Single().Call;
        call.Variables.ToDictionary(variable => variable.Key, variable => variable.Value).ShouldBe(new Dictionary<string, string>
        {
            ["PROCMAN_EVENT"] = "Crashed",
            ["PROCMAN_PHASE"] = "Terminating",
            ["PROCMAN_RUN"] = "1",
            ["PROCMAN_ATTEMPT"] = "1",
            ["PROCMAN_OSPID"] = "1101",
            ["PROCMAN_EXIT_CODE"] = "3",
            ["PROCMAN_REASON"] = "Failed",
        }, ignoreOrder: true);
    }

    [Fact]
    public void A_failure_is_told_whichever_attempt_it_was_of_and_changes_nothing()
    {
        var life = Life.Finished();
        var before = life.State;
        life.Take(new ProcessOrder.Reported(new Epoch(9, 9), new SupervisorReport.HookFailed("onStop", "it exited with 1", life.Now)));
        life.Told.ShouldHaveSingleItem().Data.Detail.ShouldBe("onStop: it exited with 1");
        (life.State with { Version = before.Version }).ShouldBe(before);
    }

    private static IEnumerable<string> Called(params ProcessEvent[] told) =>
        HookRules.Of(Life.Running(Life.Spec() with { Hooks = All }).State, told).OfType<ProcessEffect.Command>()
            .Select(effect => ((SupervisorCommand.RunHook)effect.Order).Call.Name);

    private static ProcessEvent Happened(EventType type) => new() { Cursor = "", Time = Life.Birth, Type = type, Run = 1, Attempt = 1 };
}
