namespace ProcessManager;

/// <summary>
/// Where one probe stands between two answers, and the rule that an answer moves it by. Times are since any one moment, the same for all calls.
/// <code>
/// unknown ── success threshold ──► passing ◄── success threshold ──┐
///    │                                └── failure threshold ──► failing
///    └── hasn't passed for failure threshold × interval ──────────► failing
/// </code>
/// </summary>
/// <param name="Status">As far as it is known.</param>
/// <param name="InARow">Answers of the same kind in a row: successes above 0, failures below.</param>
/// <param name="Passed">It succeeded once: from then on it is asked at its interval.</param>
/// <param name="FirstAt">When it was first asked; null before.</param>
/// <param name="Pace">From the last time it was due to the next.</param>
/// <param name="Due">When it is to be asked next.</param>
public sealed record ProbeCourse(ProbeStatus Status, int InARow, bool Passed, TimeSpan? FirstAt, TimeSpan Pace, TimeSpan Due)
{
    /// <summary>From the first time that it is asked to the second.</summary>
    public static readonly TimeSpan FirstPace = TimeSpan.FromMilliseconds(50);

    /// <summary>Begins to ask.</summary>
    /// <param name="known">What was known of it before the manager was restarted, or from before its spec was changed elsewhere.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="age">How long the child has run.</param>
    /// <param name="spread">0 to 1: where in its interval one goes on that was known, so that a thousand adopted at once aren't asked at once.</param>
    public static ProbeCourse Begin(ProbeSpec spec, ProbeStatus known, TimeSpan now, TimeSpan age, double spread)
    {
        var wait = spec.InitialDelay > age ? spec.InitialDelay - age : TimeSpan.Zero;
        return known == ProbeStatus.Unknown
            ? new(known, 0, Passed: false, null, Shorter(FirstPace, spec.Interval), now + wait)
            : new(known, 0, Passed: true, null, spec.Interval, now + wait + (spec.Interval * spread));
    }

    /// <summary>It was answered, or wasn't within its timeout. The next time is after <paramref name="now"/>, on the grid of the times before: it doesn't drift.</summary>
    public ProbeCourse Answered(ProbeSpec spec, bool passed, TimeSpan now)
    {
        var first = FirstAt ?? Due;
        var row = passed ? Math.Max(InARow, 0) + 1 : Math.Min(InARow, 0) - 1;
        var status = Status switch
        {
            ProbeStatus.Unknown => row >= spec.SuccessThreshold ? ProbeStatus.Passing
                : !passed && Times(now - first, spec.Interval) >= spec.FailureThreshold ? ProbeStatus.Failing
                : ProbeStatus.Unknown,
            ProbeStatus.Passing => -row >= spec.FailureThreshold ? ProbeStatus.Failing : ProbeStatus.Passing,
            ProbeStatus.Failing => row >= spec.SuccessThreshold ? ProbeStatus.Passing : ProbeStatus.Failing,
            _ => throw new System.Diagnostics.UnreachableException($"status {Status}"),
        };
        var everPassed = Passed || status == ProbeStatus.Passing;
        var rested = now + Shorter(FirstPace, Pace);
        var next = everPassed ? Due + (spec.Interval * (Times(now - Due, spec.Interval) + 1)) : Later(rested, Due + Pace);
        if (status == ProbeStatus.Unknown && Times(next - first, spec.Interval) >= spec.FailureThreshold)
        {
            // The verdict isn't put off to the next time at the full pace.
            next = Later(rested, first + (spec.Interval * spec.FailureThreshold));
        }

        return new(status, Math.Clamp(row, -spec.FailureThreshold, spec.SuccessThreshold), everPassed, first, everPassed ? spec.Interval : Shorter(Pace * 2, spec.Interval), next);
    }

    /// <summary>How many whole intervals; without overflow, whatever they are.</summary>
    private static long Times(TimeSpan span, TimeSpan interval) => span.Ticks / interval.Ticks;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
