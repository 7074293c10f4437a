namespace ProcessManager;

/// <summary>A tree with variables in its texts. Keys are never filled in, so what a value holds can't change what a spec says, only a value of it.</summary>
internal static class TemplateTree
{
    /// <summary>The most that filling in may make of a tree.</summary>
    private const int MostCharacters = 1 << 20;

    /// <summary>Every text with variables, where it stands.</summary>
    public static IEnumerable<(string Path, TemplateText Text)> Texts(SpecNode node, FaultList faults, string path = "")
    {
        switch (node.Kind)
        {
            case SpecNodeKind.Text when node.Text.Contains("${", StringComparison.Ordinal):
                if (TemplateText.Parse(node.Text, out var problem) is { } text)
                {
                    return [(path, text)];
                }

                faults.Locate(path, node.Position);
                faults.Add(path, problem);
                return [];
            case SpecNodeKind.List:
                return node.Items.SelectMany((item, index) => Texts(item, faults, SpecPath.Item(path, index)));
            case SpecNodeKind.Map:
                return node.Entries.SelectMany(entry => Texts(entry.Value, faults, SpecPath.Key(path, entry.Key)));
            case SpecNodeKind.Null or SpecNodeKind.Text or SpecNodeKind.Number or SpecNodeKind.Boolean or SpecNodeKind.Unreadable:
                return [];
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>The tree with the values in their places; a variable without one is a fault of its place.</summary>
    /// <param name="value">Null: there is none.</param>
    public static SpecNode Fill(SpecNode node, Func<TemplateVariable, string?> value, FaultList faults)
    {
        var left = MostCharacters;
        return Fill(node, "");

        SpecNode Fill(SpecNode node, string path) => node.Kind switch
        {
            SpecNodeKind.Text when node.Text.Contains("${", StringComparison.Ordinal) => FillText(node, path),
            SpecNodeKind.List => SpecNode.List([.. node.Items.Select((item, index) => Fill(item, SpecPath.Item(path, index)))], node.Position),
            SpecNodeKind.Map => SpecNode.Map([.. node.Entries.Select(entry => new SpecEntry(entry.Key, Fill(entry.Value, SpecPath.Key(path, entry.Key))))], node.Position),
            _ => node,
        };

        SpecNode FillText(SpecNode node, string path)
        {
            if (TemplateText.Parse(node.Text, out var problem) is not { } text)
            {
                return SpecNode.Unreadable(problem, node.Position);
            }

            var filled = text.Fill(variable => value(variable) ?? Missing(variable, node, path));
            left -= filled.Length;
            return left < 0 ? SpecNode.Unreadable("holds more than 1 MiB once its variables are filled in", node.Position)
                : text.IsVariable ? Typed(filled, node.Position)
                : SpecNode.OfText(filled, node.Position);
        }

        string Missing(TemplateVariable variable, SpecNode node, string path)
        {
            faults.Locate(path, node.Position);
            faults.Add(path, variable.Environment
                ? $"needs {variable}, and the manager's environment has none"
                : $"needs a value for {variable}: give it as an argument, or a default in the template");
            return "";
        }
    }

    /// <summary>What stands alone may be a number or a truth value, as it may when it is written there; nothing is text, not null.</summary>
    private static SpecNode Typed(string text, SourcePosition? position) =>
        SpecNode.Plain(text, position) is { Kind: SpecNodeKind.Number or SpecNodeKind.Boolean } typed ? typed : SpecNode.OfText(text, position);
}
