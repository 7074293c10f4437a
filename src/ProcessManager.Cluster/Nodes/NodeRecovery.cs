using Microsoft.Extensions.Logging;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>
/// Going on after the node was away, however it went: each process whose child, or trace of one, is here is asked whether it is still its own; what is nobody's is ended. All
/// is asked until it is answered, for hours if the database is away for hours: nothing is ended because nobody could say whose it is.
/// </summary>
internal sealed class NodeRecovery(NodeSurroundings around, Machine machine, ReportRelay relay)
{
    /// <summary>What processes are told by then is journaled; the rest is told again.</summary>
    private static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ListPatience = TimeSpan.FromSeconds(30);

    private readonly Questions _questions = new(around);

    /// <param name="Known">Attempts found here that are their processes' own.</param>
    /// <param name="Orphans">Living children that nobody knew: they were ended.</param>
    public sealed record Report(int Known, ValueList<Orphan> Orphans);

    public async Task<Report> RunAsync(CancellationToken cancellationToken)
    {
        var logs = machine.Logs.Ids().ToList();
        var answers = await _questions.AskAsync(
            machine.Supervisor.Recorded().Concat(machine.Supervisor.Marked()).Select(found => new Question(found.Id, found.Epoch)), cancellationToken);
        var known = answers.Where(answer => answer.Value).Select(answer => answer.Key.Id).ToHashSet();
        var members = await MembersAsync(cancellationToken);

        // A process says that it is up here, and the ledger nothing: a command never arrived, or its entry was lost with the power. It has to hear before the ledger counts as complete.
        await _questions.AskAsync(members.Where(member => IsUp(member) && !known.Contains(member.Id)).Select(member => new Question(member.Id, null)), cancellationToken);
        await Task.WhenAny(relay.SettledAsync(cancellationToken), Task.Delay(SettlePatience, around.Clock, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();

        // Those that weren't asked about came meanwhile; those that weren't answered may be anybody's.
        var orphans = await machine.Supervisor.EndOrphansAsync((id, epoch) => answers.GetValueOrDefault(new Question(id, epoch), true));
        known.UnionWith(members.Select(member => member.Id));
        await DeleteLogsAsync(logs.Where(id => !known.Contains(id)), cancellationToken);
        return new Report(answers.Values.Count(own => own), [.. orphans]);
    }

    /// <summary>
    /// Tells those that are up here once more. On a silo that hadn't heard yet that the node is back, a process may have found it away again, when it was told the first time.
    /// </summary>
    public async Task TellAgainAsync(CancellationToken cancellationToken) =>
        await _questions.AskAsync(machine.Supervisor.Marked().Select(found => new Question(found.Id, null)).Distinct(), cancellationToken);

    /// <summary>Tells everybody of the orphans that were ended, until it is heard.</summary>
    public async Task TellAsync(ValueList<Orphan> orphans, CancellationToken cancellationToken)
    {
        if (orphans.Count == 0)
        {
            return;
        }

        var now = around.Clock.GetUtcNow();
        ValueList<ProcessEvent> events = [.. orphans.Select(orphan => new ProcessEvent
        {
            Cursor = "",
            Time = now,
            Node = around.Name,
            Type = EventType.Orphan,
            Id = orphan.Id,
            Run = orphan.Epoch.Run,
            Attempt = orphan.Epoch.Attempt,
            Data = new EventData { Detail = "a child of this node that no process calls its own any more: it was ended" },
        })];
        await UntilAsync(async () => (await around.Grains.GetGrain<IEventLogGrain>(0).AppendNoticesAsync(events)).Unwrap(), cancellationToken);
    }

    private static bool IsUp(ProcessInfo info) => info.Phase is not (Phase.Created or Phase.Terminated or Phase.Finished);

    /// <summary>Who says that it is on this node; without those of partitions that can't say, because a record of theirs can't be read.</summary>
    private async Task<List<ProcessInfo>> MembersAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ListPatience);
        var partitions = await Task.WhenAll(Enumerable.Range(0, IndexPartitions.Count).Select(partition => MembersAsync(partition, patience.Token)));
        cancellationToken.ThrowIfCancellationRequested();
        return [.. partitions.SelectMany(members => members)];
    }

    private async Task<List<ProcessInfo>> MembersAsync(int partition, CancellationToken cancellationToken)
    {
        var index = around.Grains.GetGrain<IIndexGrain>(partition);
        var query = new ProcessQuery { Node = around.Name, Limit = ProcessQuery.MaxLimit };
        List<ProcessInfo> members = [];
        try
        {
            ValueList<ProcessInfo> page;
            do
            {
                page = await UntilAsync(async () => (await index.ListAsync(query)).Unwrap(), cancellationToken);
                members.AddRange(page);
                query = page.Count > 0 ? query with { After = page[^1].Id.Value } : query;
            }
            while (page.Count >= ProcessQuery.MaxLimit);
        }
        catch (OperationCanceledException)
        {
            // What it would have said is asked of the processes themselves, as far as there is a trace of them here.
        }

        return members;
    }

    /// <summary>Of processes that have ended or moved, and said so while the node couldn't hear it.</summary>
    private async Task DeleteLogsAsync(IEnumerable<ProcessId> ids, CancellationToken cancellationToken)
    {
        var answers = await _questions.AskAsync(ids.Select(id => new Question(id, null)), cancellationToken);
        foreach (var (question, _) in answers.Where(answer => !answer.Value))
        {
            machine.Logs.Delete(question.Id);
        }
    }

    private async Task<T> UntilAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        var pauses = Pauses.UpToSeconds;
        while (true)
        {
            try
            {
                return await ask().WaitAsync(cancellationToken);
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Whatever it is that can't answer now, nothing here goes on without it.
                await Task.Delay(pauses.Next(), around.Clock, cancellationToken);
            }
        }
    }
}
