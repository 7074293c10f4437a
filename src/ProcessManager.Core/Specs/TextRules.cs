namespace ProcessManager;

/// <summary>What any text that reaches the kernel must be.</summary>
internal static class TextRules
{
    /// <summary>What is wrong with a text that ends up in a C string; null when nothing is.</summary>
    public static string? Problem(string? text)
    {
        if (text is null)
        {
            return "must be text, not null";
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "must not contain a NUL character, which ends a text for the kernel";
        }

        return UnicodeProblem(text);
    }

    /// <summary>For text that may hold anything else, as input does.</summary>
    public static string? UnicodeProblem(string? text) =>
        text is null || IsUnicode(text) ? null : "must be valid Unicode, and has half of a surrogate pair";

    /// <summary>A path, a user's name: as <see cref="Problem"/>, and not empty.</summary>
    public static string? NonEmptyProblem(string? text) => text is { Length: 0 } ? "must not be empty; leave it out for none" : Problem(text);

    /// <summary>The same with a limit.</summary>
    public static string? NonEmptyProblem(string? text, int most) =>
        NonEmptyProblem(text) ?? (text!.Length > most ? $"has {text.Length} characters; at most {most} are allowed" : null);

    private static bool IsUnicode(string text)
    {
        var rest = text.AsSpan();
        while (rest.IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var at)
        {
            if (at + 1 >= rest.Length || !char.IsSurrogatePair(rest[at], rest[at + 1]))
            {
                return false;
            }

            rest = rest[(at + 2)..];
        }

        return true;
    }
}
