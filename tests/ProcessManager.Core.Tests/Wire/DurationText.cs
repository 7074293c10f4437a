using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class DurationText
{
    [Theory]
    [InlineData("200ms", 0.2)]
    [InlineData("10m", 600)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5s", 1.5)]
    [InlineData("10d", 864000)]
    [InlineData("PT5S", 5)]
    [InlineData("P1DT2H0.5S", 93600.5)]
    [InlineData("pt1m", 60)]
    [InlineData("P1W", 604800)]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    public void Is_read(string text, double seconds) => Durations.Parse(text).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("", "not a duration")]
    [InlineData("5", "no unit")]
    [InlineData("-5s", "negative")]
    [InlineData("5 parsecs", "not a duration")]
    [InlineData("1s1h", "not a duration")]
    [InlineData("1s1s", "not a duration")]
    [InlineData("s", "not a duration")]
    [InlineData("1..5s", "not a duration")]
    [InlineData("P", "not a duration")]
    [InlineData("PT", "not a duration")]
    [InlineData("P1Y", "not a duration")]
    [InlineData("99999999999999999999d", "longer than a duration can be")]
    [InlineData("9999999999999999d9999999999999999h9999999999999999m", "longer than a duration can be")]
    public void Is_refused_with_the_reason(string text, string reason)
    {
        Durations.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldContain(reason);
    }

    [Fact]
    public void Is_written_in_seconds()
    {
        Durations.Format(TimeSpan.FromMilliseconds(1500)).ShouldBe("1.5s");
        Durations.Format(TimeSpan.FromMinutes(10)).ShouldBe("600s");
        Durations.Format(TimeSpan.FromTicks(1)).ShouldBe("0.0000001s");
        Durations.Format(TimeSpan.Zero).ShouldBe("0s");
    }

    [Fact]
    public void Every_duration_is_read_back_exactly() =>
        Prop.ForAll<long>(ticks =>
        {
            var value = TimeSpan.FromTicks(ticks == long.MinValue ? long.MaxValue : Math.Abs(ticks));
            return Durations.Parse(Durations.Format(value)) == value
                && JsonSerializer.Deserialize<TimeSpan>(JsonSerializer.Serialize(-value, ProcessManagerJson.Options), ProcessManagerJson.Options) == -value;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void The_longest_one_is_read_back() => Durations.Parse(Durations.Format(TimeSpan.MaxValue)).ShouldBe(TimeSpan.MaxValue);
}
