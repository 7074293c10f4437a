namespace ProcessManager;

/// <summary>What the policy made of an end.</summary>
public abstract record RestartVerdict
{
    private RestartVerdict()
    {
    }

    /// <summary>No restart: the policy doesn't want one after such an end.</summary>
    public sealed record Stay : RestartVerdict;

    /// <summary>Too many within the window.</summary>
    public sealed record GiveUp(string Why) : RestartVerdict;

    /// <summary>Another attempt at a time.</summary>
    /// <param name="Record">The counts with this restart; unchanged when it isn't counted.</param>
    public sealed record Again(DateTimeOffset At, RestartRecord Record) : RestartVerdict;
}
