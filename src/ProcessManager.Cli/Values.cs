using System.CommandLine;
using System.Globalization;

namespace ProcessManager.Cli;

/// <summary>Options whose values are read as everywhere else: durations, spelled choices, times, names with values.</summary>
internal static class Values
{
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = result =>
        {
            if (!Durations.TryParse(result.Tokens[0].Value, out var span, out var problem))
            {
                result.AddError($"{name}: {problem}.");
            }

            return span;
        },
    };

    public static Option<T?> Choice<T>(string name, string description)
        where T : struct, Enum
    {
        var option = new Option<T?>(name) { Description = description, HelpName = string.Join('|', Spelling.Names<T>()) };
        option.CustomParser = result => ParseChoice<T>(name, result);
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. Spelling.Names<T>()]);
        return option;
    }

    /// <summary>One that may be given several times.</summary>
    public static Option<T[]> Choices<T>(string name, string description, string helpName)
        where T : struct, Enum
    {
        var option = new Option<T[]>(name) { Description = description, HelpName = helpName };
        option.CustomParser = result =>
        {
            var chosen = new List<T>();
            foreach (var token in result.Tokens)
            {
                if (Spelling.TryParse<T>(token.Value, out var value))
                {
                    chosen.Add(value);
                }
                else
                {
                    result.AddError(NoChoice<T>(name, token.Value));
                }
            }

            return [.. chosen];
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. Spelling.Names<T>()]);
        return option;
    }

    /// <summary>A time (ISO 8601), or a duration: so long ago.</summary>
    public static Option<DateTimeOffset?> Moment(string name, string description, TimeProvider clock) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Durations.TryParse(text, out var ago, out _))
            {
                return clock.GetUtcNow() - ago;
            }

            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            {
                result.AddError($"{name}: \"{text}\" is neither a time (2026-01-02T03:04:05Z) nor a duration (10m: so long ago).");
            }

            return time;
        },
    };

    /// <summary><c>name=value</c> pairs; without <c>=</c> the value is null.</summary>
    public static Option<string[]> Pairs(string name, string description, string helpName) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => [] };

    public static KeyValuePair<string, string?> Pair(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? new(text, null) : new(text[..equals], text[(equals + 1)..]);
    }

    private static T? ParseChoice<T>(string name, System.CommandLine.Parsing.ArgumentResult result)
        where T : struct, Enum
    {
        if (!Spelling.TryParse<T>(result.Tokens[0].Value, out var value))
        {
            result.AddError(NoChoice<T>(name, result.Tokens[0].Value));
        }

        return value;
    }

    private static string NoChoice<T>(string name, string text)
        where T : struct, Enum => $"{name}: \"{text}\" is none of {string.Join(", ", Spelling.Names<T>())}.";
}
