using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>Says that this silo is there, and starts what the start of the cluster has to start. Any silo may: starting what is up changes nothing.</summary>
internal sealed partial class TemplateStartup(Node node, IProcessManager manager, IGrainFactory grains, ILocalSiloDetails silo, MillisecondClock clock, ILogger<TemplateStartup> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _end = new();
    private Task _living = Task.CompletedTask;

    private ITemplatesGrain Templates => grains.GetGrain<ITemplatesGrain>(0);

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(TemplateStartup), ServiceLifecycleStage.Active, Start, StopAsync);

    public void Dispose() => _end.Dispose();

    private Task Start(CancellationToken cancellationToken)
    {
        _living = Task.Run(LiveAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await _end.CancelAsync();
        await _living.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task LiveAsync()
    {
        await node.Recovered.WaitAsync(_end.Token);
        while (true)
        {
            await TurnAsync();
            await Task.Delay(Every, clock, _end.Token);
        }
    }

    private async Task TurnAsync()
    {
        try
        {
            var answer = await Templates.HereAsync(silo.SiloAddress.ToParsableString()).WaitAsync(_end.Token);
            foreach (var name in answer.Value ?? [])
            {
                await StartAsync(name);
            }
        }
        catch (Exception broken) when (Repeating.IsBroken(broken))
        {
            // Silos come and go: said again in a moment.
        }
    }

    private async Task StartAsync(string name)
    {
        try
        {
            await TemplateCalls.StartOnceAsync(manager, (await Templates.FillAsync(name, new TemplateStart())).Unwrap(), _end.Token);
        }
        catch (ProcessManagerException later) when (later.Code is ErrorCode.Unavailable or ErrorCode.StorageUnavailable or ErrorCode.NodeUnavailable)
        {
            return;
        }
        catch (ProcessManagerException e)
        {
            LogUnstarted(logger, name, e.Message);
            await grains.GetGrain<IEventLogGrain>(0).AppendNoticesAsync([EventTelling.Template(EventType.TemplateRejected, name, e.Message, clock.GetUtcNow())]);
        }

        await Templates.StartedAsync(name);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The template {Name} couldn't be started with the cluster: {Why}")]
    private static partial void LogUnstarted(ILogger logger, string name, string why);
}
