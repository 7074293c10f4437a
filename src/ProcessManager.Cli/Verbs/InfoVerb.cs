using System.CommandLine;

namespace ProcessManager.Cli;

internal static class InfoVerb
{
    public static Command Create(CommandLine line)
    {
        var ids = Ids.Argument(line);
        return line.Does(new Command("info", "Explain how a process stands, why, and what comes next") { ids }, (call, cancellationToken) => Ids.ForEachAsync(
            call,
            call.Get(ids)!,
            async id => new Subject(
                await call.Manager.GetAsync(id, cancellationToken),
                await call.Manager.GetSpecAsync(id, cancellationToken),
                await call.Manager.GetRunsAsync(id, cancellationToken)),
            subjects => Show(call, subjects),
            cancellationToken));
    }

    private static void Show(Call call, IReadOnlyList<Subject?> subjects)
    {
        if (call.Json)
        {
            call.Show([.. subjects.Select(subject => subject?.Info)]);
            return;
        }

        var now = call.Caller.Clock.GetUtcNow();
        foreach (var subject in subjects.OfType<Subject>())
        {
            call.Print(Explanation.Of(subject.Info, subject.Spec, subject.Runs, now));
        }
    }

    private sealed record Subject(ProcessInfo Info, ProcessSpec Spec, IReadOnlyList<AttemptResult> Runs);
}
