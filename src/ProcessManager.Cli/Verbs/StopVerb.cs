using System.CommandLine;

namespace ProcessManager.Cli;

internal static class StopVerb
{
    public static Command Create(CommandLine line)
    {
        var grace = Grace();
        var wait = NoWait();
        return line.DoesForEach(
            new Command("stop", "Stop: the stop signal, then SIGKILL after the grace; never restarted") { grace, wait },
            (call, id, cancellationToken) => call.Manager.StopAsync(id, Options(call, grace, wait), cancellationToken));
    }

    public static Option<TimeSpan?> Grace() => Values.Duration("--grace", "From the stop signal to SIGKILL; the spec's when absent, 0 for at once");

    public static Option<bool> NoWait() => new("--no-wait") { Description = "Answer when the order is taken, not when it is carried out" };

    public static StopOptions Options(Call call, Option<TimeSpan?> grace, Option<bool> noWait) =>
        new() { Grace = call.Get(grace), Wait = !call.Get(noWait) };
}
