namespace ProcessManager;

/// <summary>Retries of something that is run once: a restart policy whose delay is always the same and whose count is over the whole run.</summary>
public static class Retries
{
    /// <summary>Between two attempts, where nobody says.</summary>
    public static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(1);

    /// <summary>Up to <paramref name="attempts"/> more attempts, each after one that failed, by its exit code, a signal or its time; not after a stop.</summary>
    /// <param name="attempts">0: none.</param>
    /// <param name="delay">Between two; 1 s when absent.</param>
    public static RestartPolicy Policy(int attempts, TimeSpan? delay = null)
    {
        var pause = delay ?? DefaultDelay;
        return attempts == 0 ? new RestartPolicy() : new RestartPolicy
        {
            When = RestartWhen.OnFailure,
            Max = attempts,
            Window = null,
            Delay = pause,
            MaxDelay = pause,
            Factor = 1,
            Jitter = 0,
        };
    }
}
