using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>How this machine takes part in the cluster.</summary>
public sealed record NodeOptions
{
    /// <summary>What the node is called, in specs too. It stands for its data directory: a cluster doesn't take the same name with another one.</summary>
    public string Name { get; init; } = Environment.MachineName;

    /// <summary>Owned by one silo at a time; the ledger and the logs of its children are in it.</summary>
    public string DataDirectory { get; init; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "procman-node");

    /// <summary>What specs can ask for.</summary>
    public ValueMap<string> Labels { get; init; } = [];

    /// <summary>What children inherit of the silo's environment where their specs are silent.</summary>
    public EnvironmentInheritance Inheritance { get; init; } = SupervisorOptions.DaemonInheritance;

    /// <summary>Absolute; also what relative directories are relative to.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>What the logs of all processes together may take on disk.</summary>
    public long LogQuota { get; init; } = 10L << 30;

    /// <exception cref="ProcessManagerException">InvalidSpec.</exception>
    internal void Check()
    {
        if (!ProcessId.TryParse(Name, out _))
        {
            throw ProcessManagerException.Invalid([new Fault("node", ProcessId.Rule(Name).Replace("an id", "the name of a node", StringComparison.Ordinal))]);
        }
    }
}
