using System.CommandLine;
using System.Text;

namespace ProcessManager.Cli;

internal static class LogsVerb
{
    public static Command Create(CommandLine line)
    {
        var ids = Ids.Argument(line);
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what is written, until the process has ended" };
        var tail = new Option<int?>("--tail") { Description = "Only the last lines (of each stream)", HelpName = "N" };
        var since = Values.Moment("--since", "Only lines seen since then: a time, or so long ago (10m)", TimeProvider.System);
        var stream = Values.Choice<LogStream>("--stream", "One stream; both when absent");
        var grep = new Option<string?>("--grep") { Description = "Only lines that match this regular expression", HelpName = "REGEX" };
        tail.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 0)
            {
                result.AddError("--tail: a number of lines, 0 or more.");
            }
        });
        var verb = new Command("logs", "Show what processes wrote") { ids, follow, tail, since, stream, grep };
        return line.Does(verb, (call, cancellationToken) =>
        {
            var query = new LogQuery
            {
                Follow = call.Get(follow),
                Tail = call.Get(tail),
                Since = call.Get(since),
                Stream = call.Get(stream),
                Grep = call.Get(grep),
            };
            return ShowAsync(call, call.Get(ids)!, query, cancellationToken);
        });
    }

    public static async Task<int> ShowAsync(Call call, string[] names, LogQuery query, CancellationToken cancellationToken)
    {
        var resolved = new List<ProcessId>();
        var failed = await Ids.ForEachAsync(
            call,
            names,
            async id => await call.Manager.GetAsync(id, cancellationToken),
            infos => resolved.AddRange(infos.OfType<ProcessInfo>().Select(info => info.Id)),
            cancellationToken);
        var prefix = new Prefix(resolved.Select(id => id.Value).Distinct(), call.Caller.Out.Colours);
        Func<ProcessId, Task> show = (call.Json, names.Length) switch
        {
            (true, _) => id => AsJsonAsync(call, id, query, cancellationToken),
            (_, 1) => id => AsIsAsync(call, id, query, cancellationToken),
            _ => id => PrefixedAsync(call, prefix, id, query, cancellationToken),
        };
        if (query.Follow)
        {
            await Task.WhenAll(resolved.Select(show));
        }
        else
        {
            foreach (var id in resolved)
            {
                await show(id);
            }
        }

        return failed;
    }

    private static async Task AsIsAsync(Call call, ProcessId id, LogQuery query, CancellationToken cancellationToken)
    {
        await foreach (var chunk in call.Manager.ReadLogsAsync(id, query, cancellationToken))
        {
            call.Caller.Out.Bytes(chunk.Bytes.Span);
        }
    }

    private static async Task PrefixedAsync(Call call, Prefix prefix, ProcessId id, LogQuery query, CancellationToken cancellationToken)
    {
        await foreach (var line in call.Manager.ReadLinesAsync(id, query, cancellationToken))
        {
            prefix.Line(call.Caller.Out, id.Value, line.Bytes.Span);
        }
    }

    private static async Task AsJsonAsync(Call call, ProcessId id, LogQuery query, CancellationToken cancellationToken)
    {
        await foreach (var line in call.Manager.ReadLinesAsync(id, query, cancellationToken))
        {
            call.PrintJson(new { Id = id, line.Time, line.Stream, line.Offset, Text = Encoding.UTF8.GetString(line.Bytes.Span) });
        }
    }
}
