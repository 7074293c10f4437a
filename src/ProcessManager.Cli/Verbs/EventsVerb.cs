using System.CommandLine;

namespace ProcessManager.Cli;

internal static class EventsVerb
{
    public static Command Create(CommandLine line)
    {
        var ids = Ids.Argument(line);
        ids.Arity = ArgumentArity.ZeroOrMore;
        var types = Values.Choices<EventType>("--type", "Only events of this type", "TYPE");
        var after = new Option<string?>("--after") { Description = "Begin after this event (its cursor)", HelpName = "CURSOR" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what happens from now on; without --after, with that alone" };
        var verb = new Command("events", "Show what happened: all that is kept, or from now on") { ids, types, after, follow };
        return line.Does(verb, async (call, cancellationToken) =>
        {
            var about = new List<ProcessId>();
            foreach (var name in call.Get(ids) ?? [])
            {
                // Those that were removed have events too, so an id needn't be known.
                about.Add(name.StartsWith('@') ? await Ids.ResolveAsync(call, name, cancellationToken) : ProcessId.Parse(name));
            }

            var query = new EventQuery
            {
                Ids = [.. about],
                Types = [.. call.Get(types) ?? []],
                After = call.Get(after) ?? (call.Get(follow) ? null : ""),
                Follow = call.Get(follow),
            };
            await ShowAsync(call, query, cancellationToken);
            return ExitCodes.Done;
        });
    }

    /// <summary>One event: a line, or a document.</summary>
    public static void Show(Call call, ProcessEvent happened)
    {
        if (call.Json)
        {
            call.PrintJson(happened);
        }
        else
        {
            call.Print(Happening.Line(happened));
        }
    }

    private static async Task ShowAsync(Call call, EventQuery query, CancellationToken cancellationToken)
    {
        await foreach (var happened in call.Manager.SubscribeAsync(query, cancellationToken))
        {
            Show(call, happened);
        }
    }
}
