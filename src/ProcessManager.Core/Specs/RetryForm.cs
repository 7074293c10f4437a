namespace ProcessManager;

/// <summary>
/// A spec of something that is run once, with <c>retryAttempts</c> and <c>retryDelay</c> beside its fields: a short form of <c>restart</c>.
/// </summary>
internal static class RetryForm
{
    public static ProcessSpec Read(MapReader map)
    {
        var attempts = map.Take("retryAttempts");
        var delay = map.Take("retryDelay");
        var spec = SpecForm.Read(map);
        if (attempts is null && delay is null)
        {
            return spec;
        }

        var policy = Retries.Policy(attempts?.Integer() is { } count ? AtLeastNone(attempts.Value, count) : 0, Span(delay));
        if (spec.Restart == new RestartPolicy())
        {
            return spec with { Restart = policy };
        }

        (attempts ?? delay)!.Value.SayValue<int>("is a short form of restart; give one of the two");
        return spec;
    }

    private static int AtLeastNone(Field field, int count) => count >= 0 ? count : field.SayValue<int>($"must be 0 or more, and is {count}") ?? 0;

    private static TimeSpan? Span(Field? field)
    {
        if (field?.Duration() is not { } span)
        {
            return null;
        }

        return span >= TimeSpan.Zero ? span : field.Value.SayValue<TimeSpan>($"must not be negative, and is {Durations.Format(span)}");
    }
}
