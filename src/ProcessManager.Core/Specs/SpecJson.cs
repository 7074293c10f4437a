using System.Text.Json;

namespace ProcessManager;

/// <summary>JSON as a <see cref="SpecNode"/>.</summary>
public static class SpecJson
{
    private const int MaxDepth = 64;

    /// <summary>
    /// The tree of a JSON document. It never throws: what isn't JSON becomes a node that says so to whoever binds it. An empty body is null.
    /// </summary>
    public static SpecNode Parse(ReadOnlyMemory<byte> utf8)
    {
        utf8 = utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        if (utf8.IsEmpty)
        {
            return SpecNode.Null();
        }

        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return FromElement(document.RootElement);
        }
        catch (JsonException problem)
        {
            return Unreadable(problem);
        }
    }

    /// <summary>The same for a file: everything in the tree knows its place, and comments and commas at the end of a list are passed over.</summary>
    public static SpecNode ParseFile(ReadOnlyMemory<byte> utf8)
    {
        utf8 = utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        return utf8.Span.ContainsAnyExcept(" \t\r\n"u8) ? JsonTree.Parse(utf8.Span, MaxDepth) : SpecNode.Null();
    }

    internal static SpecNode Unreadable(JsonException problem) => SpecNode.Unreadable(
        $"is not JSON: {Reason(problem)}", new SourcePosition((int)(problem.LineNumber ?? 0) + 1, (int)(problem.BytePositionInLine ?? 0) + 1));

    internal static SpecNode FromElement(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var entries = new List<SpecEntry>(element.GetPropertyCount());
                foreach (var property in element.EnumerateObject())
                {
                    if (Text(() => property.Name) is not { } name)
                    {
                        return SpecNode.Unreadable("has a key that isn't valid Unicode");
                    }

                    entries.Add(new SpecEntry(name, FromElement(property.Value)));
                }

                return SpecNode.Map(entries);
            case JsonValueKind.Array:
                return SpecNode.List([.. element.EnumerateArray().Select(FromElement)]);
            case JsonValueKind.String:
                return Text(element.GetString) is { } text ? SpecNode.OfText(text) : SpecNode.Unreadable("isn't valid Unicode");
            case JsonValueKind.Number:
                return SpecNode.OfNumber(element.GetRawText());
            case JsonValueKind.True or JsonValueKind.False:
                return SpecNode.OfBoolean(element.ValueKind == JsonValueKind.True);
            default:
                return SpecNode.Null();
        }
    }

    private static string? Text(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or bytes that aren't UTF-8: the parser looks at that only when the text is asked for.
            return null;
        }
    }

    /// <summary>The parser's own words without the place, which the position says.</summary>
    private static string Reason(JsonException problem)
    {
        var end = problem.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? problem.Message : problem.Message[..end]).TrimEnd('.', ' ');
    }
}
