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
        Terminal(spec, rules);
        rules.Refuse(output is { Echo: true, Mode: OutputMode.Discard }, "output.echo", "needs output that is kept: with output discard there is nothing to show");
        rules.Refuse(
            spec.IdleTimeout is not null && output.Mode == OutputMode.Discard,
            "idleTimeout",
            "needs output that is kept: with output discard nobody sees whether anything was written");
    }

    /// <summary>What is wrong with the size of a terminal; null: nothing.</summary>
    public static string? SizeProblem(TerminalSize size) => size is { Columns: >= 1 and <= ushort.MaxValue, Rows: >= 1 and <= ushort.MaxValue }
        ? null
        : $"must have from 1 to {ushort.MaxValue} columns and rows, and has {size.Columns} and {size.Rows}";

    private static void Terminal(ProcessSpec spec, RuleList rules)
    {
        var output = spec.Output;
        rules.Add("output.size", output.Size is { } size ? SizeProblem(size) : null);
        if (output.Mode != OutputMode.Terminal)
        {
            rules.Refuse(output.Size is not null, "output.size", "is of a terminal: say mode terminal, or leave it out");
            return;
        }

        rules.Refuse(
            spec.Stdin.Mode is StdinMode.Text or StdinMode.File, "stdin", "must be none or pipe with output terminal: the terminal is the standard input too");
        rules.Refuse(
            spec.Lifetime == Lifetime.Keep, "lifetime", "must be WithManager with output terminal: the manager is at the terminal's other end");
    }

    private static string Pair(string field, StdinMode mode) =>
        $"mode {(Enum.IsDefined(mode) ? Spelling.Of(mode) : mode.ToString("D"))} {(mode == (field == "text" ? StdinMode.Text : StdinMode.File) ? $"needs a {field}" : $"takes no {field}")}";
}
