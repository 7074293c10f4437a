using System.Text.Json;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>What is written as YAML is read as the same.</summary>
public sealed class YamlTextSpecs
{
    [Theory]
    [InlineData("8080", "true", "null", "~", "", " ", "a: b", "- a", "#x", "a #b", "'", "\"", "\n", "a\nb\n", "\t", "ü😀", "{a}", "[b]", "*x", "&y", "!z", "%d", "@e", "`f", "|", ">", "?", ":", "-", "---", "...", "0x1F", "1e3", "022", "yes", "=", "<<", "\u0001", "\u0085", "\u2028", "\\", "${a}")]
    public void Any_text_is(params string[] texts)
    {
        var template = Template.Of(ProcessId.Parse("t"), new ProcessSpec
        {
            Command = "x",
            Args = [.. texts],
            Environment = [.. texts.Where(text => text.Length > 0 && !text.Contains('=', StringComparison.Ordinal)).Select(text => KeyValuePair.Create(text, (EnvironmentValue?)text))],
        });

        var read = Template.Read(SpecDocument.Parse("t.yaml", System.Text.Encoding.UTF8.GetBytes(SpecDocument.Write(template)))).Value;

        JsonSerializer.Serialize(read, ProcessManagerJson.Options).ShouldBe(JsonSerializer.Serialize(template, ProcessManagerJson.Options));
        read.Fill([], _ => null).Value.Args.ShouldBe(texts);
    }
}
