using System.Globalization;

namespace ProcessManager;

/// <summary>Which hooks a turn calls, and what they are told. They follow from what is told of the turn, so nothing has to be kept for them.</summary>
internal static class HookRules
{
    /// <summary>What is no news of the process: a hook for its own failure would call itself.</summary>
    private static readonly EventType[] Uncallable =
        [EventType.HookFailed, EventType.Missed, EventType.MetricsSampled, EventType.StatusChanged, EventType.Orphan];

    /// <param name="after">The state after the turn.</param>
    /// <param name="told">What was told of it, in order.</param>
    public static IEnumerable<ProcessEffect> Of(ProcessState after, IReadOnlyList<ProcessEvent> told)
    {
        if (after.Spec.Hooks is not { } hooks)
        {
            yield break;
        }

        var restarting = false;
        foreach (var happened in told)
        {
            // A run that follows another in the same turn was asked for while that was up.
            restarting |= happened.Type == EventType.Terminated;
            foreach (var call in Calls(hooks, happened, restarting, after))
            {
                yield return new ProcessEffect.Command(new Epoch(happened.Run, happened.Attempt), new SupervisorCommand.RunHook(after.Spec, call), after.Node);
            }
        }
    }

    public static void Check(HooksSpec? hooks, RuleList rules)
    {
        foreach (var (name, command) in hooks?.All ?? [])
        {
            var path = name == "onEvent" ? "hooks.onEvent.command" : $"hooks.{name}";
            rules.Add(path, command.Words.Count == 0 ? "must name an executable" : TextRules.NonEmptyProblem(command.Words[0]));
            for (var index = 1; index < command.Words.Count; index++)
            {
                rules.Add(SpecPath.Item(path, index), TextRules.Problem(command.Words[index]));
            }
        }

        if (hooks?.OnEvent is { } any)
        {
            rules.Refuse(any.Types.Count == 0, "hooks.onEvent.types", "must name at least one type of event");
            for (var index = 0; index < any.Types.Count; index++)
            {
                rules.Defined(SpecPath.Item("hooks.onEvent.types", index), any.Types[index]);
                rules.Refuse(Uncallable.Contains(any.Types[index]), SpecPath.Item("hooks.onEvent.types", index), $"{any.Types[index]} calls no hook");
            }
        }
    }

    private static IEnumerable<HookCall> Calls(HooksSpec hooks, ProcessEvent happened, bool restarting, ProcessState after)
    {
        var variables = Variables(happened, after);
        HookCall? Call(string name, HookCommand? command) => command is null ? null : new HookCall(name, command, variables);

        var named = happened.Type switch
        {
            EventType.Started => Call("onStart", hooks.OnStart),
            EventType.Ready => Call("onReady", hooks.OnReady),
            EventType.Stopped or EventType.Killed => Call("onStop", hooks.OnStop),
            EventType.Restarted => Call("onRestart", hooks.OnRestart),
            EventType.Starting when restarting => Call("onRestart", hooks.OnRestart),
            EventType.Crashed or EventType.TimedOut => Call("onCrash", hooks.OnCrash),
            EventType.Unhealthy => Call("onUnhealthy", hooks.OnUnhealthy),
            EventType.Finished => Call("onFinished", hooks.OnFinished),
            _ => null,
        };
        if (named is not null)
        {
            yield return named;
        }

        if (hooks.OnEvent is { } any && any.Types.Contains(happened.Type) && !Uncallable.Contains(happened.Type))
        {
            yield return new HookCall("onEvent", any.Command, variables);
        }
    }

    private static ValueMap<string> Variables(ProcessEvent happened, ProcessState after)
    {
        var last = happened.Data.Result ?? after.Last;
        var osPid = happened.Data.OsPid ?? after.Child?.Identity.OsPid;
        var variables = new List<KeyValuePair<string, string>>
        {
            new("PROCMAN_EVENT", Spelling.Of(happened.Type)),
            new("PROCMAN_PHASE", Spelling.Of(after.Phase)),
            new("PROCMAN_RUN", Number(happened.Run)),
            new("PROCMAN_ATTEMPT", Number(happened.Attempt)),
        };
        Add("PROCMAN_OSPID", osPid is { } pid ? Number(pid) : null);
        Add("PROCMAN_EXIT_CODE", last?.ExitCode is { } code ? Number(code) : null);
        Add("PROCMAN_SIGNAL", last?.Signal?.Name);
        Add("PROCMAN_REASON", last is null ? null : Spelling.Of(last.Reason));
        return variables.ToValueMap();

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                variables.Add(new(name, value));
            }
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
