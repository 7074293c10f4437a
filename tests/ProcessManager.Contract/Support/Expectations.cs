using Shouldly;

namespace ProcessManager.Contract;

/// <summary>Sentences about a process that many tests end in.</summary>
internal static class Expectations
{
    /// <summary>The types of event of which an attempt's end is exactly one.</summary>
    public static readonly EventType[] Ends = [EventType.Exited, EventType.Crashed, EventType.Stopped, EventType.Killed, EventType.TimedOut];

    public static bool IsDown(this ProcessInfo info) => info.Phase is Phase.Terminated or Phase.Finished;

    public static bool IsUp(this ProcessInfo info) => info.Phase is Phase.Waiting or Phase.Starting or Phase.Running or Phase.BackingOff;

    public static ProcessInfo ShouldBeDown(this ProcessInfo info, EndReason reason)
    {
        info.IsDown().ShouldBeTrue($"{info}");
        info.Reason.ShouldBe(reason, $"{info}");
        info.OsPid.ShouldBeNull($"{info}");
        return info;
    }

    public static ProcessInfo ShouldBeRunning(this ProcessInfo info)
    {
        info.Phase.ShouldBe(Phase.Running, $"{info}");
        info.OsPid.ShouldNotBeNull();
        return info;
    }

    /// <summary>These types, in this order, with whatever else between them.</summary>
    public static void ShouldTell(this IEnumerable<ProcessEvent> events, params EventType[] types)
    {
        var seen = events.Select(one => one.Type).ToList();
        var at = 0;
        foreach (var type in types)
        {
            at = seen.IndexOf(type, at) + 1;
            at.ShouldBeGreaterThan(0, $"{type} should come in {string.Join(", ", types)} but the events are {string.Join(", ", seen)}");
        }
    }
}
