namespace ProcessManager.Embedded;

/// <summary>What a manager found when it started.</summary>
/// <param name="Processes">Records loaded.</param>
/// <param name="Adopted">Children that ran on while no manager did, and are watched again.</param>
/// <param name="Ended">Children that ended meanwhile.</param>
/// <param name="Orphans">Marked children of this manager that no record knows: ended.</param>
/// <param name="Problems">Records that couldn't be read and were set aside; templates that can't be used or started.</param>
public sealed record RecoveryReport(int Processes, int Adopted, int Ended, ValueList<string> Orphans, ValueList<string> Problems);

/// <summary>Going on after the manager was away, however it went.</summary>
internal static class Recovery
{
    /// <summary>The supervisor answers at once for what it finds in its ledger and in /proc; only a hung disk takes longer.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    public static async Task<RecoveryReport> RunAsync(Engine engine, CancellationToken cancellationToken)
    {
        var (processes, problems) = JournalReader.LoadAll(engine.Journal.DatabasePath, engine.Clock.GetUtcNow());
        var entities = new List<ProcessEntity>();
        engine.Pools.Load(JournalReader.Pools(engine.Journal.DatabasePath));
        foreach (var (state, last) in processes)
        {
            var entity = new ProcessEntity(engine.Host, state, last);
            engine.Table.TryAdd(entity);
            engine.Pools.See(SlotNews.Of(state, removed: false));
            entities.Add(entity);
        }

        var began = engine.Clock.GetUtcNow();

        // Known again: the child was found, or its end was recorded, or it never was and is being started. Each is a turn of its own.
        var uncertain = entities.Where(IsUncertain).Select(entity => (Entity: entity, Before: entity.State.Version)).ToList();
        var waiting = entities.ToLookup(entity => entity.State.BlockedBy is Blocker.Dependencies);
        foreach (var entity in waiting[false])
        {
            entity.Tell(new ProcessOrder.Recover());
        }

        var (adopted, ended) = (0, 0);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerLimit);
        foreach (var (entity, before) in uncertain)
        {
            var state = await entity.UntilAsync(
                now => now.Version > before && now is not { Phase: Phase.Starting, Child: null }, limit.Token);
            adopted += state.Child?.StartedAt < began ? 1 : 0;
            ended += state.Child is null ? 1 : 0;
        }

        // What others wait for is known now: nobody is started because of a child that has gone.
        foreach (var entity in waiting[true])
        {
            entity.Tell(new ProcessOrder.Recover());
        }

        var orphans = await engine.Supervisor.EndOrphansAsync(
            (id, epoch) => engine.Table.TryGet(id, out var entity) && epoch <= entity.State.Epoch);
        if (orphans.Count > 0)
        {
            var events = orphans.Select(orphan => Told(orphan.Id, orphan.Epoch, engine.Clock.GetUtcNow()));
            await engine.Journal.AppendAsync(new JournalEntry { Id = null, Events = [.. events] });
        }

        // Records that were set aside couldn't be read, and are somebody's all the same.
        var aside = JournalReader.SetAsideIds(engine.Journal.DatabasePath);
        engine.Machine.DeleteLogsOfNobody(id => aside.Contains(id.Value) || engine.Table.TryGet(id, out _));
        engine.Pools.Open();
        return new RecoveryReport(entities.Count, adopted, ended, [.. orphans.Select(orphan => $"{orphan.Id}/{orphan.Epoch}")], [.. problems]);
    }

    private static bool IsUncertain(ProcessEntity entity) =>
        entity.State is { Phase: Phase.Starting or Phase.Running or Phase.Terminating, Ladder: null or { MainEnded: false } };

    private static ProcessEvent Told(ProcessId id, Epoch epoch, DateTimeOffset now) => new()
    {
        Cursor = "",
        Time = now,
        Type = EventType.Orphan,
        Id = id,
        Run = epoch.Run,
        Attempt = epoch.Attempt,
        Data = new EventData { Detail = "a child of this manager that no record knows: it was ended" },
    };
}
