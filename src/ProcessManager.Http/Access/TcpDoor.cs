using System.Net;
using Microsoft.AspNetCore.Http;

namespace ProcessManager.Http;

/// <summary>A TCP address: who may listen there, and who may come in.</summary>
internal sealed class TcpDoor
{
    private readonly AccessToken _token;

    private TcpDoor(IPEndPoint address, AccessToken token) => (Address, _token) = (address, token);

    public IPEndPoint Address { get; }

    /// <exception cref="ProcessManagerException">InvalidSpec: what the options ask for isn't safe or isn't an address.</exception>
    public static TcpDoor Open(TcpOptions options)
    {
        var url = options.Url;
        var plain = url.Scheme == Uri.UriSchemeHttp;
        if (!plain && url.Scheme != Uri.UriSchemeHttps)
        {
            throw Refuse("url", $"{url} is neither http nor https");
        }

        if (url.PathAndQuery != "/" || url.UserInfo.Length > 0)
        {
            throw Refuse("url", $"{url} may have a scheme, an address and a port, and nothing else");
        }

        if (!TryAddress(url, out var address))
        {
            throw Refuse("url", $"{url.Host} is neither an IP address nor localhost");
        }

        if (!plain && options.Certificate is null)
        {
            throw Refuse("url", $"{url} needs a certificate");
        }

        if (plain && !IPAddress.IsLoopback(address) && !options.AllowPlainHttpOnAnyAddress)
        {
            throw Refuse("url", $"{url} is no loopback address, and the token would cross the network in clear: use https, or say so with {nameof(TcpOptions.AllowPlainHttpOnAnyAddress)}");
        }

        return new TcpDoor(new IPEndPoint(address, url.Port), AccessToken.ReadOrCreate(options.TokenFile));
    }

    /// <summary>What is wrong with a request that came through this door; null when nothing is.</summary>
    /// <param name="page">
    /// It is for a browser, which can send the token as a password only. Elsewhere a password counts for nothing: browsers send it by themselves, also
    /// with what another site's page makes them ask.
    /// </param>
    public Problem? Refuses(HttpContext http, bool page)
    {
        var request = http.Request;
        // A page in a browser can have a name of its own point here (DNS rebinding); then Host or Origin tells.
        if (!IsHere(request.Host.Host, http.Connection.LocalIpAddress))
        {
            return Problem.From(ErrorCode.Forbidden, $"The host {request.Host} isn't this server; ask by its address.");
        }

        if (request.Headers.Origin is { Count: > 0 } origin && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            return Problem.From(ErrorCode.Forbidden, $"Pages of {origin} may not use this server.");
        }

        var given = request.Headers.Authorization.ToString();
        var presented = PresentedToken.AsBearer(given) ?? (page ? PresentedToken.AsPassword(given) : null);
        if (presented is not null && _token.Matches(presented))
        {
            return null;
        }

        http.Response.Headers.WWWAuthenticate = page ? "Basic realm=\"procman\"" : "Bearer";
        return Problem.From(ErrorCode.Unauthorized, (given.Length == 0, page) switch
        {
            (true, false) => "This address needs the token of its token file, as Authorization: Bearer.",
            (true, true) => "This page needs the token of this server's token file, as the password (with any name).",
            _ => "The token isn't the one in this server's token file.",
        });
    }

    private static bool TryAddress(Uri url, out IPAddress address)
    {
        address = IPAddress.Loopback;
        return url.Host == "localhost" || IPAddress.TryParse(url.Host.Trim('[', ']'), out address!);
    }

    private static bool IsHere(string host, IPAddress? local)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return IPAddress.TryParse(host.Trim('[', ']'), out var address)
            && (IPAddress.IsLoopback(address) || (local is not null && address.MapToIPv6().Equals(local.MapToIPv6())));
    }

    private static ProcessManagerException Refuse(string path, string message) => ProcessManagerException.Invalid([new Fault(path, message)]);
}
