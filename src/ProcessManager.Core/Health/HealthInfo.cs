using System.Text.Json.Serialization;

namespace ProcessManager;

public enum ProbeKind
{
    Startup,
    Liveness,
    Readiness,
}

public enum ProbeStatus
{
    /// <summary>Neither threshold was reached yet.</summary>
    Unknown,

    Passing,
    Failing,
}

/// <summary>How one probe stands.</summary>
/// <param name="Since">When the status was reached; null while it is unknown.</param>
/// <param name="LastError">Why it failed when it was found failing; of an unknown one why it failed at first. Null when it passes.</param>
public sealed record ProbeInfo(ProbeStatus Status, DateTimeOffset? Since = null, string? LastError = null);

/// <summary>What a process said of itself by sd_notify(3).</summary>
public enum ServiceStage
{
    Reloading,
    Stopping,
}

/// <summary>How the probes of the present attempt stand, and what the process says of itself; null for what it hasn't.</summary>
public sealed record HealthInfo
{
    /// <summary>The most characters of an error or a message that are kept: a state is written with every turn.</summary>
    internal const int MostText = 200;

    public ProbeInfo? Startup { get; init; }

    public ProbeInfo? Liveness { get; init; }

    public ProbeInfo? Readiness { get; init; }

    public ServiceStage? Stage { get; init; }

    /// <summary>Its last <c>STATUS=</c>.</summary>
    public string? Message { get; init; }

    [JsonIgnore]
    public bool HasProbes => Startup is not null || Liveness is not null || Readiness is not null;

    /// <summary>Whether every probe that there is passes.</summary>
    [JsonIgnore]
    public bool AllPass => Passes(Startup) && Passes(Liveness) && Passes(Readiness);

    /// <summary>Whether what readiness by probe waits for has passed.</summary>
    [JsonIgnore]
    internal bool ReadyByProbe => Passes(Startup) && Passes(Readiness);

    public ProbeInfo? Of(ProbeKind probe) => probe switch
    {
        ProbeKind.Startup => Startup,
        ProbeKind.Liveness => Liveness,
        ProbeKind.Readiness => Readiness,
        _ => throw new System.Diagnostics.UnreachableException($"probe {probe}"),
    };

    internal HealthInfo With(ProbeKind probe, ProbeInfo info) => probe switch
    {
        ProbeKind.Startup => this with { Startup = info },
        ProbeKind.Liveness => this with { Liveness = info },
        ProbeKind.Readiness => this with { Readiness = info },
        _ => throw new System.Diagnostics.UnreachableException($"probe {probe}"),
    };

    /// <summary>At an attempt's start: nothing is known.</summary>
    internal static HealthInfo? AtStart(HealthSpec? health) => Updated(null, null, health);

    /// <summary>With another spec: what is asked as before stays as it stands, what is asked anew is unknown.</summary>
    internal static HealthInfo? Updated(HealthInfo? info, HealthSpec? old, HealthSpec? next)
    {
        var updated = (info ?? new HealthInfo()) with
        {
            Startup = Updated(info?.Startup, old?.Startup, next?.Startup),
            Liveness = Updated(info?.Liveness, old?.Liveness, next?.Liveness),
            Readiness = Updated(info?.Readiness, old?.Readiness, next?.Readiness),
        };
        return updated == new HealthInfo() ? null : updated;
    }

    private static ProbeInfo? Updated(ProbeInfo? info, ProbeSpec? old, ProbeSpec? next) =>
        next is null ? null : next == old && info is not null ? info : new ProbeInfo(ProbeStatus.Unknown);

    private static bool Passes(ProbeInfo? probe) => probe is null or { Status: ProbeStatus.Passing };
}
