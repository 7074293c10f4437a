using System.Text;

namespace ProcessManager;

/// <summary>
/// The text of a file of variables (dotenv): <c>NAME=value</c> a line, <c>export</c> before it if wanted, <c>#</c> comments. A value in single quotes is
/// as it stands; in double quotes <c>\n \r \t \\ \" \$</c> are escapes; both may go over several lines. Nothing is expanded.
/// </summary>
public sealed class EnvironmentFileText
{
    private const int MostFaults = 20;

    private readonly string _text;
    private readonly List<KeyValuePair<string, string>> _variables = [];
    private readonly List<string> _faults = [];
    private int _at;
    private int _line = 1;

    private EnvironmentFileText(string text) => _text = text.StartsWith('\uFEFF') ? text[1..] : text;

    /// <summary>The variables, of those with the same name the last; or what is wrong with which lines. It never throws.</summary>
    public static (ValueMap<string> Variables, IReadOnlyList<string> Faults) Parse(string text)
    {
        var file = new EnvironmentFileText(text);
        while (file._at < file._text.Length && file._faults.Count < MostFaults)
        {
            file.ReadLine();
        }

        return (file._variables.ToValueMap(), file._faults);
    }

    private bool AtEnd => _at >= _text.Length || _text[_at] is '\n' or '\r';

    private void ReadLine()
    {
        var line = _line;
        SkipBlanks();
        if (!AtEnd && _text[_at] != '#' && Problem() is { } problem)
        {
            _faults.Add($"line {line}: {problem}");
        }

        SkipLine();
    }

    // Never with the text itself: a line that can't be read may be a part of a secret.
    private string? Problem()
    {
        var name = Word();
        SkipBlanks();
        if (name == "export" && !AtEnd && _text[_at] != '=')
        {
            name = Word();
            SkipBlanks();
        }

        if (AtEnd || _text[_at] != '=')
        {
            return "it isn't NAME=value";
        }

        _at++;
        if (NameProblem(name) is { } wrong)
        {
            return wrong;
        }

        SkipBlanks();
        var (value, problem) = AtEnd ? ("", null) : _text[_at] is '"' or '\'' ? InQuotes(_text[_at++]) : (Plain(), null);
        problem ??= TextRules.Problem(value);
        if (problem is null)
        {
            _variables.Add(new(name, value));
        }

        return problem is null ? null : $"{name} {problem}";
    }

    private string Word()
    {
        var from = _at;
        while (!AtEnd && _text[_at] is not ('=' or ' ' or '\t'))
        {
            _at++;
        }

        return _text[from.._at];
    }

    /// <summary>Up to the end of the line or a comment, which needs a blank before it.</summary>
    private string Plain()
    {
        var from = _at;
        while (!AtEnd && !(_text[_at] == '#' && (_at == from || _text[_at - 1] is ' ' or '\t')))
        {
            _at++;
        }

        return _text[from.._at].TrimEnd(' ', '\t');
    }

    private (string Value, string? Problem) InQuotes(char quote)
    {
        var opened = _line;
        var value = new StringBuilder();
        while (_at < _text.Length)
        {
            var c = _text[_at++];
            if (c == quote)
            {
                SkipBlanks();
                return AtEnd || _text[_at] == '#' ? (value.ToString(), null) : ("", "has something behind its closing quote");
            }

            if (c == '\n')
            {
                _line++;
            }

            if (c == '\\' && quote == '"' && _at < _text.Length)
            {
                Escape(value, _text[_at++]);
            }
            else
            {
                value.Append(c);
            }
        }

        // The rest of the file is inside the quotes: what follows can't be told from the value.
        return ("", $"has a quote that opens in line {opened} and is never closed");
    }

    private void Escape(StringBuilder value, char escaped)
    {
        switch (escaped)
        {
            case 'n':
                value.Append('\n');
                break;
            case 'r':
                value.Append('\r');
                break;
            case 't':
                value.Append('\t');
                break;
            case '\\' or '"' or '$':
                value.Append(escaped);
                break;
            case '\n':
                // A line that goes on in the next one.
                _line++;
                break;
            default:
                value.Append('\\').Append(escaped);
                break;
        }
    }

    private static string? NameProblem(string name) =>
        name.Length == 0 ? "there is no name before the ="
        : !(char.IsAsciiLetter(name[0]) || name[0] == '_') || name.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'))
            ? "what stands before the = is not a name: letters, digits and _, not a digit first"
        : name.StartsWith(EnvironmentRules.Reserved, StringComparison.Ordinal) ? $"{name} is reserved; the manager sets it itself"
        : null;

    private void SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] is (' ' or '\t'))
        {
            _at++;
        }
    }

    /// <summary>To the start of the next line, over one that ends with CR LF too.</summary>
    private void SkipLine()
    {
        while (_at < _text.Length && _text[_at++] != '\n')
        {
        }

        _line++;
    }
}
