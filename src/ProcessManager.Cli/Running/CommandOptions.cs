using System.CommandLine;

namespace ProcessManager.Cli;

/// <summary>What <c>run</c> takes: a spec, said on the command line.</summary>
internal sealed class CommandOptions
{
    private readonly Option<string?> _name = new("--name") { Description = "Its id; made when absent", HelpName = "ID" };
    private readonly Option<RestartWhen?> _restart = Values.Choice<RestartWhen>("--restart", "After which ends it is started again");
    private readonly Option<string[]> _environment = Values.Pairs("--env", "Set in its environment; without a value: removed", "NAME[=VALUE]");
    private readonly Option<string[]> _labels = Values.Pairs("--label", "A label", "NAME=VALUE");
    private readonly Option<string?> _group = new("--group") { Description = "Its group", HelpName = "NAME" };
    private readonly Option<TimeSpan?> _timeout = Values.Duration("--timeout", "The longest it may take");
    private readonly Option<TimeSpan?> _idleTimeout = Values.Duration("--idle-timeout", "The longest it may write nothing");
    private readonly Option<TimeSpan?> _grace = Values.Duration("--grace", "From the stop signal to SIGKILL; 10s");
    private readonly Option<string?> _directory = new("--cwd") { Description = "Its working directory; ours when absent", HelpName = "DIR" };
    private readonly Option<string?> _user = new("--user") { Description = "Whom it runs as, a name or a number", HelpName = "USER" };
    private readonly Option<bool> _shell = new("--shell") { Description = "CMD is a line for /bin/sh, ARGS are its $1, $2, …" };

    private readonly Argument<string[]> _command = new("CMD")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "The command and its arguments, passed exactly; write -- before it",
    };

    public void AddTo(Command verb)
    {
        foreach (var option in (Option[])[_name, _restart, _environment, _labels, _group, _timeout, _idleTimeout, _grace, _directory, _user, _shell])
        {
            verb.Add(option);
        }

        verb.Add(_command);
    }

    public ProcessSpec Spec(Call call)
    {
        var words = call.Get(_command)!;
        if (Stray(words, call.WordsAfterDashes) is { } stray)
        {
            throw ProcessManagerException.Invalid([new Fault("", $"\"{stray}\" is not an option of run; write procman run [options] -- CMD [ARGS]")]);
        }

        var plain = new ProcessSpec { Command = words[0] };
        return plain with
        {
            Id = call.Get(_name) is { } name ? ProcessId.Parse(name) : ProcessId.New(),
            Args = [.. words[1..]],
            Shell = call.Get(_shell),
            Environment = call.Get(_environment)!.Select(Values.Pair).Select(pair => KeyValuePair.Create(pair.Key, Value(pair.Value))).ToValueMap(),
            Labels = call.Get(_labels)!.Select(Values.Pair).Select(pair => KeyValuePair.Create(pair.Key, pair.Value ?? "")).ToValueMap(),
            Group = call.Get(_group),
            WorkingDirectory = call.Get(_directory) is { } directory ? call.Caller.Absolute(directory) : call.Caller.WorkingDirectory,
            User = call.Get(_user),
            Timeout = call.Get(_timeout),
            IdleTimeout = call.Get(_idleTimeout),
            Restart = plain.Restart with { When = call.Get(_restart) ?? RestartWhen.Never },
            Stop = plain.Stop with { Grace = call.Get(_grace) ?? plain.Stop.Grace },
        };
    }

    /// <summary>What was misspelled as an option: the parser takes it for the command.</summary>
    private static string? Stray(string[] words, int? afterDashes) =>
        afterDashes is { } meant ? (words.Length > meant ? words[0] : null) : words[0].StartsWith('-') ? words[0] : null;

    private static EnvironmentValue? Value(string? text) => text is null ? null : new EnvironmentValue(text);
}
