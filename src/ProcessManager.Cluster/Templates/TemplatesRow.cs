namespace ProcessManager.Cluster;

/// <summary>What is written of the templates.</summary>
internal sealed record TemplatesRow
{
    public const string Name = "templates";

    public ValueMap<Template> Templates { get; init; } = [];

    /// <summary>The silos of the cluster as it runs, by address. When all of them are gone, the next one starts the cluster.</summary>
    public ValueList<string> Silos { get; init; } = [];

    /// <summary>Of the present start of the cluster: the templates that are still to be started.</summary>
    public ValueList<string> Unstarted { get; init; } = [];
}
