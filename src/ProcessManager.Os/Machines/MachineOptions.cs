namespace ProcessManager.Os;

/// <summary>How a machine is set up.</summary>
internal sealed record MachineOptions
{
    public required string DataDirectory { get; init; }

    /// <inheritdoc cref="SupervisorOptions.Inheritance"/>
    public EnvironmentInheritance Inheritance { get; init; } = SupervisorOptions.DaemonInheritance;

    /// <inheritdoc cref="SupervisorOptions.WorkingDirectory"/>
    public string WorkingDirectory { get; init; } = "/";

    /// <inheritdoc cref="SupervisorOptions.Lifetime"/>
    public Lifetime Lifetime { get; init; } = Lifetime.Keep;

    /// <inheritdoc cref="SupervisorOptions.Echo"/>
    public bool Echo { get; init; } = true;

    /// <summary>What the logs of all processes together may take on disk.</summary>
    public long LogQuota { get; init; } = 10L << 30;

    /// <summary>Between two looks at what they take: cheap, a stat for each file.</summary>
    public TimeSpan LogQuotaEvery { get; init; } = TimeSpan.FromMinutes(1);
}
