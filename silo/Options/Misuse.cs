using System.CommandLine;
using System.Text.RegularExpressions;

namespace ProcessManager.Silo;

/// <summary>What is wrong with a command line, without what may be secret in it: logs of services are read by many.</summary>
internal static partial class Misuse
{
    /// <summary>A line for each mistake. What stands where nobody expected it isn't repeated: after a mistyped option that is its value.</summary>
    public static IEnumerable<string> Lines(ParseResult parse)
    {
        var unexpected = parse.UnmatchedTokens;
        foreach (var token in unexpected)
        {
            if (OptionName().Match(token) is { Success: true } option)
            {
                yield return $"There is no option {option.Value}.";
            }
        }

        if (!unexpected.Any(token => OptionName().IsMatch(token)) && unexpected.Count > 0)
        {
            yield return "It takes options and their values, and nothing else.";
        }

        foreach (var error in parse.Errors.Where(error => !unexpected.Any(token => error.Message.Contains(token, StringComparison.Ordinal))))
        {
            yield return WithoutPasswords(error.Message);
        }
    }

    /// <summary>From the first password on it says nothing more.</summary>
    public static string WithoutPasswords(string message) => Password().Replace(message, "${name}=…");

    [GeneratedRegex("^--[a-z][a-z-]*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OptionName();

    [GeneratedRegex("(?<name>password|passwd|pwd)[ ]*=.*", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Password();
}
