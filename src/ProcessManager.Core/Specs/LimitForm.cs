using System.Text.Json;

namespace ProcessManager;

/// <summary><c>limits: {nofile: 1024, core: unlimited, as: {soft: 1GiB, hard: unlimited}}</c>; one number is both the soft and the hard limit.</summary>
internal static class LimitForm
{
    public static ValueMap<ResourceLimit>? Read(Field field) =>
        field.Values(f => Limit(f) is { } limit ? (true, limit) : (false, new ResourceLimit(null, null)));

    public static void Write(Utf8JsonWriter writer, ValueMap<ResourceLimit> limits)
    {
        writer.WriteStartObject();
        foreach (var (name, limit) in limits)
        {
            writer.WritePropertyName(name);
            if (limit.Soft == limit.Hard)
            {
                Write(writer, limit.Soft);
                continue;
            }

            writer.WriteStartObject();
            writer.WritePropertyName("soft"u8);
            Write(writer, limit.Soft);
            writer.WritePropertyName("hard"u8);
            Write(writer, limit.Hard);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static ResourceLimit? Limit(Field field)
    {
        if (field.Node.Kind != SpecNodeKind.Map)
        {
            return Amount(field) is { } both ? new ResourceLimit(both.Value, both.Value) : null;
        }

        var map = MapReader.Open(field)!;
        var soft = map.Require("soft") is { } s ? Amount(s) : null;
        var hard = map.Require("hard") is { } h ? Amount(h) : null;
        map.End();
        return soft is null || hard is null ? null : new ResourceLimit(soft.Value.Value, hard.Value.Value);
    }

    /// <summary>Null when it can't be read; a null value is unlimited.</summary>
    private static (long? Value, bool Read)? Amount(Field field) =>
        field.Is("unlimited") ? (null, true)
        : field.Node.Kind is SpecNodeKind.Text or SpecNodeKind.Number ? (field.Size() is { } size ? (size, true) : null)
        : field.RefuseValue<(long?, bool)>("a number, a size, unlimited or {soft, hard}");

    private static void Write(Utf8JsonWriter writer, long? amount)
    {
        if (amount is { } value)
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue("unlimited"u8);
        }
    }
}
