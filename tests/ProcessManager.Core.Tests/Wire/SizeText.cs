using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class SizeText
{
    [Theory]
    [InlineData("64MiB", 64L << 20)]
    [InlineData("1.5GiB", 3L << 29)]
    [InlineData("10MB", 10_000_000)]
    [InlineData("512k", 512 << 10)]
    [InlineData("512 KIB", 512 << 10)]
    [InlineData("12", 12)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Is_read(string text, long bytes) => Sizes.Parse(text).ShouldBe(bytes);

    [Theory]
    [InlineData("", "not a size")]
    [InlineData("MiB", "not a size")]
    [InlineData("1 furlong", "not a size")]
    [InlineData("-1", "negative")]
    [InlineData("1.1B", "whole number")]
    [InlineData("9223372036854775808", "larger than")]
    [InlineData("99999999999999999999TiB", "larger than")]
    public void Is_refused_with_the_reason(string text, string reason)
    {
        Sizes.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldContain(reason);
    }

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(64L << 20, "64MiB")]
    [InlineData(3L << 29, "1536MiB")]
    [InlineData(1025, "1025B")]
    public void Is_written_exactly(long bytes, string text)
    {
        Sizes.Format(bytes).ShouldBe(text);
        Sizes.Parse(text).ShouldBe(bytes);
    }
}
