using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>
/// Commands that are run beside a process when something happens to it, as its user, in its directory and environment, with what happened in PROCMAN_EVENT and the like.
/// One after another, each for 30 s at most. One that fails is an event (<see cref="EventType.HookFailed"/>) and nothing else; the process never waits for any. Of those
/// that were due when the manager was killed some may not be run; none is run twice.
/// </summary>
public sealed record HooksSpec
{
    /// <summary>A child runs.</summary>
    public HookCommand? OnStart { get; init; }

    public HookCommand? OnReady { get; init; }

    /// <summary>It ended because somebody wanted it to: Stopped, Killed.</summary>
    public HookCommand? OnStop { get; init; }

    /// <summary>Its policy, or somebody, starts it again.</summary>
    public HookCommand? OnRestart { get; init; }

    /// <summary>It ended though nobody wanted it to: Crashed, TimedOut.</summary>
    public HookCommand? OnCrash { get; init; }

    public HookCommand? OnUnhealthy { get; init; }

    /// <summary>Its run is over and cleaned up.</summary>
    public HookCommand? OnFinished { get; init; }

    /// <summary>For any types of event.</summary>
    public EventHook? OnEvent { get; init; }

    /// <summary>Each that is there, by its name outside.</summary>
    [JsonIgnore]
    public IEnumerable<(string Name, HookCommand Command)> All => new (string Name, HookCommand? Command)[]
    {
        ("onStart", OnStart), ("onReady", OnReady), ("onStop", OnStop), ("onRestart", OnRestart), ("onCrash", OnCrash), ("onUnhealthy", OnUnhealthy),
        ("onFinished", OnFinished), ("onEvent", OnEvent?.Command),
    }.Where(hook => hook.Command is not null).Select(hook => (hook.Name, hook.Command!));
}

/// <summary>What a hook runs: a line for <c>/bin/sh -c</c>, or an executable and its arguments, passed exactly.</summary>
/// <param name="Words">One, the line, with <paramref name="Shell"/>.</param>
public sealed record HookCommand(ValueList<string> Words, bool Shell)
{
    public static HookCommand Line(string line) => new([line], Shell: true);

    public static HookCommand Of(string command, params ReadOnlySpan<string> args) => new([command, .. args], Shell: false);

    public static implicit operator HookCommand(string line) => Line(line);
}

/// <summary>A hook for types of event.</summary>
public sealed record EventHook(ValueList<EventType> Types, HookCommand Command);

/// <summary>One hook that is due.</summary>
/// <param name="Name">As in the spec.</param>
/// <param name="Variables">What happened, for its environment; without those of every child.</param>
public sealed record HookCall(string Name, HookCommand Command, ValueMap<string> Variables);
