namespace ProcessManager;

/// <summary>When a schedule is due: a function of the spec and a time, so that nothing is lost with a manager that goes away.</summary>
internal static class ScheduleRules
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>The first time after <paramref name="now"/>; null: never, or there is no schedule.</summary>
    /// <param name="since">When the process was declared.</param>
    public static DateTimeOffset? Next(ScheduleSpec? schedule, DateTimeOffset since, DateTimeOffset now) => schedule switch
    {
        { Every: { } every } => since + (every * (Math.Floor((now - since) / every) + 1)),
        { Cron: { } cron } when CronExpression.TryParse(cron, out _) is { } expression && Zone(schedule.TimeZone) is { } zone => expression.Next(now, zone),
        _ => null,
    };

    public static void Check(ScheduleSpec? schedule, RuleList rules)
    {
        if (schedule is null)
        {
            return;
        }

        rules.Refuse((schedule.Cron is null) == (schedule.Every is null), "schedule", "must say when, by cron or by every: one of the two");
        rules.Refuse(
            schedule.Every is { } every && every < Shortest, "schedule.every", $"must be a second at least, and is {Durations.Format(schedule.Every ?? TimeSpan.Zero)}");
        rules.Limit("schedule.every", schedule.Every);
        rules.Refuse(schedule.TimeZone is not null && schedule.Cron is null, "schedule.timeZone", "goes with cron");
        var zone = Zone(schedule.TimeZone);
        rules.Refuse(zone is null, "schedule.timeZone", $"is no time zone that this machine knows: {Quoted.Text(schedule.TimeZone ?? "")}; write one as Europe/Berlin");
        if (schedule.Cron is not { } cron)
        {
            return;
        }

        if (CronExpression.TryParse(cron, out var problem) is not { } expression)
        {
            rules.Add("schedule.cron", problem);
        }
        else
        {
            rules.Refuse(expression.Next(DateTimeOffset.UnixEpoch, zone ?? TimeZoneInfo.Utc) is null, "schedule.cron", "never comes");
        }
    }

    private static TimeZoneInfo? Zone(string? name) =>
        name is null ? TimeZoneInfo.Utc : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
}
