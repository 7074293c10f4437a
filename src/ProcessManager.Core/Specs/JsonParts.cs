using System.Text.Json;

namespace ProcessManager;

/// <summary>The small parts that several sections of a spec are written with.</summary>
internal static class JsonParts
{
    public static void Texts(Utf8JsonWriter writer, ValueList<string> texts)
    {
        writer.WriteStartArray();
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    public static void Texts(Utf8JsonWriter writer, ReadOnlySpan<char> name, ValueList<string>? texts)
    {
        writer.WritePropertyName(name);
        if (texts is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            Texts(writer, texts);
        }
    }

    public static void Integers(Utf8JsonWriter writer, ReadOnlySpan<char> name, ValueList<int>? numbers)
    {
        if (numbers is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartArray(name);
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    public static void Integer(Utf8JsonWriter writer, ReadOnlySpan<char> name, int? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    public static void Duration(Utf8JsonWriter writer, ReadOnlySpan<char> name, TimeSpan? duration) =>
        writer.WriteString(name, duration is { } value ? Durations.Format(value) : null);
}
