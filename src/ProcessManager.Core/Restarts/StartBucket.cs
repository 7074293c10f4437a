namespace ProcessManager;

/// <summary>
/// The tokens for starts that the manager decides by itself (policy, recovery): they come at a rate, up to a burst, so that a thousand
/// processes that crash together don't take the machine with them. Starts that a caller asked for need none.
/// </summary>
public sealed record StartBucket(double Tokens, DateTimeOffset At)
{
    public const double PerSecond = 200;

    public const double Burst = 500;

    public static StartBucket Full(DateTimeOffset now) => new(Burst, now);

    /// <summary>The bucket with what flowed in since.</summary>
    public StartBucket Refilled(DateTimeOffset now) =>
        now <= At ? this : new StartBucket(Math.Min(Burst, Tokens + ((now - At).TotalSeconds * PerSecond)), now);

    /// <summary>Takes up to <paramref name="wanted"/> whole tokens.</summary>
    public (StartBucket Left, int Taken) Take(int wanted, DateTimeOffset now)
    {
        var bucket = Refilled(now);
        var taken = (int)Math.Min(wanted, Math.Floor(bucket.Tokens));
        return (bucket with { Tokens = bucket.Tokens - taken }, taken);
    }

    /// <summary>When there will be another token; a tick late rather than early, so that nobody comes back in vain.</summary>
    public DateTimeOffset NextAt => Tokens >= 1 ? At : At.AddTicks((long)Math.Ceiling((1 - Tokens) / PerSecond * TimeSpan.TicksPerSecond) + 1);
}
