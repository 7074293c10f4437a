namespace ProcessManager.Os;

/// <summary>The moments of a life between which a manager can be killed, each leaving something else behind.</summary>
internal enum Moment
{
    /// <summary>The decision to start is on the disk; nothing was done about it.</summary>
    Decided,

    /// <summary>The child runs; nobody has written that down.</summary>
    Spawned,

    /// <summary>The ledger knows the child; the journal doesn't.</summary>
    Recorded,

    /// <summary>The journal knows the child.</summary>
    Started,

    /// <summary>The tree was told to end.</summary>
    Stopping,
}

/// <summary>Tells a test which moment is passed, so that it can end the manager right there. Does nothing else.</summary>
internal static class Moments
{
    public static Action<Moment>? Passing { get; set; }

    public static void Pass(Moment moment) => Passing?.Invoke(moment);
}
