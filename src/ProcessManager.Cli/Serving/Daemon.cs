using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using ProcessManager.Embedded;
using ProcessManager.Http;

namespace ProcessManager.Cli;

/// <summary>
/// The manager of a machine, from taking its data directory to its orderly end. Children outlive it unless their specs say otherwise.
/// </summary>
internal sealed class Daemon(Call call, EmbeddedOptions options, ServerOptions doors, bool stopChildren)
{
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var interrupts = call.Caller.Interrupts;
        interrupts.Listen();
        using var loggers = Loggers();
        await using var manager = new EmbeddedProcessManager(options, loggers);
        var found = await manager.StartAsync(cancellationToken);
        // It answers until the manager has shut down, so that one can see what is still to end.
        await using var server = await ProcessManagerServer.StartAsync(manager, doors, loggers, cancellationToken);
        using var telemetry = TelemetryExport.FromEnvironment(manager, TimeProvider.System);
        using var heap = new IdleHeap(TimeProvider.System);
        SayReady(found, server);
        ServiceNotice.Send(call.Caller, "READY=1");

        await interrupts.First.WaitAsync(cancellationToken);
        ServiceNotice.Send(call.Caller, "STOPPING=1");
        var shutdown = manager.ShutdownAsync(stopAll: stopChildren, cancellationToken: cancellationToken);
        if (await Task.WhenAny(shutdown, interrupts.Second) != shutdown)
        {
            call.Note("killing what is still to end.");
            await KillAsync(manager, cancellationToken);
        }

        SayGoodbye(await shutdown);
        return ExitCodes.Done;
    }

    /// <summary>The daemon's children inherit what any login has, and not what its own start happened to have.</summary>
    public static EmbeddedOptions Options(string dataDirectory) => new()
    {
        DataDirectory = dataDirectory,
        DefaultLifetime = Lifetime.Keep,
        DefaultInheritance = new EnvironmentInheritance { Names = ["PATH", "HOME", "USER", "SHELL", "LANG", "LC_*", "TZ"] },
        DefaultWorkingDirectory = "/",
    };

    private static ILoggerFactory Loggers() => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        // That it couldn't listen is told by the failure itself.
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        })
        // Our own output is for whoever waits for the line that says ready.
        .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));

    private void SayReady(RecoveryReport found, ProcessManagerServer server)
    {
        foreach (var problem in found.Problems)
        {
            call.Note(problem);
        }

        var places = server.Addresses.Select(address => address.Replace("http://unix:", "unix:", StringComparison.Ordinal)).ToList();
        if (call.Json)
        {
            call.PrintJson(new { Ready = places, found.Processes, found.Adopted, found.Ended, found.Orphans, found.Problems });
        }
        else
        {
            call.Print($"procman: ready on {string.Join(" and ", places)} ({Words.Count(found.Processes, "process")}, {found.Adopted} adopted)");
        }
    }

    private void SayGoodbye(ShutdownReport report)
    {
        if (call.Json)
        {
            call.PrintJson(report);
            return;
        }

        if (report.Ended.Count > 0)
        {
            call.Print($"procman: {Words.Count(report.Ended.Count, "process")} ended.");
        }

        if (report.RunningOn.Count > 0)
        {
            var serve = call.DataOption is null ? "procman serve" : $"procman serve --data {options.DataDirectory}";
            call.Print($"procman: {Words.Count(report.RunningOn.Count, "process")} {(report.RunningOn.Count == 1 ? "runs" : "run")} on without a manager: {Some(report.RunningOn)}.");
            call.Print($"procman: `{serve}` adopts them again. To end them: `procman stop ID` then, or let it end all when it stops (`{serve} --stop-children`).");
        }
    }

    private static string Some(ValueList<ProcessId> ids) => ids.Count <= 10 ? string.Join(", ", ids) : $"{string.Join(", ", ids.Take(10))}, …";

    private static async Task KillAsync(EmbeddedProcessManager manager, CancellationToken cancellationToken)
    {
        try
        {
            var ending = (await Ids.AllAsync(manager, new ProcessQuery { Phases = [Phase.Terminating] }, cancellationToken)).Select(info => info.Id);
            await Task.WhenAll(ending.Select(id => manager.KillAsync(id, wait: false, cancellationToken)));
        }
        catch (ProcessManagerException e) when (e.Code is ErrorCode.Unavailable or ErrorCode.NotFound)
        {
            // It was over in that moment.
        }
    }
}
