namespace ProcessManager.Embedded;

/// <summary>How a manager on one machine is set up. Every default works.</summary>
public sealed record EmbeddedOptions
{
    /// <summary>
    /// Where it keeps its database, logs and ledger: a directory of its own, one manager at a time. Made (0700) when missing.
    /// The default is <see cref="DefaultDataDirectory"/>.
    /// </summary>
    public string DataDirectory { get; init; } = DefaultDataDirectory();

    /// <summary>Where its templates are; <c>templates</c> in the data directory when absent.</summary>
    public string? TemplatesDirectory { get; init; }

    /// <summary>For specs that don't say: whether their children outlive the manager. An app's don't.</summary>
    public Lifetime DefaultLifetime { get; init; } = Lifetime.WithManager;

    /// <summary>Whether specs may have output echoed to this process' own streams (<see cref="OutputSpec.Echo"/>); off for one that shows it itself.</summary>
    public bool Echo { get; init; } = true;

    /// <summary>For specs that don't say: what children inherit of the manager's environment.</summary>
    public EnvironmentInheritance DefaultInheritance { get; init; } = EnvironmentInheritance.All;

    /// <summary>For specs that don't say: the app's own working directory.</summary>
    public string DefaultWorkingDirectory { get; init; } = Environment.CurrentDirectory;

    /// <summary>What this machine is called in infos and events.</summary>
    public string Node { get; init; } = Environment.MachineName;

    /// <summary>How long an orderly shutdown waits for children that end with the manager, before it kills them.</summary>
    public TimeSpan ShutdownDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Records kept; the oldest finished ones make room, and when there are none a create is LimitExceeded.</summary>
    public int MaxRecords { get; init; } = 100_000;

    /// <summary>What the logs of all processes together may take on disk.</summary>
    internal long LogQuota { get; init; } = 10L << 30;

    /// <summary>Between two looks at what they take: cheap, a stat for each file.</summary>
    internal TimeSpan LogQuotaEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary><c>$PROCMAN_DATA</c>, else <c>/var/lib/procman</c> for root, else <c>$XDG_STATE_HOME/procman</c> (<c>~/.local/state/procman</c>).</summary>
    public static string DefaultDataDirectory()
    {
        if (Environment.GetEnvironmentVariable("PROCMAN_DATA") is { Length: > 0 } named)
        {
            return Path.GetFullPath(named);
        }

        if (Environment.IsPrivilegedProcess)
        {
            return "/var/lib/procman";
        }

        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } home
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return Path.Combine(state, "procman");
    }
}
