using System.Net;
using Microsoft.Extensions.Logging;
using ProcessManager.Cluster;
using ProcessManager.Http;

namespace ProcessManager.Silo;

/// <summary>What a silo is started with.</summary>
internal sealed record SiloOptions
{
    public required NodeOptions Node { get; init; }

    public required SiloPlace Place { get; init; }

    public required string ClusterId { get; init; }

    /// <summary>The connection string, secrets and all; null: <c>--local</c>, one silo that keeps everything in memory.</summary>
    public required string? Database { get; init; }

    public required ServerOptions Doors { get; init; }

    public required bool Dashboard { get; init; }

    public required bool StopChildren { get; init; }

    /// <summary>Null: warnings and up, and while it starts only the failure itself.</summary>
    public LogLevel? LogLevel { get; init; }
}

/// <summary>Where the other silos reach this one, and clients its gateway. It listens there, and there only.</summary>
internal sealed record SiloPlace(IPAddress Address, int SiloPort, int GatewayPort);
