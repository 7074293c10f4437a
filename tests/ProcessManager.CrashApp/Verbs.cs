using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using ProcessManager.Embedded;
using ProcessManager.Os;

namespace ProcessManager.CrashApp;

/// <summary>
/// What the app can be told; each verb is a line and is answered by a line:
/// <code>
/// start ID LIFETIME COMMAND…   create a process of `sh -c COMMAND` (lifetime Keep or WithManager); answers its OS pid
/// nest ID DATA LINE            create a process that is this app on another data directory; LINE is the first thing it does
/// stop ID                      stop it; answers its phase when it is terminated
/// crash MOMENT                 from now on: kill -9 of this app when that moment is passed
/// churn GENERATION FILE        from now on start, stop, restart and remove processes, without end
/// list                         all infos, as JSON
/// stay                         never answers
/// </code>
/// The first answer is to no verb: <c>ready PROCESSES ADOPTED ENDED ORPHANS</c>.
/// </summary>
internal sealed class Verbs : IAsyncDisposable
{
    private readonly EmbeddedProcessManager _manager;
    private readonly List<Task> _churns = [];

    private Verbs(EmbeddedProcessManager manager) => _manager = manager;

    public static async Task<Verbs> StartAsync(string dataDirectory)
    {
        var manager = new EmbeddedProcessManager(new EmbeddedOptions { DataDirectory = dataDirectory }, NullLoggerFactory.Instance);
        var found = await manager.StartAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ready {found.Processes} {found.Adopted} {found.Ended} {found.Orphans.Count}"));
        return new Verbs(manager);
    }

    public async Task<string> AnswerAsync(string line)
    {
        var words = line.Split(' ', 4);
        try
        {
            return words[0] switch
            {
                "start" => await StartAsync(words[1], Enum.Parse<Lifetime>(words[2]), words[3]),
                "nest" => await NestAsync(words[1], words[2], words[3]),
                "stop" => (await _manager.StopAsync(ProcessId.Parse(words[1]), new StopOptions { Wait = true })).Phase.ToString(),
                "crash" => CrashAt(Enum.Parse<Moment>(words[1])),
                "churn" => Churn(words[1], words[2]),
                "list" => JsonSerializer.Serialize(await ListAsync(), ProcessManagerJson.Options),
                "stay" => await StayAsync(),
                _ => $"no such verb: {words[0]}",
            };
        }
        catch (ProcessManagerException failure)
        {
            return $"error {failure.Code} {failure.Message}";
        }
    }

    public ValueTask DisposeAsync() => _manager.DisposeAsync();

    private static string CrashAt(Moment moment)
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

    private static async Task<string> StayAsync()
    {
        await Task.Delay(Timeout.Infinite);
        return "";
    }

    private async Task<string> StartAsync(string id, Lifetime lifetime, string command)
    {
        var info = await _manager.CreateAsync(new ProcessSpec
        {
            Id = ProcessId.Parse(id),
            Command = command,
            Shell = true,
            Lifetime = lifetime,
            Stop = new StopSpec { Grace = TimeSpan.FromSeconds(2) },
        });
        return string.Create(CultureInfo.InvariantCulture, $"{info.OsPid}");
    }

    /// <summary>What the nested manager keeps isn't this one's to end: killMode process.</summary>
    private async Task<string> NestAsync(string id, string dataDirectory, string line)
    {
        var info = await _manager.CreateAsync(new ProcessSpec
        {
            Id = ProcessId.Parse(id),
            Command = Environment.ProcessPath!,
            Args = [typeof(Verbs).Assembly.Location, dataDirectory, line, "stay"],
            Lifetime = Lifetime.Keep,
            Stop = new StopSpec { KillMode = KillMode.Process },
            Restart = new RestartPolicy { When = RestartWhen.Always, Delay = TimeSpan.FromMilliseconds(50) },
        });
        return string.Create(CultureInfo.InvariantCulture, $"{info.OsPid}");
    }

    private string Churn(string generation, string file)
    {
        for (var lane = 0; lane < 4; lane++)
        {
            var churn = new Churn(_manager, $"g{generation}l{lane}", file);
            _churns.Add(churn.GoOnAsync());
        }

        return "churning";
    }

    private async Task<IReadOnlyList<ProcessInfo>> ListAsync() =>
        (await _manager.ListAsync(new ProcessQuery { Limit = ProcessQuery.MaxLimit })).Items;
}
