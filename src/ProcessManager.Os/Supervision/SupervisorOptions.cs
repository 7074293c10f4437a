namespace ProcessManager.Os;

/// <summary>What holds for the children of a machine where their specs are silent.</summary>
public sealed record SupervisorOptions
{
    /// <summary>The names that a daemon passes on: enough to find commands, a home and a language, and nothing of who started the daemon.</summary>
    public static readonly EnvironmentInheritance DaemonInheritance = new() { Names = ["PATH", "HOME", "USER", "SHELL", "LANG", "LC_*", "TZ"] };

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>What children inherit of the manager's environment as it was when the supervisor was made.</summary>
    public EnvironmentInheritance Inheritance { get; init; } = DaemonInheritance;

    /// <summary>Absolute; also what relative directories are relative to.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>How long a hook may run.</summary>
    public TimeSpan HookLimit { get; init; } = TimeSpan.FromSeconds(30);

    public Lifetime Lifetime { get; init; } = Lifetime.Keep;

    /// <summary>Whether specs may have output echoed to this process' own streams; off for a program that shows it in a way of its own.</summary>
    public bool Echo { get; init; } = true;

    /// <summary>For tests: whether each child gets a control group, however dear. Null: where libc can have it born there.</summary>
    internal bool? GroupsForAll { get; init; }
}
