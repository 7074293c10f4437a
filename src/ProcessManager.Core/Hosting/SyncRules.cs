namespace ProcessManager;

/// <summary>Which processes a sync is about.</summary>
internal static class SyncRules
{
    /// <summary>What selects those of the scope; one-off and attached processes are never among them.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec: the scope is everything.</exception>
    public static ProcessQuery QueryOf(SyncScope scope) => scope.Group is null && scope.Labels.Count == 0
        ? throw ProcessManagerException.Invalid([new Fault("group", "a sync names a group or labels; without them it would be about every process")])
        : new ProcessQuery
        {
            Group = scope.Group,
            Labels = scope.Labels.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)).ToValueMap(),
            Limit = ProcessQuery.MaxLimit,
        };
}
