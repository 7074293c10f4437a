using System.Security.Cryptography.X509Certificates;

namespace ProcessManager.Http;

/// <summary>Where a <see cref="ProcessManagerServer"/> listens. At least one of the two is given.</summary>
public sealed record ServerOptions
{
    /// <summary>
    /// A unix socket, 0600, in a directory that is made 0700 if it is missing; at most 107 bytes. Only the manager's own user and root may use it.
    /// </summary>
    public string? SocketPath { get; init; }

    /// <summary>A TCP address too; none when absent.</summary>
    public TcpOptions? Tcp { get; init; }

    /// <summary>
    /// Paths (with all below them) of pages for browsers, as <c>/orleans</c>: there the token may also come as the password of HTTP Basic, with any name. None of them
    /// may change anything when asked by GET.
    /// </summary>
    public ValueList<string> Pages { get; init; } = [];
}

/// <summary>A TCP address. Every request needs the token, as <c>Authorization: Bearer</c>; Host and Origin are checked.</summary>
public sealed record TcpOptions
{
    /// <summary>Scheme, address (or localhost) and port; port 0 takes a free one. <c>http</c> on loopback only, unless allowed otherwise.</summary>
    public required Uri Url { get; init; }

    /// <summary>The file with the token; made, 0600, if it is missing.</summary>
    public required string TokenFile { get; init; }

    /// <summary>With its private key, for <c>https</c>.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Lets the token and all else cross a network in clear. Only behind something that encrypts.</summary>
    public bool AllowPlainHttpOnAnyAddress { get; init; }
}
