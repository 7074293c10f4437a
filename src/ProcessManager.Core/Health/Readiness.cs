namespace ProcessManager;

/// <summary>What a spec says about when its process is ready.</summary>
public static class Readiness
{
    /// <summary>What makes it ready; null: that it runs. Where nothing is said it is the probes that say whether it serves.</summary>
    public static ReadyBy? ReadyBy(this ProcessSpec spec) =>
        spec.Ready?.By ?? (spec.Health is { Startup: not null } or { Readiness: not null } ? ProcessManager.ReadyBy.Probe : null);

    /// <summary>Whether its child is given a socket to speak of itself.</summary>
    public static bool Notifies(this ProcessSpec spec) => spec.Watchdog is not null || spec.Ready is { By: ProcessManager.ReadyBy.Notify };

    /// <summary>Whether there is anything to look after once its child runs.</summary>
    public static bool IsWatched(this ProcessSpec spec) => spec.Health is not null || spec.Ready is not null || spec.Watchdog is not null;
}
