using System.CommandLine;

namespace ProcessManager.Cli;

internal static class TopVerb
{
    public static Command Create(CommandLine line)
    {
        var group = new Option<string?>("--group") { Description = "Only those of this group", HelpName = "NAME" };
        var plain = new Option<bool>("--plain") { Description = "Lines: the list, then what happens" };
        return line.Does(new Command("top", "Watch and steer the processes on the whole terminal") { group, plain }, async (call, cancellationToken) =>
        {
            var scope = new ProcessQuery { Group = call.Get(group) };

            // Asked before anything is drawn: without a manager there is nothing to look at.
            var first = await Ids.AllAsync(call.Manager, scope with { WithMetrics = true }, cancellationToken);
            if (!call.Json && !call.Get(plain) && Tty.Take(call.Caller) is { } tty)
            {
                call.Caller.Interrupts.Listen();
                await using var session = new TopSession(
                    call.Caller, call.Manager, tty, new TopModel { Title = scope.Group ?? call.Location.Socket }.With(first), scope);
                await session.RunAsync(call.Caller.Interrupts.First, cancellationToken);
            }
            else
            {
                ListVerb.Show(call, first, quiet: false);
                await TellAsync(call, scope.Group, cancellationToken);
            }

            return ExitCodes.Done;
        });
    }

    private static async Task TellAsync(Call call, string? group, CancellationToken cancellationToken)
    {
        await foreach (var happened in call.Manager.SubscribeAsync(new EventQuery(), cancellationToken))
        {
            if (group is null || happened.Id?.Value.StartsWith(group + ".", StringComparison.Ordinal) == true)
            {
                EventsVerb.Show(call, happened);
            }
        }
    }
}
