using System.Globalization;
using System.Text.RegularExpressions;

namespace ProcessManager;

/// <summary>What a <see cref="SpecNode"/> is.</summary>
public enum SpecNodeKind
{
    Null,
    Text,
    Number,
    Boolean,
    List,
    Map,

    /// <summary>What stands there can't be read: a syntax error, text that isn't Unicode. Whoever reads it reports it.</summary>
    Unreadable,
}

/// <summary>Where something stands in a file, both from 1.</summary>
public readonly record struct SourcePosition(int Line, int Column)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"line {Line}, column {Column}");
}

/// <summary>A key of a map and what it holds. Maps keep their order, and keys that are given twice.</summary>
public readonly record struct SpecEntry(string Key, SpecNode Value);

/// <summary>
/// What a user wrote, whatever it was written in: YAML and JSON become this tree, and one binder reads it. Every scalar has its text, so that
/// <c>PORT: 8080</c> is text where text is wanted.
/// </summary>
public sealed partial class SpecNode
{
    private SpecNode(SpecNodeKind kind, SourcePosition? position)
    {
        Kind = kind;
        Position = position;
    }

    public SpecNodeKind Kind { get; }

    /// <summary>Null where it isn't known.</summary>
    public SourcePosition? Position { get; }

    /// <summary>Of a scalar: as it was written. Of what is <see cref="SpecNodeKind.Unreadable"/>: why.</summary>
    public string Text { get; private init; } = "";

    /// <summary>Of a list.</summary>
    public IReadOnlyList<SpecNode> Items { get; private init; } = [];

    /// <summary>Of a map, in order.</summary>
    public IReadOnlyList<SpecEntry> Entries { get; private init; } = [];

    public static SpecNode Null(SourcePosition? position = null) => new(SpecNodeKind.Null, position);

    public static SpecNode OfText(string text, SourcePosition? position = null) => new(SpecNodeKind.Text, position) { Text = text };

    public static SpecNode OfNumber(string text, SourcePosition? position = null) => new(SpecNodeKind.Number, position) { Text = text };

    public static SpecNode OfBoolean(bool value, SourcePosition? position = null) =>
        new(SpecNodeKind.Boolean, position) { Text = value ? "true" : "false" };

    public static SpecNode List(IReadOnlyList<SpecNode> items, SourcePosition? position = null) => new(SpecNodeKind.List, position) { Items = items };

    public static SpecNode Map(IReadOnlyList<SpecEntry> entries, SourcePosition? position = null) => new(SpecNodeKind.Map, position) { Entries = entries };

    /// <param name="problem">What is wrong with it, to be read after its path: <c>is not JSON: …</c>.</param>
    public static SpecNode Unreadable(string problem, SourcePosition? position = null) => new(SpecNodeKind.Unreadable, position) { Text = problem };

    /// <summary>A scalar without quotes, as in YAML: its text says whether it is null, a boolean, a number or text.</summary>
    public static SpecNode Plain(string text, SourcePosition? position = null) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => Null(position),
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => new(SpecNodeKind.Boolean, position) { Text = text },
        _ when Number().IsMatch(text) => OfNumber(text, position),
        _ => OfText(text, position),
    };

    // As JSON has numbers: a leading zero ("022", "0123456") makes it text.
    [GeneratedRegex(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
