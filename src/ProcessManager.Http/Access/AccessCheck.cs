using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace ProcessManager.Http;

/// <summary>Lets in who may come in, through the door that the connection came by.</summary>
internal sealed class AccessCheck(TcpDoor? tcp, ValueList<string> pages)
{
    private readonly List<PathString> _pages = [.. pages.Select(page => new PathString(page))];

    public Task CheckAsync(HttpContext http, RequestDelegate next) => Refuses(http) is { } problem ? ProblemAnswer.WriteAsync(http, problem) : next(http);

    private Problem? Refuses(HttpContext http)
    {
        // A connection without an address on our side came by the unix socket.
        if (http.Connection.LocalIpAddress is not null)
        {
            return tcp is null
                ? Problem.From(ErrorCode.Forbidden, "This server has no TCP address.")
                : tcp.Refuses(http, _pages.Exists(page => http.Request.Path.StartsWithSegments(page, StringComparison.OrdinalIgnoreCase)));
        }

        if (http.Features.Get<IConnectionSocketFeature>() is not { } connection)
        {
            return Problem.From(ErrorCode.Forbidden, "The caller's user can't be told.");
        }

        var peer = PeerCredentials.Of(connection.Socket);
        return peer.MayUse ? null : Problem.From(ErrorCode.Forbidden, $"User {peer.Uid} may not use this manager; its own user and root may.");
    }
}
