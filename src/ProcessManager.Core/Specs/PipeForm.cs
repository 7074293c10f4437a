using System.Text.Json;

namespace ProcessManager;

/// <summary>A pipe's body: <c>{stages, sequential, input}</c>.</summary>
internal static class PipeForm
{
    public static PipeBody Read(MapReader map)
    {
        var input = map.Take("input") is { } field ? RunForm.Input(field) : null;
        var sequential = map.Boolean("sequential");
        return new PipeBody(new PipeRequest { Stages = map.Require("stages")?.Items(Stage) ?? [], Sequential = sequential }, input);
    }

    public static void Write(Utf8JsonWriter writer, PipeBody body)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("stages"u8);
        foreach (var stage in body.Pipe.Stages)
        {
            writer.WriteStartObject();
            SpecForm.Write(writer, stage);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("sequential"u8, body.Pipe.Sequential);
        RunForm.WriteInput(writer, body.Input);
        writer.WriteEndObject();
    }

    private static ProcessSpec? Stage(Field field)
    {
        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var spec = SpecForm.Read(map);
        map.End();
        return spec;
    }
}
