using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class CronTimes
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("*/15 * * * *", "2026-01-02T03:04:05Z", "2026-01-02T03:15:00Z")]
    [InlineData("0 0 * * *", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z")]
    [InlineData("30 8-18/5 * * MON-FRI", "2026-01-02T18:30:00Z", "2026-01-05T08:30:00Z")]
    [InlineData("0 12 13 * FRI", "2026-01-02T12:00:00Z", "2026-01-09T12:00:00Z")]
    [InlineData("0 0 29 FEB ?", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 * * 7", "2026-01-02T00:00:00Z", "2026-01-04T00:00:00Z")]
    [InlineData("*/20 10 9 1 1 ?", "2026-01-01T09:10:20Z", "2026-01-01T09:10:40Z")]
    public void The_next_time_is_the_first_that_all_fields_allow(string cron, string after, string next) => Next(cron, after, TimeZoneInfo.Utc).ShouldBe(At(next));

    [Theory]
    [InlineData("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")] // 02:30 isn't; its gap ends at 03:00.
    [InlineData("30 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")] // 02:30 is twice.
    [InlineData("30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    [InlineData("30 * * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")]
    [InlineData("30 * * * *", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z")]
    public void What_has_a_fixed_hour_runs_once_when_clocks_change(string cron, string after, string next) => Next(cron, after, Berlin).ShouldBe(At(next));

    [Theory]
    [InlineData("* * * *")]
    [InlineData("60 * * * *")]
    [InlineData("* 24 * * *")]
    [InlineData("5-1 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("x * * * *")]
    [InlineData("* * 0 * *")]
    [InlineData("* * * FEB-JAN *")]
    [InlineData("")]
    public void What_is_no_expression_is_refused_with_a_reason(string cron)
    {
        CronExpression.TryParse(cron, out var problem).ShouldBeNull();
        problem.ShouldNotBeEmpty();
    }

    [Fact]
    public void Nothing_that_is_allowed_is_passed_over()
    {
        var minutes = Gen.Elements("*", "*/7", "0", "5,50", "10-20/3");
        var hours = Gen.Elements("*", "0", "23", "*/5", "8-10");
        var days = Gen.Elements("*", "1", "15,31", "10-12");
        var weekdays = Gen.Elements("*", "0", "MON-FRI", "6");
        var samples = from minute in minutes
                      from hour in hours
                      from day in days
                      from weekday in weekdays
                      from after in Gen.Choose(0, 60 * 24 * 60)
                      select (Cron: $"{minute} {hour} {day} * {weekday}", After: At("2026-01-01T00:00:00Z").AddMinutes(after));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Arb.From(samples), sample =>
        {
            var next = Next(sample.Cron, sample.After.ToString("O", CultureInfo.InvariantCulture), TimeZoneInfo.Utc)!.Value;
            next.ShouldBeGreaterThan(sample.After);
            for (var minute = sample.After.AddMinutes(1); minute < next && minute < sample.After.AddDays(3); minute = minute.AddMinutes(1))
            {
                // Of one that was due between them the moment before would have been followed by it.
                Next(sample.Cron, minute.AddMinutes(-1).ToString("O", CultureInfo.InvariantCulture), TimeZoneInfo.Utc).ShouldBe(next);
                minute = minute.AddHours(5);
            }

            return true;
        }));
    }

    private static DateTimeOffset? Next(string cron, string after, TimeZoneInfo zone) => CronExpression.TryParse(cron, out _)!.Next(At(after), zone);

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
}
