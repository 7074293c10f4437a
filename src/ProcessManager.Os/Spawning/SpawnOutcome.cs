namespace ProcessManager.Os;

/// <summary>What came of a <see cref="SpawnRequest"/>.</summary>
internal abstract record SpawnOutcome
{
    private SpawnOutcome()
    {
    }

    /// <summary>
    /// The child runs the command (exec succeeded), or has ended already; nobody has waited for it. The caller owns <paramref name="PidFd"/>
    /// and must have it watched (<see cref="ExitWatcher"/>), or a zombie stays.
    /// </summary>
    public sealed record Spawned(PidFd PidFd, ChildIdentity Child, DateTimeOffset At) : SpawnOutcome
    {
        /// <summary>It didn't get into the control group that was made for it.</summary>
        public bool IsOutsideGroup { get; init; }
    }

    /// <summary>The command didn't run. <paramref name="Errno"/> is 0 where no call failed. <paramref name="Transient"/>: a second later it may succeed.</summary>
    public sealed record Failed(ErrorInfo Error, int Errno, bool Transient, DateTimeOffset At) : SpawnOutcome;

    /// <summary>The marker was there before: an earlier spawn of the same attempt got as far as exec. Nothing ran now.</summary>
    public sealed record MarkerExists(DateTimeOffset At) : SpawnOutcome;
}
