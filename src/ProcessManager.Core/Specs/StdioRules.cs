namespace ProcessManager;

/// <summary>Standard input and the output's logs.</summary>
internal static class StdioRules
{
    /// <summary>What the trimming of a log needs: it frees 8 MiB at a time, down to the budget less 16 MiB.</summary>
    private const long LeastBudget = 24L << 20;

    public static void Check(ProcessSpec spec, RuleList rules)
    {
        var (stdin, output) = (spec.Stdin, spec.Output);
        rules.Defined("stdin", stdin.Mode);
        rules.Refuse((stdin.Mode == StdinMode.Text) != (stdin.Text is not null), "stdin", Pair("text", stdin.Mode));
        rules.Refuse((stdin.Mode == StdinMode.File) != (stdin.Path is not null), "stdin", Pair("file", stdin.Mode));
        rules.Add("stdin.text", TextRules.UnicodeProblem(stdin.Text));
        rules.Add("stdin.file", stdin.Path is null ? null : TextRules.NonEmptyProblem(stdin.Path));
        rules.Defined("output.mode", output.Mode);
        rules.Refuse(
            output.Budget < LeastBudget, "output.budget", $"must be at least {Sizes.Format(LeastBudget)}, and is {(output.Budget < 0 ? "negative" : Sizes.Format(output.Budget))}");
        rules.Refuse(
            spec.IdleTimeout is not null && output.Mode == OutputMode.Discard,
            "idleTimeout",
            "needs output that is kept: with output discard nobody sees whether anything was written");
    }

    private static string Pair(string field, StdinMode mode) =>
        $"mode {(Enum.IsDefined(mode) ? Spelling.Of(mode) : mode.ToString("D"))} {(mode == (field == "text" ? StdinMode.Text : StdinMode.File) ? $"needs a {field}" : $"takes no {field}")}";
}
