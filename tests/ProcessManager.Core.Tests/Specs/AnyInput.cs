using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class AnyInput
{
    private static readonly string[] Pieces =
    [
        "null", "[]", "{}", "true", "-1", "0", "0.5", "1e999", "1e-5", "99999999999999999999", "\"\\ud800\"", "\"\"", "\"x\"", "\"command\"", "\"\\u0000\"",
        "\"unlimited\"", "\"9999999999999999999999d\"", "\"10m\"", "\"-5s\"", "\"64MiB\"", "[null]", "[[[]]]", "[1, \"a\", {}]", "{\"secret\": true}",
        "{\"secret\": []}", "{\"text\": 1}", "{\"a\": {\"b\": {\"c\": []}}}", "{\"soft\": 2, \"hard\": 1}", "{\"a\": 1, \"a\": 2}", "\u0001", "}", "[[[",
    ];

    /// <summary>Valid specs, alone or in a file, with values replaced and keys renamed or given twice; a few are no JSON any more.</summary>
    private static readonly Gen<byte[]> Mutated =
        from spec in AnySpec.Valid
        from file in Gen.Elements(true, false)
        from changes in Gen.Choose(0, 120).SelectMany(place => Gen.Elements(Pieces).Select(piece => (place, piece))).ListOf().Resize(5)
        select Mutate(spec, file, changes.DistinctBy(change => change.place).ToDictionary(change => change.place, change => change.piece));

    private static byte[] Mutate(ProcessSpec spec, bool file, Dictionary<int, string> changes)
    {
        var json = JsonSerializer.Serialize(spec, ProcessManagerJson.Options);
        using var document = JsonDocument.Parse(
            file ? $"{{\"name\":\"shop\",\"environment\":{{\"A\":1}},\"processes\":{{\"api\":{json},\"db\":{{\"command\":\"x\"}}}}}}" : json);
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
        {
            var place = 0;
            Rewrite(document.RootElement, writer, ref place, changes);
        }

        return output.ToArray();
    }

    private static void Rewrite(JsonElement element, Utf8JsonWriter writer, ref int place, Dictionary<int, string> changes)
    {
        if (changes.TryGetValue(place++, out var piece))
        {
            writer.WriteRawValue(piece, skipInputValidation: true);
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var item in element.EnumerateArray())
            {
                Rewrite(item, writer, ref place, changes);
            }

            writer.WriteEndArray();
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            writer.WriteStartObject();
            foreach (var property in element.EnumerateObject())
            {
                if (changes.ContainsKey(place + 100))
                {
                    writer.WriteBoolean(place % 2 == 0 ? property.Name : property.Name + "s", value: true);
                }

                writer.WritePropertyName(property.Name);
                Rewrite(property.Value, writer, ref place, changes);
            }

            writer.WriteEndObject();
        }
        else
        {
            element.WriteTo(writer);
        }
    }

    [Fact]
    public void Is_read_or_refused_with_faults_and_never_thrown_at() =>
        Prop.ForAll(Mutated.ToArbitrary(), json =>
        {
            var node = SpecJson.Parse(json);
            Told(SpecBinder.Process(node));
            Told(SpecBinder.Run(node));
            Told(SpecBinder.File(node));
            Told(SpecBinder.File(node, "shop", "/srv"));
            Told(SpecBinder.Stop(node));
            Told(SpecBinder.Wait(node));
            Told(SpecBinder.Signal(node));
            Told(SpecBinder.Sync(node));
            Told(SpecBinder.Pool(node, "pool"));
            Told(SpecBinder.Jobs(node));
            Told(SpecBinder.Pipe(node));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    private static void Told<T>(Bound<T> bound)
        where T : class => bound.Valid.ShouldBe(bound.Faults.Count == 0);
}
