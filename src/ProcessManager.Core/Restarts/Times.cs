namespace ProcessManager;

/// <summary>
/// Sums of times with durations that users gave. A duration may be longer than the calendar (10,675,199 days): such a moment is its edge,
/// which never comes, and no overflow.
/// </summary>
internal static class Times
{
    public static DateTimeOffset After(this DateTimeOffset moment, TimeSpan span) =>
        span < DateTimeOffset.MaxValue - moment ? moment + span : DateTimeOffset.MaxValue;

    public static DateTimeOffset Before(this DateTimeOffset moment, TimeSpan span) =>
        span < moment - DateTimeOffset.MinValue ? moment - span : DateTimeOffset.MinValue;
}
