namespace ProcessManager.Http;

/// <summary>Where a manager is. Either the socket or the address is given.</summary>
public sealed record ClientOptions
{
    /// <summary>Of a manager on this machine.</summary>
    public string? SocketPath { get; init; }

    /// <summary><c>http(s)://host:port</c>.</summary>
    public Uri? Address { get; init; }

    /// <summary>For <see cref="Address"/>; see <see cref="AccessToken.Read"/>.</summary>
    public string? Token { get; init; }
}
