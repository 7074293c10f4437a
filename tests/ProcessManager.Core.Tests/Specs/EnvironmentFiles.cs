using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class EnvironmentFiles
{
    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("A = 1 ", "1")]
    [InlineData("export A=1", "1")]
    [InlineData("  export\tA=1", "1")]
    [InlineData("A=", "")]
    [InlineData("A= # empty", "")]
    [InlineData("A=a#b", "a#b")]
    [InlineData("A=a #b", "a")]
    [InlineData("A=a\\nb", "a\\nb")]
    [InlineData("A=$HOME", "$HOME")]
    [InlineData("A=x=y", "x=y")]
    [InlineData("A='a # b \\n $x \"'", "a # b \\n $x \"")]
    [InlineData("A=\"a\\nb\\t\\\"\\\\\\$\" # said", "a\nb\t\"\\$")]
    [InlineData("A=\"a\\qb\"", "a\\qb")]
    [InlineData("A=\"a\nb\"", "a\nb")]
    [InlineData("A=\"a\\\nb\"", "ab")]
    [InlineData("A='a\nb'", "a\nb")]
    [InlineData("A=1\nA=2", "2")]
    [InlineData("A=1\r\n", "1")]
    [InlineData("# A=0\n\n\t\nA=1", "1")]
    [InlineData("\uFEFFA=1", "1")]
    public void A_line_gives_a_variable(string text, string value)
    {
        var (variables, faults) = EnvironmentFileText.Parse(text);

        faults.ShouldBeEmpty();
        variables.ShouldHaveSingleItem().ShouldBe(new("A", value));
    }

    [Theory]
    [InlineData("A=1\nwords\nB=2", "line 2: it isn't NAME=value")]
    [InlineData("export A", "line 1: it isn't NAME=value")]
    [InlineData("=x", "line 1: there is no name")]
    [InlineData("1A=x", "line 1: what stands before the = is not a name")]
    [InlineData("A b=x", "line 1: it isn't NAME=value")]
    [InlineData("\n\nA='open\nB=1", "line 3: A has a quote that opens in line 3 and is never closed")]
    [InlineData("A='x' y", "line 1: A has something behind its closing quote")]
    [InlineData("A='1\n2'\nwords", "line 3: it isn't NAME=value")]
    [InlineData("PROCMAN_ID=x", "line 1: PROCMAN_ID is reserved")]
    [InlineData("A=a\0b", "line 1: A must not contain a NUL")]
    public void A_line_that_can_not_be_read_is_named_without_its_text(string text, string fault) =>
        EnvironmentFileText.Parse(text).Faults.ShouldHaveSingleItem().ShouldStartWith(fault);

    [Fact]
    public void All_lines_that_can_not_be_read_are_told_at_once() =>
        EnvironmentFileText.Parse("a\nB=1\nc\nd").Faults.Select(fault => fault[..6]).ShouldBe(["line 1", "line 3", "line 4"]);

    [Fact]
    public void Any_text_is_read_or_refused() => Prop.ForAll(
            Gen.Elements("A", "=", "\"", "'", "\\", "\n", "\r", " ", "#", "export ", "$", "\0", "\uD800", "ü", "PROCMAN_", "\uFEFF", "1").ListOf()
                .Select(string.Concat).ToArbitrary(),
            text =>
            {
                var (variables, faults) = EnvironmentFileText.Parse(text);
                if (faults.Count == 0)
                {
                    variables.ShouldAllBe(variable => variable.Key.Length > 0 && !variable.Value.Contains('\0', StringComparison.Ordinal));
                }
            })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
}
