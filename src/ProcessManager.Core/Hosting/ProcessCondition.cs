using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>What can be waited for. Data, so that a wait can go to where the process is.</summary>
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(NextRun), "nextRun")]
[JsonDerivedType(typeof(Moved), "moved")]
[JsonDerivedType(typeof(Past), "past")]
[JsonDerivedType(typeof(Ready), "ready")]
[JsonDerivedType(typeof(Over), "over")]
[JsonDerivedType(typeof(Terminated), "terminated")]
[JsonDerivedType(typeof(Finished), "finished")]
[JsonDerivedType(typeof(LetGo), "letGo")]
[JsonDerivedType(typeof(Removed), "removed")]
internal abstract record ProcessCondition
{
    private ProcessCondition()
    {
    }

    /// <summary>Whether it holds. A process that was removed keeps nobody waiting, whatever for.</summary>
    public abstract bool Holds(ProcessState state);

    /// <summary>The outcome of the spawn of <paramref name="Epoch"/> is known, or what it has to wait for: when create and start are answered.</summary>
    public sealed record Started(Epoch Epoch) : ProcessCondition
    {
        public override bool Holds(ProcessState state) =>
            state.Epoch > Epoch || (state.Phase == Phase.Starting ? state.Child is not null : !state.IsToBeLookedAt);
    }

    /// <summary>The run that is to follow <paramref name="Run"/> has opened, or was called off.</summary>
    public sealed record NextRun(int Run) : ProcessCondition
    {
        public override bool Holds(ProcessState state) => state.Epoch.Run > Run || !state.StartNext;
    }

    /// <summary>A dependency stands otherwise than <paramref name="Before"/>.</summary>
    public sealed record Moved(Dependency On, Standing Before) : ProcessCondition
    {
        public override bool Holds(ProcessState state) => DependencyStanding.Of(On, state).Standing != Before;
    }

    /// <summary>Another attempt than <paramref name="Epoch"/> has begun, or its run is over.</summary>
    public sealed record Past(Epoch Epoch) : ProcessCondition
    {
        public override bool Holds(ProcessState state) => state.Epoch > Epoch || state.RunIsOver(Epoch.Run);
    }

    /// <summary>Ready and in reach, or over before it was.</summary>
    public sealed record Ready(int Run) : ProcessCondition
    {
        public override bool Holds(ProcessState state) => state.IsReady || state.RunIsOver(Run);
    }

    /// <summary>The end of the run is known, whatever it left.</summary>
    public sealed record Over(int Run) : ProcessCondition
    {
        public override bool Holds(ProcessState state) => state.RunIsOver(Run);
    }

    /// <summary>The run is over and nothing of it is left. A process that was never started has nothing to wait for.</summary>
    public sealed record Terminated(int Run) : ProcessCondition
    {
        public override bool Holds(ProcessState state) => Run == 0 || state.RunIsTerminated(Run);
    }

    public sealed record Finished(int Run) : ProcessCondition
    {
        public override bool Holds(ProcessState state) => Run == 0 || Run < state.Epoch.Run || state.Phase == Phase.Finished;
    }

    /// <summary>It is let go of (removed), or couldn't be.</summary>
    public sealed record LetGo : ProcessCondition
    {
        public override bool Holds(ProcessState state) => !state.Detaching;
    }

    /// <summary>It is gone and its id is free.</summary>
    public sealed record Removed : ProcessCondition
    {
        public override bool Holds(ProcessState state) => false;
    }
}
