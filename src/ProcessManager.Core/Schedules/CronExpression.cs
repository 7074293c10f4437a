namespace ProcessManager;

/// <summary>
/// Times by a cron expression, in a time zone. Five fields: minute, hour, day of the month, month, weekday (0 and 7 are Sunday); six: seconds first. Where both days are
/// given one of them is enough.
/// </summary>
/// <remarks>
/// When clocks change, what has fixed hours is done once: what the gap swallows is due at its end, and of an hour that comes twice the first counts. What is due each hour goes on as time does.
/// </remarks>
internal sealed class CronExpression
{
    /// <summary>The 29th of February comes again within eight years.</summary>
    private const int MostDays = 8 * 366;

    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    private static readonly string[] Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private readonly CronField _second;
    private readonly CronField _minute;
    private readonly CronField _hour;
    private readonly CronField _day;
    private readonly CronField _month;
    private readonly CronField _weekday;

    private CronExpression(CronField second, CronField minute, CronField hour, CronField day, CronField month, CronField weekday) =>
        (_second, _minute, _hour, _day, _month, _weekday) = (second, minute, hour, day, month, weekday);

    public static CronExpression? TryParse(string text, out string problem)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length is not (5 or 6))
        {
            problem = $"has {words.Length} fields; a cron expression has five (minute hour day month weekday), or six with seconds first";
            return null;
        }

        var at = words.Length - 5;
        problem = "";
        if ((at == 0 ? new CronField(1, Any: false) : CronField.TryParse(words[0], 0, 59, [], out problem)) is { } second
            && CronField.TryParse(words[at], 0, 59, [], out problem) is { } minute
            && CronField.TryParse(words[at + 1], 0, 23, [], out problem) is { } hour
            && CronField.TryParse(words[at + 2], 1, 31, [], out problem) is { } day
            && CronField.TryParse(words[at + 3], 1, 12, Months, out problem) is { } month
            && CronField.TryParse(words[at + 4], 0, 7, Weekdays, out problem) is { } weekday)
        {
            return new CronExpression(second, minute, hour, day, month, weekday.Allows(7) ? weekday with { Bits = weekday.Bits | 1 } : weekday);
        }

        return null;
    }

    /// <summary>The first time after <paramref name="after"/>; null when there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        var start = after.UtcDateTime.AddTicks(1);
        var minute = new DateTime(start.Ticks - (start.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc);
        var end = minute.AddDays(MostDays);
        while (minute < end)
        {
            var local = minute + zone.GetUtcOffset(minute);
            var swallowed = zone.GetUtcOffset(minute) - zone.GetUtcOffset(minute.AddMinutes(-1));
            if (!AllowsDay(local) && swallowed <= TimeSpan.Zero)
            {
                minute = NextDay(minute, local, zone);
                continue;
            }

            if (IsDue(local, minute, zone) || (swallowed > TimeSpan.Zero && !_hour.Any && Swallows(local, swallowed)))
            {
                for (var second = 0; second < 60; second++)
                {
                    if (_second.Allows(second) && minute.AddSeconds(second) > after.UtcDateTime)
                    {
                        return new DateTimeOffset(minute.AddSeconds(second), TimeSpan.Zero);
                    }
                }
            }

            minute = minute.AddMinutes(1);
        }

        return null;
    }

    private bool IsDue(DateTime local, DateTime utc, TimeZoneInfo zone) =>
        Allows(local) && (_hour.Any || !zone.IsAmbiguousTime(DateTime.SpecifyKind(local, DateTimeKind.Unspecified)) || IsFirst(local, utc, zone));

    /// <summary>Whether it is the first of two that the clocks show the same.</summary>
    private static bool IsFirst(DateTime local, DateTime utc, TimeZoneInfo zone) =>
        local - utc == zone.GetAmbiguousTimeOffsets(DateTime.SpecifyKind(local, DateTimeKind.Unspecified)).Max();

    /// <summary>Whether a time that the clocks left out just now would have been due.</summary>
    private bool Swallows(DateTime local, TimeSpan swallowed)
    {
        for (var skipped = local - swallowed; skipped < local; skipped = skipped.AddMinutes(1))
        {
            if (Allows(skipped))
            {
                return true;
            }
        }

        return false;
    }

    private bool Allows(DateTime local) => _minute.Allows(local.Minute) && _hour.Allows(local.Hour) && AllowsDay(local);

    private bool AllowsDay(DateTime local) => _month.Allows(local.Month) && (_day.Any || _weekday.Any
        ? _day.Allows(local.Day) && _weekday.Allows((int)local.DayOfWeek)
        : _day.Allows(local.Day) || _weekday.Allows((int)local.DayOfWeek));

    /// <summary>The first minute of the next day there, or one shortly before, where the clocks change in between.</summary>
    private static DateTime NextDay(DateTime utc, DateTime local, TimeZoneInfo zone)
    {
        var guess = utc + (local.Date.AddDays(1) - local);
        var there = guess + zone.GetUtcOffset(guess);
        var late = there - local.Date.AddDays(1);
        var next = late > TimeSpan.Zero ? guess - late : guess;
        return next > utc ? next : utc.AddMinutes(1);
    }
}
