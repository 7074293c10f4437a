using System.Text.Json;

namespace ProcessManager;

/// <summary>
/// <c>environment: {NAME: text, OTHER: {secret: text}, GONE: null}</c> and <c>inheritEnvironment: all | none | [names]</c>.
/// A secret whose text isn't told is <c>{secret: true}</c>.
/// </summary>
internal static class EnvironmentForm
{
    public static ValueMap<EnvironmentValue?>? Read(Field field) =>
        field.Values<EnvironmentValue?>(f => f.Node.Kind switch
        {
            SpecNodeKind.Null => (true, null),
            SpecNodeKind.Map => Secret(f) is { } secret ? (true, secret) : (false, null),
            SpecNodeKind.List => Refuse(f),
            SpecNodeKind.Text or SpecNodeKind.Number or SpecNodeKind.Boolean or SpecNodeKind.Unreadable =>
                f.Text() is { } text ? (true, new EnvironmentValue(text)) : (false, null),
            _ => throw new System.Diagnostics.UnreachableException(),
        });

    public static void Write(Utf8JsonWriter writer, ValueMap<EnvironmentValue?> environment)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in environment)
        {
            writer.WritePropertyName(name);
            if (value is { Secret: true })
            {
                writer.WriteStartObject();
                if (value.Text is null)
                {
                    writer.WriteBoolean("secret"u8, value: true);
                }
                else
                {
                    writer.WriteString("secret"u8, value.Text);
                }

                writer.WriteEndObject();
            }
            else
            {
                writer.WriteStringValue(value?.Text);
            }
        }

        writer.WriteEndObject();
    }

    public static EnvironmentInheritance? ReadInheritance(Field field)
    {
        if (field.Node.Kind == SpecNodeKind.List)
        {
            return field.Texts() is { } names ? new EnvironmentInheritance { Names = names } : null;
        }

        return field.Is("all") ? EnvironmentInheritance.All
            : field.Is("none") ? EnvironmentInheritance.None
            : field.Refuse<EnvironmentInheritance>("all, none or a list of names");
    }

    public static void WriteInheritance(Utf8JsonWriter writer, EnvironmentInheritance? inheritance)
    {
        if (inheritance is null)
        {
            writer.WriteNullValue();
        }
        else if (inheritance.Everything || inheritance.Names.Count == 0)
        {
            writer.WriteStringValue(inheritance.Everything ? "all" : "none");
        }
        else
        {
            JsonParts.Texts(writer, inheritance.Names);
        }
    }

    private static EnvironmentValue? Secret(Field field)
    {
        var map = MapReader.Open(field)!;
        EnvironmentValue? value = null;
        if (map.Require("secret") is { } secret)
        {
            // `true` is what a secret reads as; quoted it is a text like any other.
            value = secret.Node is { Kind: SpecNodeKind.Boolean, Text: "true" }
                ? new EnvironmentValue(null, Secret: true)
                : secret.Text() is { } text ? new EnvironmentValue(text, Secret: true) : null;
        }

        map.End();
        return value;
    }

    private static (bool Read, EnvironmentValue? Value) Refuse(Field field)
    {
        field.Refuse<EnvironmentValue>("text, {secret: text} or null");
        return (false, null);
    }
}
