using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ProcessManager.Testing.Tests.Contract;

/// <summary>
/// As much of a shell as the contract's scripts need, as a description of a fake child: words with blanks between, commands with semicolons. What it
/// doesn't know it says so, so that a test that needs a real machine is found out and named in <see cref="LeftOut"/>.
/// </summary>
internal static partial class MiniShell
{
    public static FakeChild Describe(ProcessSpec spec)
    {
        if (spec.WorkingDirectory is { } directory && !Directory.Exists(directory))
        {
            return FakeChild.That.FailsToStart(ErrorCode.BadWorkingDirectory, $"\"{directory}\" is not a directory");
        }

        var words = spec.Shell ? null : new[] { spec.Command }.Concat(spec.Args).ToArray();
        return words is null ? Script(FakeChild.That, spec.Command, spec)
            : words is ["sh" or "/bin/sh", "-c", var line, ..] ? Script(FakeChild.That, line, spec)
            : Command(FakeChild.That, words, LogStream.Stdout, spec);
    }

    private static FakeChild Script(FakeChild child, string script, ProcessSpec spec)
    {
        foreach (var part in Parts().Matches(script).Select(match => match.Value.Trim()).Where(part => part.Length > 0))
        {
            var line = part;
            var stream = LogStream.Stdout;
            if (line.EndsWith(">&2", StringComparison.Ordinal))
            {
                (line, stream) = (line[..^3].TrimEnd(), LogStream.Stderr);
            }

            if (line == "while :; do sleep 0.05; done")
            {
                return child.Stays();
            }

            var words = Words().Matches(line).Select(word => Expand(word.Value, spec)).ToArray();
            child = Command(child, words is ["exec", .. var rest] ? rest : words, stream, spec);
            if (words is ["exec", ..] or ["exit", ..] or ["kill", _, "$$"])
            {
                return child;
            }
        }

        return child;
    }

    private static FakeChild Command(FakeChild child, string[] words, LogStream stream, ProcessSpec spec) => words switch
    {
        ["true"] => child,
        ["sleep", "1000"] => child.Stays(),
        ["sleep", var seconds] => child.Waits(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture))),
        ["exit", var code] => child.Exits(int.Parse(code, CultureInfo.InvariantCulture)),
        ["kill", ['-', .. var number], "$$"] => child.EndsBy(new Signal(int.Parse(number, CultureInfo.InvariantCulture))),
        ["trap", "", var signal] when Signal.TryParse(signal, out var ignored) => child.Ignores(ignored),
        ["trap", var then, var signal] when Signal.TryParse(signal, out var trapped) => child.On(trapped, Script(FakeChild.That, then, spec)),
        ["echo", .. var text] => child.Writes(stream, string.Join(' ', text) + "\n"),
        ["printf", var text] => child.Writes(stream, Printed(text)),
        ["seq", var from, var to] => child.Writes(stream, Count(int.Parse(from, CultureInfo.InvariantCulture), int.Parse(to, CultureInfo.InvariantCulture))),
        ["cat"] => child.Echoes(),
        _ => child.FailsToStart(ErrorCode.CommandNotFound, $"\"{words[0]}\" was not found in the PATH"),
    };

    private static string Expand(string word, ProcessSpec spec)
    {
        if (word is ['\'', .. var literal, '\''])
        {
            return literal;
        }

        var text = word.Trim('"');
        for (var number = 1; number <= spec.Args.Count; number++)
        {
            text = text.Replace($"${number}", spec.Args[number - 1], StringComparison.Ordinal);
        }

        return text;
    }

    private static string Count(int from, int to) =>
        string.Concat(Enumerable.Range(from, to - from + 1).Select(number => string.Create(CultureInfo.InvariantCulture, $"{number}\n")));

    private static byte[] Printed(string text)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[at].ToString()));
            }
            else if (text[at + 1] == 'n')
            {
                bytes.Add((byte)'\n');
                at++;
            }
            else
            {
                bytes.Add(Convert.ToByte(text.Substring(at + 1, 3), 8));
                at += 3;
            }
        }

        return [.. bytes];
    }

    /// <summary>Between semicolons that aren't in quotes; a loop is one.</summary>
    [GeneratedRegex(@"\s*while :; do .*?done|(?:'[^']*'|""[^""]*""|[^;'""])+", RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Parts();

    [GeneratedRegex(@"'[^']*'|""[^""]*""|\S+", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Words();
}
