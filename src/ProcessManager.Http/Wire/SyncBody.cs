namespace ProcessManager.Http;

/// <summary>The body of <c>POST /v1/sync</c>, as <see cref="SpecBinder.Sync"/> reads it.</summary>
internal sealed record SyncBody(string? Group, ValueMap<string> Labels, ValueList<ProcessId> Ids);
