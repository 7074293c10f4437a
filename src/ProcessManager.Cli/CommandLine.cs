using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace ProcessManager.Cli;

/// <summary>The verbs of <c>procman</c>, and what all of them share: where the manager is, JSON, errors and exit codes.</summary>
internal sealed class CommandLine
{
    private readonly Caller _caller;
    private readonly RootCommand _root;

    public CommandLine(Caller caller)
    {
        _caller = caller;
        _root = new RootCommand("Supervises processes on this machine: a daemon (serve) and its client.") { Data, Socket, Json };
        var help = _root.Options.OfType<HelpOption>().Single();
        // What starts with a slash is a path here.
        help.Aliases.Remove("/?");
        help.Aliases.Remove("/h");
        foreach (var verb in Verbs())
        {
            _root.Add(verb);
        }
    }

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "The manager's data directory [PROCMAN_DATA; /var/lib/procman for root, else ~/.local/state/procman]",
        HelpName = "DIR",
        Recursive = true,
    };

    public Option<string?> Socket { get; } = new("--socket")
    {
        Description = "The manager's unix socket [PROCMAN_SOCKET; procman.sock in the data directory]",
        HelpName = "PATH",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON: one document, or one a line for streams", Recursive = true };

    public async Task<int> InvokeAsync(IReadOnlyList<string> args)
    {
        // No response files: @1234 is an OS pid.
        var parse = _root.Parse(args.Count == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parse.Action is ParseErrorAction or null)
        {
            return Misused(parse);
        }

        // Verbs that have something to end listen for signals themselves; the others die of them, as their users expect.
        var invocation = new InvocationConfiguration
        {
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
            Output = _caller.Out.Text(),
            Error = _caller.Error.Text(),
        };
        try
        {
            var code = await parse.InvokeAsync(invocation);
            return args.Count == 0 ? ExitCodes.Usage : code;
        }
        catch (IOException)
        {
            // Help is written straight to the output, which whoever read it has closed.
            return ExitCodes.OutputClosed;
        }
    }

    /// <summary>Makes <paramref name="verb"/> do <paramref name="action"/>, whose failures become messages and exit codes.</summary>
    public Command Does(Command verb, Func<Call, CancellationToken, Task<int>> action)
    {
        verb.SetAction(async (parse, cancellationToken) =>
        {
            var call = new Call(_caller, this, parse);
            try
            {
                return await action(call, cancellationToken);
            }
            catch (ProcessManagerException e)
            {
                return call.Report(e);
            }
            catch (OutputClosedException)
            {
                return ExitCodes.OutputClosed;
            }
        });
        return verb;
    }

    /// <summary>Makes <paramref name="verb"/> do <paramref name="action"/> for each of its ids, and show the infos that come back.</summary>
    public Command DoesForEach(Command verb, Func<Call, ProcessId, CancellationToken, Task<ProcessInfo>> action)
    {
        var ids = Ids.Argument(this);
        verb.Arguments.Insert(0, ids);
        return Does(verb, (call, cancellationToken) => Ids.ForEachAsync(
            call, call.Get(ids)!, id => action(call, id, cancellationToken), infos => call.Show(infos), cancellationToken));
    }

    /// <summary>What a manager could complete <paramref name="word"/> to; nothing when none answers soon.</summary>
    public IEnumerable<string> CompleteIds(ParseResult? parse, string word) => parse is null ? [] : Ids.Complete(new Call(_caller, this, parse), word);

    private IEnumerable<Command> Verbs() =>
    [
        ServeVerb.Create(this), UpVerb.Create(this), DownVerb.Create(this), PlanVerb.Create(this), ApplyVerb.Create(this), GraphVerb.Create(this), RunVerb.Create(this), StartVerb.Create(this), StopVerb.Create(this), RestartVerb.Create(this), KillVerb.Create(this), SignalVerb.Create(this),
        SuspendVerb.Create(this), ResumeVerb.Create(this), AttachVerb.Create(this), DetachVerb.Create(this), RemoveVerb.Create(this), WaitVerb.Create(this), ListVerb.Create(this), InfoVerb.Create(this),
        LogsVerb.Create(this), EventsVerb.Create(this), TopVerb.Create(this), StdinVerb.Create(this), ResizeVerb.Create(this), NodeVerb.Create(this), PoolVerb.Create(this), ScaleVerb.Create(this), TemplateVerb.Create(this),
        DoctorVerb.Create(this), CompletionVerb.Create(this),
    ];

    private int Misused(ParseResult parse)
    {
        var verb = parse.CommandResult.Command;
        var errors = verb is RootCommand && parse.UnmatchedTokens is [var word, ..]
            ? [$"\"{word}\" is not one of its verbs."]
            : parse.Errors.Select(error => error.Message);
        foreach (var error in errors)
        {
            _caller.Error.Line($"procman: {error}");
        }

        _caller.Error.Line($"Try `procman {(verb is RootCommand ? "" : verb.Name + " ")}--help`.");
        return verb.Name == RunVerb.Name ? ExitCodes.RunItselfFailed : ExitCodes.Usage;
    }
}
