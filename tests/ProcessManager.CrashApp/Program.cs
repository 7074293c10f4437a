using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using ProcessManager;
using ProcessManager.CrashApp;
using ProcessManager.Embedded;
using ProcessManager.Os;

// An app that embeds the library and dies with -9 at a moment of choice. It reads one verb a line and answers with one line each:
//   start ID LIFETIME COMMAND…   create a process of `sh -c COMMAND` (lifetime Keep or WithManager); answers its OS pid
//   stop ID                      stop it; answers when it is terminated
//   crash MOMENT                 from now on: kill -9 of this app when that moment is passed
//   list                         id=phase:pid:run.attempt:reason of each
// Its arguments: the data directory.
await using var manager = new EmbeddedProcessManager(new EmbeddedOptions { DataDirectory = args[0] }, NullLoggerFactory.Instance);
var recovery = await manager.StartAsync();
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ready {recovery.Processes} {recovery.Adopted} {recovery.Ended} {recovery.Orphans.Count}"));

while (Console.ReadLine() is { } line)
{
    var words = line.Split(' ', 4);
    try
    {
        Console.WriteLine(words[0] switch
        {
            "start" => await StartAsync(words[1], Enum.Parse<Lifetime>(words[2]), words[3]),
            "stop" => (await manager.StopAsync(ProcessId.Parse(words[1]), new StopOptions { Wait = true })).Phase.ToString(),
            "crash" => CrashAt(Enum.Parse<Moment>(words[1])),
            "list" => await ListAsync(),
            _ => $"no such verb: {words[0]}",
        });
    }
    catch (ProcessManagerException failure)
    {
        Console.WriteLine($"error {failure.Code} {failure.Message}");
    }
}

async Task<string> StartAsync(string id, Lifetime lifetime, string command)
{
    var info = await manager.CreateAsync(new ProcessSpec
    {
        Id = ProcessId.Parse(id),
        Command = command,
        Shell = true,
        Lifetime = lifetime,
        Stop = new StopSpec { Grace = TimeSpan.FromSeconds(2) },
    });
    return string.Create(CultureInfo.InvariantCulture, $"{info.OsPid}");
}

async Task<string> ListAsync()
{
    var page = await manager.ListAsync(new ProcessQuery { Limit = ProcessQuery.MaxLimit });
    return string.Join(' ', page.Items.Select(info => $"{info.Id}={info.Phase}:{info.OsPid}:{info.Run}.{info.Attempt}:{info.Reason}"));
}

static string CrashAt(Moment moment)
{
    Moments.Passing = passed =>
    {
        if (passed == moment)
        {
            _ = Native.Kill(Environment.ProcessId, 9);
        }
    };
    return "armed";
}
