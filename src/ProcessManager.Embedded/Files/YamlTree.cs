using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ProcessManager.Embedded;

/// <summary>
/// YAML as a tree of nodes with their places. From the parser's events and not from a document model, so that keys given twice are still there
/// to be reported, and aliases can't grow a small file into a huge tree.
/// </summary>
internal sealed class YamlTree
{
    private const int MostNodes = 100_000;

    private const int MaxDepth = 64;

    private readonly Dictionary<AnchorName, SpecNode> _anchors = [];
    private readonly IParser _parser;
    private int _nodes;

    private YamlTree(IParser parser) => _parser = parser;

    /// <summary>It never throws: what isn't YAML becomes a node that says so to whoever binds it. An empty file is null.</summary>
    public static SpecNode Parse(string text)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                return SpecNode.Null();
            }

            var root = new YamlTree(parser).Node(depth: 1);
            parser.Consume<DocumentEnd>();
            return parser.Accept<StreamEnd>(out _)
                ? root
                : SpecNode.Unreadable("must be one document: a second one begins here", Position(parser.Current!.Start));
        }
        catch (YamlException problem)
        {
            return SpecNode.Unreadable($"is not YAML: {problem.Message.TrimEnd('.', ' ')}", Position(problem.Start));
        }
        catch (Exception problem) when (problem is InvalidOperationException or ArgumentException or IndexOutOfRangeException or NullReferenceException or FormatException or OverflowException)
        {
            // Seen of the parser itself, for keys that are left open in a flow map: its own slip over text that is wrong.
            return SpecNode.Unreadable("is not YAML: it can't be parsed", parser.Current is { } last ? Position(last.End) : null);
        }
    }

    private static SourcePosition Position(Mark mark) => new((int)mark.Line, (int)mark.Column);

    private SpecNode Node(int depth)
    {
        var position = Position(_parser.Current!.Start);
        if (++_nodes > MostNodes || depth > MaxDepth)
        {
            throw new YamlException(_parser.Current.Start, _parser.Current.End, depth > MaxDepth ? "it is nested too deeply" : "it has too many values");
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Meant(alias);
        }

        var anchor = (_parser.Current as NodeEvent)?.Anchor ?? AnchorName.Empty;
        var node = _parser.Current switch
        {
            Scalar => Value(_parser.Consume<Scalar>(), position),
            SequenceStart => List(depth, position),
            MappingStart => Map(depth, position),
            _ => throw new YamlException(_parser.Current.Start, _parser.Current.End, "a value was expected"),
        };
        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = node;
        }

        return node;
    }

    private static SpecNode Value(Scalar scalar, SourcePosition position) => scalar.Style == ScalarStyle.Plain && !IsText(scalar)
        ? SpecNode.Plain(scalar.Value, position)
        : SpecNode.OfText(scalar.Value, position);

    private static bool IsText(Scalar scalar) => !scalar.Tag.IsEmpty && scalar.Tag.Value is "tag:yaml.org,2002:str" or "!";

    private SpecNode List(int depth, SourcePosition position)
    {
        _parser.Consume<SequenceStart>();
        var items = new List<SpecNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(depth + 1));
        }

        return SpecNode.List(items, position);
    }

    private SpecNode Map(int depth, SourcePosition position)
    {
        _parser.Consume<MappingStart>();
        var entries = new List<SpecEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = _parser.Consume<Scalar>();
            entries.Add(new SpecEntry(key.Value, Node(depth + 1)));
        }

        return SpecNode.Map(entries, position);
    }

    private SpecNode Meant(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var node))
        {
            throw new YamlException(alias.Start, alias.End, $"*{alias.Value} names nothing that stands before it");
        }

        _nodes += Size(node);
        return _nodes <= MostNodes ? node : throw new YamlException(alias.Start, alias.End, "it has too many values");
    }

    private static int Size(SpecNode node) => 1 + node.Items.Sum(Size) + node.Entries.Sum(entry => Size(entry.Value));
}
