using System.Text.Json;

namespace ProcessManager.Embedded;

/// <summary>What one turn writes, in one piece or not at all. Made on the turn's thread, so that the writer's only writes.</summary>
internal sealed class JournalEntry
{
    /// <summary>Null for an event that is about no one process.</summary>
    public required ProcessId? Id { get; init; }

    /// <summary>The snapshot; null leaves it as it is.</summary>
    public byte[]? State { get; init; }

    /// <summary>The spec, when the turn changed it.</summary>
    public byte[]? Spec { get; init; }

    public IReadOnlyList<(Epoch Epoch, DateTimeOffset EndedAt, byte[] Body)> Attempts { get; init; } = [];

    public IReadOnlyList<ProcessEvent> Events { get; init; } = [];

    /// <summary>Attempts that ended before this time go.</summary>
    public DateTimeOffset? PurgeBefore { get; init; }

    /// <summary>A pool's record, and its body; null: it goes.</summary>
    public (string Name, byte[]? Body)? Pool { get; init; }

    /// <summary>The record goes, with all that belongs to it.</summary>
    public bool Removed { get; init; }

    /// <summary>
    /// Called once it is on the disk, on the journal's thread, before its events are told: who hears of an event finds the state that it is about.
    /// </summary>
    public Action OnWritten { get; init; } = () => { };

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, ProcessManagerJson.Options);

    /// <summary>What a turn means for the database.</summary>
    /// <param name="before">Called before the turn is in force, once it is written.</param>
    public static JournalEntry Of(ProcessTurn turn, Action before)
    {
        var (state, changes, removed) = (turn.After, turn.Unwritten, turn.Removes);
        return new JournalEntry
        {
            Id = state.Id,
            State = removed ? null : Write(state),
            Spec = !removed && changes.Any(change => change is ProcessChange.Created or ProcessChange.SpecChanged) ? Write(state.Spec) : null,
            Attempts = removed
                ? []
                : [.. changes.OfType<ProcessChange.Ended>().Select(ended => (EpochOf(ended.Result), ended.Result.EndedAt, Write(ended.Result)))],
            Events = turn.Events,
            PurgeBefore = changes.OfType<ProcessChange.RunsPurged>().LastOrDefault()?.EndedBefore,
            Removed = removed,
            OnWritten = () =>
            {
                before();
                turn.Install();
            },
        };
    }

    private static Epoch EpochOf(AttemptResult result) => new(result.Run, result.Attempt);
}
