using Decision = ProcessManager.Decision<ProcessManager.ProcessChange, ProcessManager.ProcessEffect>;

namespace ProcessManager;

/// <content>Runs that a schedule opens. Times that passed while nobody was there to see them count as one.</content>
public static partial class ProcessMachine
{
    private static Decision KeepSchedule(ProcessState state, Placement? placement, DateTimeOffset now)
    {
        ProcessChange kept = new ProcessChange.Scheduled(NextScheduled(state, now), now);
        if (state.Phase is not (Phase.Created or Phase.Terminated or Phase.Finished) || NothingToStart(state) is not null)
        {
            return new([kept], []);
        }

        var run = OpenRun(state, placement, now);
        return new([kept, .. run.Changes], run.Effects);
    }

    private static DateTimeOffset? NextScheduled(ProcessState state, DateTimeOffset now) =>
        state.OneOff ? null : ScheduleRules.Next(state.Spec.Schedule, state.CreatedAt, now);
}
