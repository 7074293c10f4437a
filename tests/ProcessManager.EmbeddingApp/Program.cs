// An app with a manager inside, for the tests that kill it: it has one child that ends with it, as an app's do, and one that is kept. It
// says of each its phase and OS pid, and then waits to be ended.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ProcessManager;
using ProcessManager.Embedded;

var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
builder.Services.AddProcessManager(new EmbeddedOptions { DataDirectory = args[0] });
using var host = builder.Build();
await host.StartAsync();

var manager = host.Services.GetRequiredService<IProcessManager>();
await Tell("mine", lifetime: null);
await Tell("kept", Lifetime.Keep);
await Console.Out.WriteLineAsync("told");
await host.WaitForShutdownAsync();

async Task Tell(string name, Lifetime? lifetime)
{
    var id = ProcessId.Parse(name);
    ProcessInfo info;
    try
    {
        info = await manager.GetAsync(id);
    }
    catch (ProcessManagerException error) when (error.Code == ErrorCode.NotFound)
    {
        info = await manager.CreateAsync(new ProcessSpec { Id = id, Command = "sleep", Args = ["1000"], Lifetime = lifetime });
    }

    await Console.Out.WriteLineAsync($"{name} {info.Phase} {info.OsPid}");
}
