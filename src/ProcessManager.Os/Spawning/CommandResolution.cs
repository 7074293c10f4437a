namespace ProcessManager.Os;

/// <summary>Where a command is looked for: in the PATH of the child, not of the manager.</summary>
internal static class CommandResolution
{
    /// <summary>What execvp(3) takes when there is no PATH.</summary>
    public const string DefaultPath = "/bin:/usr/bin";

    /// <summary>
    /// The files to try, in order. One with a slash is itself, relative to the child's directory; so are relative entries of PATH, and an
    /// empty one is that directory.
    /// </summary>
    public static IReadOnlyList<string> Candidates(string command, IReadOnlyList<string> environment)
    {
        if (command.Contains('/', StringComparison.Ordinal))
        {
            return [command];
        }

        var folders = PathOf(environment).Split(':');
        var candidates = new string[folders.Length];
        for (var i = 0; i < folders.Length; i++)
        {
            candidates[i] = folders[i].Length == 0 ? "./" + command : folders[i] + "/" + command;
        }

        return candidates;
    }

    public static string PathOf(IReadOnlyList<string> environment)
    {
        foreach (var variable in environment)
        {
            if (variable.StartsWith("PATH=", StringComparison.Ordinal))
            {
                return variable[5..];
            }
        }

        return DefaultPath;
    }
}
