namespace ProcessManager.Bench;

/// <summary>One run of the bench: the machine, the sections one after another, what became of the targets.</summary>
internal static class Run
{
    /// <returns>0 done, whatever the figures; 1 a section couldn't be measured; 130 interrupted.</returns>
    public static async Task<int> AllAsync(IReadOnlyList<ISection> sections, BenchOptions options, CancellationToken cancellationToken)
    {
        using var scratch = new Scratch();
        using var programs = new Programs(scratch);
        var bench = new Workbench(options, scratch, programs, cancellationToken);
        var machine = MachineFacts.Read(scratch.Folder);
        var rows = new List<(string Section, Row Row)>();
        var failed = false;
        Say(options, string.Join('\n', machine.Select(fact => $"    {fact}")));
        foreach (var section in sections.Where(section => options.Only.Count == 0 || options.Only.Contains(section.Name)))
        {
            Console.Error.WriteLine($"{section.Name}: {section.Title}");
            var before = rows.Count;
            try
            {
                await section.RunAsync(bench, row => rows.Add((section.Name, row)));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                Console.Error.WriteLine("Interrupted: ending what was started.");
                return 130;
            }
            catch (Exception e)
            {
                // The other sections are worth having.
                failed = true;
                bench.Skip($"{section.Name} broke down: {e.Message}");
                Console.Error.WriteLine(e.StackTrace);
            }
            finally
            {
                scratch.EndMarked();
            }

            Say(options, $"\n{section.Title} (--only {section.Name})\n\n{string.Join('\n', Table.Lines([.. rows.Skip(before).Select(pair => pair.Row)]))}");
        }

        if (options.IsJson)
        {
            Console.WriteLine(JsonReport.Text(machine, rows, bench.Skipped));
        }

        Say(options, Summary(rows, bench.Skipped));
        return failed ? 1 : 0;
    }

    private static string Summary(List<(string Section, Row Row)> rows, IReadOnlyList<string> skipped)
    {
        var judged = rows.Select(pair => pair.Row.IsMet).Where(met => met is not null).ToList();
        var missed = rows.Where(pair => pair.Row.IsMet == false).Select(pair => $"\n    missed: {pair.Row.What}");
        return $"\n{judged.Count(met => met == true)} of {judged.Count} targets met.{string.Concat(missed)}{string.Concat(skipped.Select(what => $"\n    skipped: {what}"))}";
    }

    private static void Say(BenchOptions options, string text)
    {
        if (!options.IsJson)
        {
            Console.WriteLine(text);
        }
    }
}
