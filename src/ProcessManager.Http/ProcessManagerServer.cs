using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ProcessManager.Http;

/// <summary>
/// The HTTP API of a manager on a unix socket, a TCP address or both, with their protections. It reads no configuration and takes no signals: whoever
/// starts it ends it. The manager itself isn't its own and lives on. A host that has a builder of its own uses <see cref="ServerDoors"/> instead.
/// </summary>
public sealed class ProcessManagerServer : IAsyncDisposable
{
    /// <summary>What answers that are under way get to end by themselves; waits and streams are told to end at once.</summary>
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly ServerDoors _doors;

    private ProcessManagerServer(WebApplication app, ServerDoors doors, IReadOnlyList<string> addresses) => (_app, _doors, Addresses) = (app, doors, addresses);

    /// <summary>Where it listens, as Kestrel writes it: <c>http://unix:/run/procman.sock</c>, <c>http://127.0.0.1:7777</c>.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="ProcessManagerException">
    /// InvalidSpec: the options; AddressInUse: somebody else listens there; PermissionDenied, StorageUnavailable: the socket or the token file.
    /// </exception>
    public static async Task<ProcessManagerServer> StartAsync(
        IProcessManager manager, ServerOptions options, ILoggerFactory? logging = null, CancellationToken cancellationToken = default)
    {
        var doors = await ServerDoors.OpenAsync(options, cancellationToken);
        var app = Build(manager, doors, logging ?? NullLoggerFactory.Instance);
        try
        {
            await app.StartAsync(cancellationToken);
            return new ProcessManagerServer(app, doors, ServerDoors.Addresses(app));
        }
        catch (Exception error)
        {
            await app.DisposeAsync();
            doors.Dispose();
            if (doors.Refusal(error) is { } refusal)
            {
                throw refusal;
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
        _doors.Dispose();
    }

    private static WebApplication Build(IProcessManager manager, ServerDoors doors, ILoggerFactory logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(logging);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(manager);
        doors.AddTo(builder);

        var app = builder.Build();
        doors.Guard(app);
        app.MapProcessManager();
        return app;
    }

    /// <summary>The default one would take SIGTERM and SIGINT away from the program around.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
