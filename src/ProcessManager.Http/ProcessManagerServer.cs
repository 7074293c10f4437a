using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ProcessManager.Http;

/// <summary>
/// The HTTP API of a manager on a unix socket, a TCP address or both, with their protections. It reads no configuration and takes no signals: whoever
/// starts it ends it. The manager itself isn't its own and lives on.
/// </summary>
public sealed class ProcessManagerServer : IAsyncDisposable
{
    /// <summary>What answers that are under way get to end by themselves; waits and streams are told to end at once.</summary>
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly UnixDoor? _unix;

    private ProcessManagerServer(WebApplication app, UnixDoor? unix, IReadOnlyList<string> addresses) => (_app, _unix, Addresses) = (app, unix, addresses);

    /// <summary>Where it listens, as Kestrel writes it: <c>http://unix:/run/procman.sock</c>, <c>http://127.0.0.1:7777</c>.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="ProcessManagerException">
    /// InvalidSpec: the options; AddressInUse: somebody else listens there; PermissionDenied, StorageUnavailable: the socket or the token file.
    /// </exception>
    public static async Task<ProcessManagerServer> StartAsync(
        IProcessManager manager, ServerOptions options, ILoggerFactory? logging = null, CancellationToken cancellationToken = default)
    {
        if (options.SocketPath is null && options.Tcp is null)
        {
            throw ProcessManagerException.Invalid([new Fault("", "a socket path or a TCP address is needed")]);
        }

        var tcp = options.Tcp is null ? null : TcpDoor.Open(options.Tcp);
        var unix = options.SocketPath is null ? null : await UnixDoor.TakeAsync(options.SocketPath, cancellationToken);
        var app = Build(manager, unix, tcp, options, logging ?? NullLoggerFactory.Instance);
        try
        {
            await app.StartAsync(cancellationToken);
            var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
            return new ProcessManagerServer(app, unix, [.. addresses]);
        }
        catch (Exception error)
        {
            await app.DisposeAsync();
            unix?.Dispose();
            if (Told(error, options) is { } told)
            {
                throw told;
            }

            throw;
        }
    }

    /// <summary>Stops: no new requests; waits and streams end at once; the rest gets two seconds, and is cut off then.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(LastAnswers);
        await _app.StopAsync(end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
        _unix?.Dispose();
    }

    private static WebApplication Build(IProcessManager manager, UnixDoor? unix, TcpDoor? tcp, ServerOptions options, ILoggerFactory logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(logging);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(manager);
        builder.Services.AddRoutingCore();
        builder.Services.AddProcessManagerHttp();

        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseSockets(sockets =>
        {
            // Callers that may wait to be let in; the kernel takes its own limit (net.core.somaxconn) if that is lower.
            sockets.Backlog = 4096;
            sockets.CreateBoundListenSocket = address =>
                address is UnixDomainSocketEndPoint ? unix!.Bind() : SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        });
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, unix, tcp, options));

        var app = builder.Build();
        app.Use(ProblemAnswer.GuardAsync);
        app.Use(new AccessCheck(tcp).CheckAsync);
        app.MapProcessManager();
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, UnixDoor? unix, TcpDoor? tcp, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        // Bodies are bounded where they are read, by what they are.
        kestrel.Limits.MaxRequestBodySize = null;
        if (unix is not null)
        {
            kestrel.ListenUnixSocket(unix.Path);
        }

        if (tcp is not null)
        {
            kestrel.Listen(tcp.Address, listen =>
            {
                if (options.Tcp!.Url.Scheme == Uri.UriSchemeHttps)
                {
                    listen.UseHttps(options.Tcp.Certificate!);
                }
            });
        }
    }

    private static ProcessManagerException? Told(Exception error, ServerOptions options)
    {
        var where = string.Join(" or ", new[] { options.SocketPath, options.Tcp?.Url.ToString() }.Where(x => x is not null));
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

    /// <summary>The default one would take SIGTERM and SIGINT away from the program around.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
