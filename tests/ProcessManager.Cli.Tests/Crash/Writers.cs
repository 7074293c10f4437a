namespace ProcessManager.Cli.Tests.Crash;

/// <summary>
/// Children that write numbered lines until a file appears, then one line "end", and exit with a code. Each start is a line in a file, so
/// that a second copy shows.
/// </summary>
internal static class Writers
{
    // A line each 50 ms, in a write of its own; perl, because a shell would fork a sleep for every pause.
    private const string Text =
        """
        my ($starts, $until, $code) = @ARGV;
        open(my $file, '>>', $starts) or die; syswrite($file, "$ENV{PROCMAN_RUN} $$\n"); close($file);
        for (my $number = 1; ; $number++) {
            syswrite(STDOUT, "$number\n");
            last if -e $until;
            select(undef, undef, undef, 0.05);
        }
        syswrite(STDOUT, "end\n");
        exit $code;
        """;

    public static ProcessSpec Until(string starts, string file, int code) => new() { Command = "perl", Args = ["-e", Text, starts, file, $"{code}"] };

    /// <summary>What is wrong with a log of <see cref="Until"/>; null: nothing is missing, doubled or out of order.</summary>
    public static string? Fault(string log, bool ended)
    {
        var lines = log.Split('\n');
        if (ended)
        {
            if (lines is not [.., "end", ""])
            {
                return $"it doesn't close with its end but with \"{string.Join("|", lines.TakeLast(3))}\"";
            }

            lines = lines[..^2];
        }
        else
        {
            lines = lines[..^1];
        }

        for (var at = 0; at < lines.Length; at++)
        {
            if (!string.Equals(lines[at], $"{at + 1}", StringComparison.Ordinal))
            {
                return $"line {at + 1} is \"{lines[at]}\"";
            }
        }

        return lines.Length == 0 ? "it is empty" : null;
    }
}
