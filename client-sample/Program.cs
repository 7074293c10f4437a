// An app that uses a cluster through an Orleans client: it starts a process, watches it, runs a command, and stops.
//
//   dotnet run -c Release --project client-sample                        a silo started with --local on this machine
//   dotnet run -c Release --project client-sample -- "Host=db;…" shop    silos on this database, in the cluster "shop"
//
// Kill the silo that it is connected to while it runs: it goes on with another one.
using ClientSample;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ProcessManager;

var builder = Host.CreateApplicationBuilder();
builder.Logging.AddFilter("Orleans", LogLevel.Error); // else it tells of each connection
builder.UseOrleansClient(client => client.Connect(args));
using var host = builder.Build();
await host.StartAsync();

var processes = host.Services.GetRequiredService<IProcessManager>();
using var end = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    end.Cancel();
};

foreach (var node in await processes.GetNodesAsync(end.Token))
{
    Console.WriteLine($"node {node.Name}: {node.State}, {node.Load} processes");
}

// Where it runs is the cluster's choice, unless the spec says Node or NodeLabels.
var ticker = ProcessId.Parse("ticker");
await processes.UpdateAsync(
    new ProcessSpec
    {
        Id = ticker,
        Command = "while sleep 1; do date +%T; done",
        Shell = true,
        Restart = new RestartPolicy { When = RestartWhen.OnFailure },
    },
    cancellationToken: end.Token);
var info = await processes.StartAsync(ticker, end.Token);
Console.WriteLine($"{info.Id} is {info.Phase} on {info.Node} as {info.OsPid}");

// A command is a process too; its result comes back from whatever node it ran on.
var kernel = await processes.RunAsync(new ProcessSpec { Command = "uname", Args = ["-sr"] }, cancellationToken: end.Token);
Console.WriteLine($"a command said: {kernel.EnsureSuccess().Output.Trim()}");

try
{
    // Until Ctrl-C. Events and output go on wherever they are read from, when a silo dies in between.
    await Task.WhenAll(Watching.EventsAsync(processes, ticker, end.Token), Watching.OutputAsync(processes, ticker, end.Token));
}
catch (OperationCanceledException)
{
    info = await processes.StopAsync(ticker, new StopOptions { Wait = true });
    Console.WriteLine($"{info.Id} is {info.Phase}: {info.Reason}");
}

await host.StopAsync();
