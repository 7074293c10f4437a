using System.Collections.Concurrent;
using Orleans;

namespace ProcessManager.Cluster.Tests;

/// <summary>Answers in the place of the grains of processes, of the index and of the event log, so that a test sees what a node tells them and says what they answer.</summary>
internal sealed class ScriptedProcesses(bool scripted)
{
    public ConcurrentQueue<(ProcessId Id, string Node, Epoch Epoch, SupervisorReport Report)> Reports { get; } = new();

    public ConcurrentQueue<(ProcessId Id, Epoch Epoch)> Grants { get; } = new();

    public ConcurrentQueue<(ProcessId Id, string Node, Epoch? Epoch)> Asked { get; } = new();

    public ConcurrentQueue<ProcessEvent> Notices { get; } = new();

    public ConcurrentDictionary<long, int> Touches { get; } = new();

    public ConcurrentDictionary<ProcessId, TaskCompletionSource> Terminated { get; } = new();

    /// <summary>What a report is answered; it may throw.</summary>
    public Func<ProcessId, SupervisorReport, bool> OnReport { get; set; } = (_, _) => true;

    public Func<ProcessId, Epoch?, bool> OnNodeBack { get; set; } = (_, _) => true;

    public IEnumerable<ChildIdentity> Children => Reports.Select(told => told.Report).OfType<SupervisorReport.Spawned>().Select(told => told.Child).Distinct();

    public IEnumerable<SupervisorReport> ReportsOf(ProcessId id) => Reports.Where(told => told.Id == id).Select(told => told.Report);

    public async Task AnswerAsync(IIncomingGrainCallContext call)
    {
        if (!scripted)
        {
            Note(call);
            await call.Invoke();
        }
        else if (call.InterfaceMethod.DeclaringType == typeof(IProcessGrain))
        {
            await OfProcessAsync(ProcessGrains.IdOf(call.TargetId.Key.ToString()!), call);
        }
        else if (call.InterfaceMethod.Name == nameof(IEventLogGrain.AppendNoticesAsync))
        {
            foreach (var notice in (ValueList<ProcessEvent>)call.Request.GetArgument(0)!)
            {
                Notices.Enqueue(notice);
            }

            call.Result = Answer.Of(true);
        }
        else
        {
            if (call.InterfaceMethod.DeclaringType == typeof(IIndexGrain) && call.InterfaceMethod.Name == nameof(IIndexGrain.TouchAsync))
            {
                Touches.AddOrUpdate(call.TargetId.GetIntegerKey(), 1, (_, times) => times + 1);
            }

            await call.Invoke();
        }
    }

    private void Note(IIncomingGrainCallContext call)
    {
        if (call.InterfaceMethod is { Name: nameof(IProcessGrain.ReportAsync) } method && method.DeclaringType == typeof(IProcessGrain))
        {
            Note(ProcessGrains.IdOf(call.TargetId.Key.ToString()!), call);
        }
    }

    private void Note(ProcessId id, IIncomingGrainCallContext call) => Reports.Enqueue(
        (id, (string)call.Request.GetArgument(0)!, (Epoch)call.Request.GetArgument(1)!, (SupervisorReport)call.Request.GetArgument(2)!));

    private async Task OfProcessAsync(ProcessId id, IIncomingGrainCallContext call)
    {
        switch (call.InterfaceMethod.Name)
        {
            case nameof(IProcessGrain.ReportAsync):
                call.Result = OnReport(id, (SupervisorReport)call.Request.GetArgument(2)!);
                Note(id, call);
                break;
            case nameof(IProcessGrain.GrantAsync):
                Grants.Enqueue((id, (Epoch)call.Request.GetArgument(0)!));
                break;
            case nameof(IProcessGrain.NodeBackAsync):
                var epoch = (Epoch?)call.Request.GetArgument(1);
                Asked.Enqueue((id, (string)call.Request.GetArgument(0)!, epoch));
                call.Result = OnNodeBack(id, epoch);
                break;
            case nameof(IProcessGrain.LookAsync):
                call.Result = Answer.Of(ViewOf(id));
                break;
            case nameof(IProcessGrain.UntilAsync):
                await Terminated.GetOrAdd(id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                call.Result = Answer.Of<ProcessView?>(ViewOf(id));
                break;
            default:
                throw new NotSupportedException(call.InterfaceMethod.Name);
        }
    }

    /// <summary>The child of a process, once its spawn was told.</summary>
    public async Task<ChildIdentity> ChildOfAsync(ProcessId id)
    {
        await NodeCluster.UntilAsync(() => ReportsOf(id).Any(), () => $"Nothing was told of {id}.");
        return ReportsOf(id).First().ShouldBeOfType<SupervisorReport.Spawned>().Child;
    }

    private static ProcessView ViewOf(ProcessId id)
    {
        var now = TimeProvider.System.GetUtcNow();
        var state = ProcessMachine.Create(id, new ProcessSpec { Command = "scripted" }, oneOff: false, now);
        return new ProcessView(state, null, state.ToInfo(null, Lifetime.Keep, null, now), Removed: false);
    }
}
