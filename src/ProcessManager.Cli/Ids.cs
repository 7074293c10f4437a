using System.CommandLine;
using System.Globalization;

namespace ProcessManager.Cli;

/// <summary>
/// The processes that a user names: by id; by <c>@1234</c>, the kernel's number of the main child; or by the key alone of one that came from
/// a file (<c>api</c> for <c>shop.api</c>), where that is unique.
/// </summary>
internal static class Ids
{
    private static readonly TimeSpan CompletionPatience = TimeSpan.FromSeconds(1);

    public static Argument<string[]> Argument(CommandLine line)
    {
        var argument = new Argument<string[]>("ID") { Arity = ArgumentArity.OneOrMore, Description = "Its id, or @OSPID" };
        argument.CompletionSources.Add(context => line.CompleteIds(context.ParseResult, context.WordToComplete));
        return argument;
    }

    public static Argument<string> One(CommandLine line)
    {
        var argument = new Argument<string>("ID") { Description = "Its id, or @OSPID" };
        argument.CompletionSources.Add(context => line.CompleteIds(context.ParseResult, context.WordToComplete));
        return argument;
    }

    /// <summary>
    /// Does <paramref name="action"/> for all of <paramref name="names"/> at once. What fails is reported, the others go on; the worst exit code wins.
    /// </summary>
    public static async Task<int> ForEachAsync<T>(
        Call call, IReadOnlyList<string> names, Func<ProcessId, Task<T>> action, Action<IReadOnlyList<T?>> show, CancellationToken cancellationToken)
        where T : class
    {
        var outcomes = await Task.WhenAll(names.Select(name => TryAsync(call, name, action, cancellationToken)));
        show([.. outcomes.Select(outcome => outcome.Result)]);
        var unreachable = outcomes.FirstOrDefault(outcome => outcome.Error?.Code == ErrorCode.Unavailable).Error;
        if (unreachable is not null)
        {
            return call.Report(unreachable);
        }

        return outcomes.Max(outcome => outcome.Error is { } error ? call.Report(error) : ExitCodes.Done);
    }

    /// <summary>Does <paramref name="action"/> for the one process that <paramref name="name"/> means.</summary>
    public static async Task<T> ForAsync<T>(Call call, string name, Func<ProcessId, Task<T>> action, CancellationToken cancellationToken)
    {
        if (name.StartsWith('@'))
        {
            return await action(await OfOsPidAsync(call, name, cancellationToken));
        }

        var id = ProcessId.Parse(name);
        try
        {
            return await action(id);
        }
        catch (ProcessManagerException e) when (e.Code == ErrorCode.NotFound)
        {
            // Nothing was done yet, so it may be done to the one that was meant.
            if (await OfKeyAsync(call, name, cancellationToken) is { } meant)
            {
                return await action(meant);
            }

            throw;
        }
    }

    /// <summary>The id that <paramref name="name"/> means, for verbs whose answers come as a stream.</summary>
    public static Task<ProcessId> ResolveAsync(Call call, string name, CancellationToken cancellationToken) =>
        ForAsync(call, name, async id => (await call.Manager.GetAsync(id, cancellationToken)).Id, cancellationToken);

    public static async Task<List<ProcessInfo>> AllAsync(IProcessManager manager, ProcessQuery query, CancellationToken cancellationToken)
    {
        var all = new List<ProcessInfo>();
        string? after = null;
        do
        {
            var page = await manager.ListAsync(query with { Limit = ProcessQuery.MaxLimit, After = after }, cancellationToken);
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    /// <summary>For the shell's completion, which would rather have nothing than wait.</summary>
    public static IEnumerable<string> Complete(Call call, string word)
    {
        try
        {
            using var patience = new CancellationTokenSource(CompletionPatience);
#pragma warning disable VSTHRD002 // Completion sources are synchronous, and nothing else runs in this process then.
            var all = AllAsync(call.Manager, new ProcessQuery(), patience.Token).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
            return all.Select(info => info.Id.Value).Where(id => id.StartsWith(word, StringComparison.Ordinal)).ToList();
        }
        catch (Exception e) when (e is ProcessManagerException or OperationCanceledException)
        {
            // Nobody to ask: nothing to offer. A message would land in the middle of what is being typed.
            return [];
        }
    }

    private static async Task<(T? Result, ProcessManagerException? Error)> TryAsync<T>(
        Call call, string name, Func<ProcessId, Task<T>> action, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return (await ForAsync(call, name, action, cancellationToken), null);
        }
        catch (ProcessManagerException e)
        {
            return (null, e);
        }
    }

    private static async Task<ProcessId> OfOsPidAsync(Call call, string name, CancellationToken cancellationToken)
    {
        if (!int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var osPid))
        {
            throw ProcessManagerException.Invalid([new Fault("", $"\"{name}\" is not an OS pid: write @ and its number, as @1234")]);
        }

        var page = await call.Manager.ListAsync(new ProcessQuery { OsPid = osPid }, cancellationToken);
        return page.Items is [var info, ..]
            ? info.Id
            : throw new ProcessManagerException(ErrorCode.NotFound, $"No managed process has OS pid {osPid}.");
    }

    private static async Task<ProcessId?> OfKeyAsync(Call call, string key, CancellationToken cancellationToken)
    {
        var all = await AllAsync(call.Manager, new ProcessQuery(), cancellationToken);
        var meant = all.Where(info => info.Group is { } group && info.Id.Value == $"{group}.{key}").ToList();
        return meant switch
        {
            [] => null,
            [var only] => only.Id,
            _ => throw new ProcessManagerException(ErrorCode.NotFound, $"\"{key}\" could be any of {string.Join(", ", meant.Select(info => info.Id))}: say which."),
        };
    }
}
