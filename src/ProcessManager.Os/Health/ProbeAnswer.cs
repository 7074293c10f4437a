namespace ProcessManager.Os;

/// <summary>What came of asking once.</summary>
/// <param name="Error">Why it counts as a failure; null: it is a success.</param>
internal readonly record struct ProbeAnswer(string? Error)
{
    public static readonly ProbeAnswer Success;

    public bool Passed => Error is null;

    public static ProbeAnswer Failure(string error) => new(error);
}

/// <summary>Asks one target. Cancelling ends what is under way; an answer may still come late, and nobody is asked again before it.</summary>
internal delegate Task<ProbeAnswer> AskProbe(CancellationToken cancellationToken);
