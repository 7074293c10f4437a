using System.Text;
using System.Text.Json;

namespace ProcessManager;

/// <summary>A tree as JSON.</summary>
internal static class SpecTree
{
    public static string Json(SpecNode node)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = ProcessManagerJson.Options.Encoder, Indented = true }))
        {
            Write(writer, node);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    public static void Write(Utf8JsonWriter writer, SpecNode node)
    {
        switch (node.Kind)
        {
            case SpecNodeKind.Null or SpecNodeKind.Unreadable:
                writer.WriteNullValue();
                break;
            case SpecNodeKind.Text:
                writer.WriteStringValue(node.Text);
                break;
            case SpecNodeKind.Number:
                writer.WriteRawValue(node.Text);
                break;
            case SpecNodeKind.Boolean:
                writer.WriteBooleanValue(node.Text.Equals("true", StringComparison.OrdinalIgnoreCase));
                break;
            case SpecNodeKind.List:
                writer.WriteStartArray();
                foreach (var item in node.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case SpecNodeKind.Map:
                writer.WriteStartObject();
                foreach (var (key, value) in node.Entries)
                {
                    writer.WritePropertyName(key);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
