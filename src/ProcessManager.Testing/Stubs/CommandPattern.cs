using System.Text.RegularExpressions;

namespace ProcessManager.Testing;

/// <summary>
/// Which commands are meant: a glob over the command line (the command and its arguments with a blank between), where <c>*</c> is anything and
/// <c>?</c> one character. The command may be written with or without its directory.
/// </summary>
internal sealed class CommandPattern
{
    private readonly Func<ProcessSpec, bool> _matches;

    public CommandPattern(string glob)
    {
        var expression = new Regex(
            $"^{Regex.Escape(glob).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)}$",
            RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        _matches = spec => expression.IsMatch(Line(spec)) || (spec.Command.Contains('/', StringComparison.Ordinal) && expression.IsMatch(Short(spec)));
        Description = $"`{glob}`";
    }

    public CommandPattern(Func<ProcessSpec, bool> predicate, string description)
    {
        _matches = predicate;
        Description = description;
    }

    public string Description { get; }

    public static string Line(ProcessSpec spec) => string.Join(' ', spec.Args.Prepend(spec.Command));

    public bool Matches(ProcessSpec spec) => _matches(spec);

    private static string Short(ProcessSpec spec) => string.Join(' ', spec.Args.Prepend(Path.GetFileName(spec.Command)));
}
