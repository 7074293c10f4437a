using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ProcessManager.Embedded;

/// <summary>A tree as YAML that reads back as the same tree.</summary>
internal static class YamlText
{
    public static string Write(SpecNode node)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(emitter, node, depth: 0);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Write(Emitter emitter, SpecNode node, int depth)
    {
        switch (node.Kind)
        {
            case SpecNodeKind.Null or SpecNodeKind.Unreadable:
                emitter.Emit(Plain("null"));
                break;
            case SpecNodeKind.Number or SpecNodeKind.Boolean:
                emitter.Emit(Plain(node.Text));
                break;
            case SpecNodeKind.Text:
                emitter.Emit(Text(node.Text));
                break;
            case SpecNodeKind.List:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, node.Items.All(IsScalar) ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in node.Items)
                {
                    Write(emitter, item, depth + 1);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case SpecNodeKind.Map:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, depth > 0 && node.Entries.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, value) in node.Entries)
                {
                    emitter.Emit(Text(key));
                    Write(emitter, value, depth + 1);
                }

                emitter.Emit(new MappingEnd());
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static bool IsScalar(SpecNode node) => node.Kind is not (SpecNodeKind.List or SpecNodeKind.Map);

    private static Scalar Plain(string text) => new(AnchorName.Empty, TagName.Empty, text, ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false);

    /// <summary>In quotes where it would be read as something else, or where plain text has no way to say it.</summary>
    private static Scalar Text(string text) => new(
        AnchorName.Empty,
        TagName.Empty,
        text,
        SpecNode.Plain(text).Kind == SpecNodeKind.Text && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or ' ' or '$' or '=') && !text.StartsWith('-') && text.Trim() == text
            ? ScalarStyle.Plain
            : ScalarStyle.DoubleQuoted,
        isPlainImplicit: true,
        isQuotedImplicit: true);
}
