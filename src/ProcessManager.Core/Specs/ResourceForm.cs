using System.Globalization;
using System.Text.Json;

namespace ProcessManager;

/// <summary><c>resources: {memoryMax: 512MiB, memoryHigh: 400MiB, cpuMax: 1.5, pidsMax: 100, required: true}</c>; cpuMax also as <c>"150%"</c>.</summary>
internal static class ResourceForm
{
    public static ResourceSpec? Read(Field field)
    {
        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var resources = new ResourceSpec
        {
            MemoryMax = map.Value("memoryMax", f => f.Size()),
            MemoryHigh = map.Value("memoryHigh", f => f.Size()),
            CpuMax = map.Value("cpuMax", Cores),
            PidsMax = map.Value("pidsMax", f => f.Integer()),
            Required = map.Boolean("required"),
        };
        map.End();
        return resources;
    }

    public static void Write(Utf8JsonWriter writer, ResourceSpec resources)
    {
        writer.WriteStartObject();
        Amount(writer, "memoryMax", resources.MemoryMax);
        Amount(writer, "memoryHigh", resources.MemoryHigh);
        if (resources.CpuMax is { } cores)
        {
            writer.WriteNumber("cpuMax"u8, cores);
        }
        else
        {
            writer.WriteNull("cpuMax"u8);
        }

        JsonParts.Integer(writer, "pidsMax", resources.PidsMax);
        writer.WriteBoolean("required"u8, resources.Required);
        writer.WriteEndObject();
    }

    private static double? Cores(Field field)
    {
        const string Wanted = "a number of cores, as 1.5, or a percentage of one, as \"150%\"";
        var text = field.Node.Text.AsSpan().Trim();
        var percent = text is [.., '%'];
        return field.Node.Kind is (SpecNodeKind.Text or SpecNodeKind.Number)
            && double.TryParse(percent ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value)
            ? percent ? value / 100 : value
            : field.RefuseValue<double>(Wanted);
    }

    private static void Amount(Utf8JsonWriter writer, ReadOnlySpan<char> name, long? amount)
    {
        if (amount is { } value)
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
