using System.Collections;

namespace ProcessManager.Os;

/// <summary>The environment of a child: inherited, then its file, then what its spec says, then PROCMAN_*.</summary>
/// <param name="markOf">What the mark of an attempt says.</param>
internal sealed class ChildEnvironment(Guid manager, EnvironmentInheritance inheritance, Func<ProcessId, Epoch, Epoch> markOf)
{
    private readonly Dictionary<string, string> _own = Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(x => (string)x.Key, x => (string?)x.Value ?? "", StringComparer.Ordinal);

    /// <summary>By these whoever started the manager is told about the manager: a child's word isn't its.</summary>
    private static readonly HashSet<string> AboutTheManager = new(StringComparer.Ordinal) { "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID" };

    /// <param name="account">Whose HOME, USER, LOGNAME and SHELL stand in for the manager's; null when it runs as the manager.</param>
    /// <param name="directory">What the path of its file is relative to.</param>
    /// <param name="osPid">The main child's, for a command run beside it.</param>
    /// <param name="more">What the manager itself has to say to this one, above all else.</param>
    /// <exception cref="ProcessManagerException">StartFailed: its file can't be read.</exception>
    public IReadOnlyList<string> For(ProcessId id, Epoch epoch, ProcessSpec spec, UserAccount? account, string directory, int? osPid = null, IEnumerable<KeyValuePair<string, string>>? more = null)
    {
        var variables = Of(id, spec, account, directory);
        variables[RunMark.Variable] = Mark(id, markOf(id, epoch));
        if (osPid is { } pid)
        {
            variables["PROCMAN_OSPID"] = pid.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in more ?? [])
        {
            variables[name] = value;
        }

        return Lines(variables);
    }

    /// <summary>For a hook: what happened, and a mark of its own, so that it is never taken for a part of its process.</summary>
    /// <inheritdoc cref="For"/>
    public IReadOnlyList<string> ForHook(ProcessId id, ProcessSpec spec, UserAccount? account, string directory, ValueMap<string> happened, ProcessId name, Epoch epoch)
    {
        var variables = Of(id, spec, account, directory);
        foreach (var (variable, value) in happened)
        {
            variables[variable] = value;
        }

        variables[RunMark.HookVariable] = Mark(name, epoch);
        return Lines(variables);
    }

    private Dictionary<string, string> Of(ProcessId id, ProcessSpec spec, UserAccount? account, string directory)
    {
        var variables = new Dictionary<string, string>(_own.Count + 8, StringComparer.Ordinal);
        Inherit(variables, spec.InheritEnvironment ?? inheritance, account);
        foreach (var (name, value) in EnvironmentFile.Read(spec.EnvironmentFile, directory))
        {
            variables[name] = value;
        }

        foreach (var (name, value) in spec.Environment)
        {
            if (value?.Text is { } text)
            {
                variables[name] = text;
            }
            else
            {
                variables.Remove(name);
            }
        }

        if (spec.Output.Mode == OutputMode.Terminal)
        {
            variables.TryAdd("TERM", "xterm-256color");
        }

        variables["PROCMAN_ID"] = id.Value;
        if (spec.Replica is { } replica)
        {
            variables["PROCMAN_REPLICA"] = replica.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        variables["PROCMAN_NAME"] = spec.Name ?? id.Value;
        return variables;
    }

    private string Mark(ProcessId id, Epoch epoch) => RunMark.Chain(_own.GetValueOrDefault(RunMark.Variable), manager, id, epoch);

    private static string[] Lines(Dictionary<string, string> variables)
    {
        var lines = new string[variables.Count];
        var next = 0;
        foreach (var (name, value) in variables)
        {
            lines[next++] = $"{name}={value}";
        }

        return lines;
    }

    /// <summary>
    /// For a process of the manager's own, which is nobody's child: a manager around this one sees that it belongs to this one and leaves it to end
    /// what it guards; to this one the mark says nothing.
    /// </summary>
    public IReadOnlyList<string> ForGuard() => ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", $"{RunMark.Variable}={OuterMarks}{manager:N}"];

    /// <summary>What stands before this manager's mark in the PROCMAN_RUN of its children.</summary>
    public string OuterMarks => RunMark.Outer(_own.GetValueOrDefault(RunMark.Variable), manager);

    private void Inherit(Dictionary<string, string> variables, EnvironmentInheritance inherit, UserAccount? account)
    {
        foreach (var (name, value) in _own)
        {
            if (Passes(inherit, name) && !AboutTheManager.Contains(name))
            {
                variables[name] = value;
            }
        }

        if (account is not null)
        {
            Take("HOME", account.Home);
            Take("USER", account.Name);
            Take("LOGNAME", account.Name);
            Take("SHELL", account.Shell);
        }

        void Take(string name, string? value)
        {
            variables.Remove(name);
            if (value is not null && Passes(inherit, name))
            {
                variables[name] = value;
            }
        }
    }

    private static bool Passes(EnvironmentInheritance inherit, string name)
    {
        if (inherit.Everything)
        {
            return true;
        }

        foreach (var passed in inherit.Names)
        {
            if (passed.EndsWith('*') ? name.AsSpan().StartsWith(passed.AsSpan(0, passed.Length - 1), StringComparison.Ordinal) : string.Equals(passed, name, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
