using System.Text;
using System.Text.RegularExpressions;

namespace ProcessManager;

/// <summary>A place in a template's text that is to be filled in: <c>${name}</c>, <c>${name:-default}</c>, <c>${env:NAME}</c>.</summary>
/// <param name="Environment">Whether it is taken from the manager's environment, not from the arguments.</param>
/// <param name="Default">What stands there without a value; null: a value is needed.</param>
public sealed record TemplateVariable(string Name, bool Environment, string? Default)
{
    /// <summary>As it is written.</summary>
    public override string ToString() => $"${{{(Environment ? "env:" : "")}{Name}{(Default is null ? "" : $":-{Default}")}}}";
}

/// <summary>A text with variables, in parts. <c>$${</c> is a plain <c>${</c>; a <c>$</c> before anything else is itself.</summary>
internal sealed partial class TemplateText
{
    private readonly List<(string Plain, TemplateVariable? Variable)> _parts = [];

    private TemplateText()
    {
    }

    public IEnumerable<TemplateVariable> Variables => _parts.Select(part => part.Variable).OfType<TemplateVariable>();

    /// <summary>Whether it is one variable and nothing else, and so may stand for a number or a choice.</summary>
    public bool IsVariable => _parts is [{ Variable: not null }];

    /// <summary>It never throws: what is wrong is in <paramref name="problem"/>.</summary>
    public static TemplateText? Parse(string text, out string problem)
    {
        var parsed = new TemplateText();
        var plain = new StringBuilder();
        problem = "";
        for (var at = 0; at < text.Length;)
        {
            var rest = text.AsSpan(at);
            if (rest.StartsWith("$${", StringComparison.Ordinal))
            {
                plain.Append("${");
                at += 3;
            }
            else if (!rest.StartsWith("${", StringComparison.Ordinal))
            {
                plain.Append(text[at++]);
            }
            else if (rest.IndexOf('}') is var length and > 0 && Variable().Match(text, at, length + 1) is { Success: true } match)
            {
                parsed.Add(plain);
                parsed._parts.Add(("", new TemplateVariable(
                    match.Groups["name"].Value, match.Groups["env"].Success, match.Groups["default"] is { Success: true } given ? given.Value : null)));
                at += length + 1;
            }
            else
            {
                problem = $"has a ${{ that begins no variable: {Quoted.Text(text[at..])}. Write ${{name}}, ${{name:-default}} or ${{env:NAME}}; $${{ is a plain ${{";
                return null;
            }
        }

        parsed.Add(plain);
        return parsed;
    }

    public string Fill(Func<TemplateVariable, string> value) => string.Concat(_parts.Select(part => part.Variable is { } variable ? value(variable) : part.Plain));

    private void Add(StringBuilder plain)
    {
        if (plain.Length > 0)
        {
            _parts.Add((plain.ToString(), null));
            plain.Clear();
        }
    }

    [GeneratedRegex(@"\A\$\{(?<env>env:)?(?<name>[A-Za-z_][A-Za-z0-9_.-]*?)(:-(?<default>[^}]*))?\}\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
