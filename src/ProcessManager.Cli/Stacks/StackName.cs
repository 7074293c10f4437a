using System.CommandLine;

namespace ProcessManager.Cli;

/// <summary>A stack that is there already: by its name, or by its file.</summary>
internal static class StackName
{
    public static Argument<string> Argument() => new("FILE|STACK") { Description = "The stack's file, or its name" };

    /// <summary>The stack in a file, where the words name one; null: they are a name.</summary>
    public static StackSpec? FileOf(Call call, string words) =>
        words.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || words.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
            || words.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || File.Exists(call.Caller.Absolute(words))
            ? ProcessFile.Read(call.Caller, words)
            : null;

    public static string Of(Call call, string words) => FileOf(call, words)?.Name ?? words;
}
