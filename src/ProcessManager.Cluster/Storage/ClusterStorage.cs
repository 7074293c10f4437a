namespace ProcessManager.Cluster;

/// <summary>The grain storage that everything here is kept in: a host registers one under this name.</summary>
public static class ClusterStorage
{
    public const string Name = "procman";
}
