using System.Globalization;
using ProcessManager.Embedded;

namespace ProcessManager.CrashApp;

/// <summary>
/// Starts, stops, restarts and removes processes for as long as the app lives. Each attempt writes its mark to a file as its first deed, so that
/// one that is run twice is seen there.
/// </summary>
internal sealed class Churn(EmbeddedProcessManager manager, string name, string file)
{
    /// <summary>So many at a time: an old one goes before a new one comes.</summary>
    private const int Kept = 4;

    private readonly Random _dice = new(name.GetHashCode(StringComparison.Ordinal));
    private readonly Queue<ProcessId> _ids = new();
    private int _made;

    public async Task GoOnAsync()
    {
        while (true)
        {
            try
            {
                await StepAsync();
            }
            catch (ProcessManagerException refused) when (refused.Code is ErrorCode.NotFound or ErrorCode.InvalidState)
            {
                // Another order was faster; any mixture of them is what this is about.
            }
        }
    }

    private async Task StepAsync()
    {
        if (_ids.Count < Kept)
        {
            var id = ProcessId.Parse(string.Create(CultureInfo.InvariantCulture, $"{name}n{_made++}"));
            _ids.Enqueue(id);
            var ends = _dice.Next(3) == 0 ? "exit 0" : "exec sleep 1000";
            await manager.CreateAsync(new ProcessSpec
            {
                Id = id,
                Command = $"echo \"$PROCMAN_RUN\" >> {file}; {ends}",
                Shell = true,
                Lifetime = Lifetime.Keep,
            });
            return;
        }

        var one = _ids.Dequeue();
        switch (_dice.Next(5))
        {
            case 0:
                await manager.RemoveAsync(one, new StopOptions { Grace = TimeSpan.FromMilliseconds(50) });
                return;
            case 1:
                await manager.StopAsync(one);
                break;
            case 2:
                await manager.StartAsync(one);
                break;
            case 3:
                await manager.KillAsync(one);
                break;
            default:
                await manager.RestartAsync(one, new StopOptions { Wait = true });
                break;
        }

        _ids.Enqueue(one);
    }
}
