namespace ProcessManager.Os;

/// <summary>
/// The mark that a child and all that it starts carry in their environment: <c>PROCMAN_RUN=MANAGER/ID/RUN.ATTEMPT</c>. A manager that is itself a
/// managed child appends its own to the one that it carries, with ':' between.
/// </summary>
/// <param name="Innermost">Whether it is the last of the chain: the process isn't inside the tree of a manager inside the tree.</param>
internal sealed record RunMark(ProcessId Id, Epoch Epoch, bool Innermost)
{
    public const string Variable = "PROCMAN_RUN";

    /// <summary>Where a hook has its mark: its PROCMAN_RUN is the number of the run that it is told of.</summary>
    public const string HookVariable = "PROCMAN_MARK";

    /// <summary>The value for a child. Marks of the same manager in <paramref name="inherited"/> are dropped: its children aren't inside each other.</summary>
    public static string Chain(string? inherited, Guid manager, ProcessId id, Epoch epoch) => Outer(inherited, manager) + $"{manager:N}/{id}/{epoch}";

    /// <summary>What stands before the manager's own mark, with its ':'.</summary>
    public static string Outer(string? inherited, Guid manager)
    {
        var own = manager.ToString("N") + "/";
        var outer = (inherited ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Where(x => !x.StartsWith(own, StringComparison.Ordinal));
        return string.Concat(outer.Select(x => x + ":"));
    }

    /// <summary>The last mark of <paramref name="manager"/> in an environment as the kernel shows it: entries that end in a zero byte.</summary>
    public static RunMark? InEnvironment(ReadOnlySpan<byte> environment, string manager)
    {
        var run = Value(environment, "PROCMAN_RUN="u8);

        // A hook is told a run's number there.
        var mark = run.Length > 0 && !run.Contains((byte)'/') ? Value(environment, "PROCMAN_MARK="u8) : run;
        return mark.IsEmpty ? null : Find(System.Text.Encoding.UTF8.GetString(mark), manager);
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> environment, ReadOnlySpan<byte> name)
    {
        int at;
        while ((at = environment.IndexOf(name)) >= 0)
        {
            if (at == 0 || environment[at - 1] == 0)
            {
                var value = environment[(at + name.Length)..];
                var end = value.IndexOf((byte)0);
                return end < 0 ? value : value[..end];
            }

            environment = environment[(at + name.Length)..];
        }

        return default;
    }

    /// <summary>The last mark of <paramref name="manager"/> in a chain.</summary>
    public static RunMark? Find(ReadOnlySpan<char> chain, string manager)
    {
        RunMark? found = null;
        foreach (var range in chain.Split(':'))
        {
            var element = chain[range];
            var last = range.End.GetOffset(chain.Length) == chain.Length;
            var slash = element.LastIndexOf('/');
            if (element.StartsWith(manager, StringComparison.Ordinal) && slash > manager.Length && element[manager.Length] == '/'
                && ProcessId.TryParse(element[(manager.Length + 1)..slash].ToString(), out var id) && Epoch.TryParse(element[(slash + 1)..], out var epoch))
            {
                found = new RunMark(id, epoch, last);
            }
        }

        return found;
    }
}
