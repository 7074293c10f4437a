using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class Templates
{
    [Theory]
    [InlineData("${a}", "1")]
    [InlineData("x${a}y${a}", "x1y1")]
    [InlineData("${none:-d}", "d")]
    [InlineData("${none:-}", "")]
    [InlineData("${a:-d}", "1")]
    [InlineData("${env:B}", "2")]
    [InlineData("${env:NONE:-e}", "e")]
    [InlineData("$${a}", "${a}")]
    [InlineData("$$$${a}", "$$${a}")]
    [InlineData("$a $ $(x) {a}", "$a $ $(x) {a}")]
    [InlineData("${none:-a:-b}", "a:-b")]
    public void A_text_is_filled_in(string text, string filled) => Fill(text, [new("a", "1")]).Args[0].ShouldBe(filled);

    [Theory]
    [InlineData("${")]
    [InlineData("${a")]
    [InlineData("${}")]
    [InlineData("${1a}")]
    [InlineData("${a b}")]
    [InlineData("${a:b}")]
    [InlineData("${env:}")]
    [InlineData("${a-b:-${c}}}", false)]
    public void What_begins_no_variable_is_a_fault_of_its_place(string text, bool wrong = true)
    {
        var bound = Read($$"""{"command": "x", "args": [{{Quoted(text)}}]}""");

        bound.Valid.ShouldBe(!wrong);
        if (wrong)
        {
            bound.Faults.ShouldHaveSingleItem().Path.ShouldBe("args[0]");
        }
    }

    [Fact]
    public void A_value_that_stands_alone_may_be_a_number_or_a_choice()
    {
        var spec = Read("""{"command": "x", "nice": "${n}", "shell": "${s}", "restart": {"max": "${max}"}, "environment": {"N": "${n}", "E": "${e}"}}""").Value
            .Fill([new("n", "5"), new("s", "true"), new("max", "unlimited"), new("e", "")], _ => null).Value;

        spec.Nice.ShouldBe(5);
        spec.Shell.ShouldBeTrue();
        spec.Restart.Max.ShouldBeNull();
        spec.Environment["N"].ShouldBe(new EnvironmentValue("5"));
        spec.Environment["E"].ShouldBe(new EnvironmentValue(""));
    }

    [Fact]
    public void A_value_never_changes_what_the_spec_says_besides()
    {
        var spec = Fill("${a}", [new("a", "\", \"user\": \"root\", \"x\": \"${b} $${ : [] {} \n- x")]);

        spec.Args[0].ShouldBe("\", \"user\": \"root\", \"x\": \"${b} $${ : [] {} \n- x");
        spec.User.ShouldBeNull();
    }

    [Fact]
    public void Its_faults_are_told_without_its_arguments_as_far_as_they_can_be()
    {
        var bound = Read("""{"command": "x", "nice": "${n}", "restart": {"delay": "${d}", "maxDelay": "1ms"}, "stop": {"grace": "soon"}, "argz": ["${a}"], "runOnStartup": 1}""");

        bound.Faults.ShouldHaveSingleItem().Path.ShouldBe("runOnStartup");
        Read("""{"command": "x", "nice": "${n}", "restart": {"delay": "${d}", "maxDelay": "1ms"}, "stop": {"grace": "soon"}, "argz": ["${a}"]}""").Faults
            .Select(fault => fault.Path).ShouldBe(["argz", "stop.grace"], ignoreOrder: true);
    }

    [Fact]
    public void Filling_in_can_not_make_it_huge()
    {
        var text = string.Concat(Enumerable.Repeat("${a}", 1000));
        var template = Read($$"""{"command": "x", "args": [{{Quoted(text)}}]}""").Value;

        template.Fill([new("a", new string('x', 10_000))], _ => null).Faults.ShouldHaveSingleItem().Message.ShouldContain("more than 1 MiB");
    }

    [Fact]
    public void Any_spec_is_the_same_when_it_has_been_a_template() => Prop.ForAll(AnySpec.Valid.ToArbitrary(), spec =>
    {
        var named = spec with { Id = spec.Id ?? ProcessId.Parse("t"), Name = "t" };
        if (named.Environment.Values.Any(value => value is { Secret: true, Text: null }))
        {
            return;
        }

        var made = Template.Of(ProcessId.Parse("t"), named).Fill([], _ => null).Value;

        (made with { Labels = made.Labels.Where(label => label.Key != "procman.template").ToValueMap() }).ShouldBe(named);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Any_text_is_filled_in_or_refused() => Prop.ForAll(
            Gen.Elements("${", "}", "a", ":-", "env:", "$$", "$", "{", "ü", "\\", "\"", "\n", "\0", "\uD800", " ", "-", "1", "${a}", "${b:-x}", "${env:HOME}").ListOf().Select(string.Concat).Three().ToArbitrary(),
            texts =>
            {
                var (text, key, value) = texts;
                var node = SpecNode.Map([
                    new("command", SpecNode.OfText(text)), new("nice", SpecNode.OfText(value)), new(key, SpecNode.OfText(text)),
                    new("environment", SpecNode.Map([new(key, SpecNode.OfText(text))]))]);
                var bound = Template.Read(node, "t");
                if (bound.Valid)
                {
                    var filled = bound.Value.Fill([new("a", value)], _ => key);
                    filled.Valid.ShouldBe(filled.Faults.Count == 0);
                }
            })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));

    private static ProcessSpec Fill(string text, ValueMap<string> arguments) =>
        Read($$"""{"command": "x", "args": [{{Quoted(text)}}, "${a:-}"]}""").Value.Fill(arguments, name => name == "B" ? "2" : null).Value;

    private static Bound<Template> Read(string json) => Template.Read(SpecJson.Parse(Encoding.UTF8.GetBytes(json)), "t");

    private static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
