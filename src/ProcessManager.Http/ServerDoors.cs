using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace ProcessManager.Http;

/// <summary>
/// The addresses of a server and their protections, for a host with a builder of its own: open them, <see cref="AddTo"/> the builder,
/// <see cref="Guard"/> the app before anything else of it, and map the API and what else there is. <see cref="ProcessManagerServer"/> does just that.
/// </summary>
public sealed class ServerDoors : IDisposable
{
    private readonly ServerOptions _options;
    private readonly UnixDoor? _unix;
    private readonly TcpDoor? _tcp;

    private ServerDoors(ServerOptions options, UnixDoor? unix, TcpDoor? tcp) => (_options, _unix, _tcp) = (options, unix, tcp);

    /// <summary>Checks the options, takes the socket's path, and reads or makes the token.</summary>
    /// <exception cref="ProcessManagerException">
    /// InvalidSpec: the options; AddressInUse: somebody else has the socket; PermissionDenied, StorageUnavailable: the socket or the token file.
    /// </exception>
    public static async Task<ServerDoors> OpenAsync(ServerOptions options, CancellationToken cancellationToken = default)
    {
        if (options.SocketPath is null && options.Tcp is null)
        {
            throw ProcessManagerException.Invalid([new Fault("", "a socket path or a TCP address is needed")]);
        }

        var tcp = options.Tcp is null ? null : TcpDoor.Open(options.Tcp);
        var unix = options.SocketPath is null ? null : await UnixDoor.TakeAsync(options.SocketPath, cancellationToken);
        return new ServerDoors(options, unix, tcp);
    }

    /// <summary>Makes the app listen there, and there only; adds what the API needs beside an <see cref="IProcessManager"/>.</summary>
    public void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.AddRoutingCore();
        builder.Services.AddProcessManagerHttp();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseSockets(sockets =>
        {
            // Callers that may wait to be let in; the kernel takes its own limit (net.core.somaxconn) if that is lower.
            sockets.Backlog = 4096;
            sockets.CreateBoundListenSocket = address =>
                address is UnixDomainSocketEndPoint ? _unix!.Bind() : SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        });
        builder.WebHost.ConfigureKestrel(Listen);
    }

    /// <summary>Lets nobody past who may not come in, whatever they ask for; failures become problems.</summary>
    public void Guard(WebApplication app)
    {
        app.Use(ProblemAnswer.GuardAsync);
        app.Use(new AccessCheck(_tcp, _options.Pages).CheckAsync);
    }

    /// <summary>Where an app that has started listens, as Kestrel writes it.</summary>
    public static IReadOnlyList<string> Addresses(WebApplication app) =>
        [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    /// <summary>Why these doors didn't let the app start; null when it was for something else.</summary>
    public ProcessManagerException? Refusal(Exception error)
    {
        var where = string.Join(" or ", new[] { _options.SocketPath, _options.Tcp?.Url.ToString() }.Where(x => x is not null));
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return new ProcessManagerException(ErrorCode.AddressInUse, $"Something else listens at {where}.", error);
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return new ProcessManagerException(ErrorCode.PermissionDenied, $"This user may not listen at {where}.", error);
                case SocketException { SocketErrorCode: SocketError.AddressNotAvailable }:
                    return ProcessManagerException.Invalid([new Fault("url", $"{where} isn't an address of this machine")]);
            }
        }

        return null;
    }

    public void Dispose() => _unix?.Dispose();

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // Bodies are bounded where they are read, by what they are.
        kestrel.Limits.MaxRequestBodySize = null;
        if (_unix is not null)
        {
            kestrel.ListenUnixSocket(_unix.Path);
        }

        if (_tcp is not null)
        {
            kestrel.Listen(_tcp.Address, listen =>
            {
                if (_options.Tcp!.Url.Scheme == Uri.UriSchemeHttps)
                {
                    listen.UseHttps(_options.Tcp.Certificate!);
                }
            });
        }
    }
}
