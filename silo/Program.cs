using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ProcessManager;
using ProcessManager.Cluster;
using ProcessManager.Http;
using ProcessManager.Silo;

return await new SiloCommand(RunAsync).InvokeAsync(args);

static async Task RunAsync(SiloOptions options, CancellationToken cancellationToken)
{
    using var interrupts = new Interrupts();
    Ports.EnsureFree(options);
    if (options.Database is { } database)
    {
        await PostgresSchema.CheckAsync(database, options.ClusterId, cancellationToken);
    }

    using var doors = await ServerDoors.OpenAsync(options.Doors, cancellationToken);
    var log = new StartingLog(options.LogLevel);
    await using var app = SiloApp.Build(options, doors, log);
    await StartAsync(app, options, doors, cancellationToken);
    log.Started();
    using var telemetry = TelemetryExport.FromEnvironment(app.Services.GetRequiredService<IProcessManager>(), TimeProvider.System);

    // The node itself may end it too, when it turns out that its name is another's.
    var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
    var ending = Task.WhenAny(interrupts.First, Task.Delay(Timeout.Infinite, lifetime.ApplicationStopping));
    var node = app.Services.GetRequiredService<Node>();
    if (await Arrival.WaitAsync(node, ending))
    {
        Console.WriteLine(Words.Ready(options, ServerDoors.Addresses(app)));
    }

    await ending;
    var farewell = await Farewell.SayAsync(
        node, app.Services.GetRequiredService<IProcessManager>(), options.StopChildren, interrupts.Second);
    // No new calls, those under way end; the grains go to other silos, and the children stay.
    await app.StopAsync(interrupts.Second);
    foreach (var line in Words.Goodbye(options, farewell))
    {
        Console.WriteLine(line);
    }

    if (!interrupts.First.IsCompleted)
    {
        throw new ProcessManagerException(ProcessManager.ErrorCode.Unavailable, "The silo ended by itself; what it logged says why.");
    }
}

static async Task StartAsync(WebApplication app, SiloOptions options, ServerDoors doors, CancellationToken cancellationToken)
{
    try
    {
        await app.StartAsync(cancellationToken);
    }
    catch (Exception error)
    {
        await SiloApp.AbandonAsync(app);
        if (StartFailure.Explain(error, options, doors) is { } explained)
        {
            throw explained;
        }

        throw;
    }
}
