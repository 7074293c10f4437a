using System.Text;
using System.Text.Json;

namespace ProcessManager;

/// <summary>JSON as a tree of nodes with their places.</summary>
internal ref struct JsonTree
{
    private readonly ReadOnlySpan<byte> _text;
    private Utf8JsonReader _reader;
    private int _line;
    private int _lineStart;
    private int _seen;

    private JsonTree(ReadOnlySpan<byte> text, int maxDepth)
    {
        _text = text;
        _reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = maxDepth, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        _line = 1;
    }

    public static SpecNode Parse(ReadOnlySpan<byte> text, int maxDepth)
    {
        var tree = new JsonTree(text, maxDepth);
        try
        {
            tree._reader.Read();
            var root = tree.Node();
            // What follows the document is an error of the reader's own.
            tree._reader.Read();
            return root;
        }
        catch (JsonException problem)
        {
            return SpecJson.Unreadable(problem);
        }
    }

    private SpecNode Node()
    {
        var position = Position();
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var entries = new List<SpecEntry>();
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
                {
                    var at = Position();
                    if (Text() is not { } key)
                    {
                        return SpecNode.Unreadable("has a key that isn't valid Unicode", at);
                    }

                    _reader.Read();
                    entries.Add(new SpecEntry(key, Node()));
                }

                return SpecNode.Map(entries, position);
            case JsonTokenType.StartArray:
                var items = new List<SpecNode>();
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Node());
                }

                return SpecNode.List(items, position);
            case JsonTokenType.String:
                return Text() is { } text ? SpecNode.OfText(text, position) : SpecNode.Unreadable("isn't valid Unicode", position);
            case JsonTokenType.Number:
                return SpecNode.OfNumber(Encoding.ASCII.GetString(_reader.ValueSpan), position);
            case JsonTokenType.True or JsonTokenType.False:
                return SpecNode.OfBoolean(_reader.TokenType == JsonTokenType.True, position);
            default:
                return SpecNode.Null(position);
        }
    }

    private readonly string? Text()
    {
        try
        {
            return _reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or bytes that aren't UTF-8: looked at only when the text is asked for.
            return null;
        }
    }

    /// <summary>Where the token begins; tokens are asked for in order.</summary>
    private SourcePosition Position()
    {
        var at = (int)_reader.TokenStartIndex;
        for (; _seen < at; _seen++)
        {
            if (_text[_seen] == (byte)'\n')
            {
                _line++;
                _lineStart = _seen + 1;
            }
        }

        return new SourcePosition(_line, at - _lineStart + 1);
    }
}
