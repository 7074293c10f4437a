namespace ProcessManager.Http;

/// <summary>The body of <c>POST /v1/start-all</c>, as <see cref="SpecBinder.StartAll"/> reads it.</summary>
internal sealed record SelectionBody(bool All, string? Group, ValueMap<string?> Labels, ValueList<ProcessId> Ids)
{
    public static SelectionBody Of(ProcessSelection selection) => new(selection.All, selection.Group, selection.Labels, selection.Ids);
}

/// <summary>The body of <c>POST /v1/stop-all</c>, as <see cref="SpecBinder.StopAll"/> reads it.</summary>
internal sealed record StopAllBody(bool All, string? Group, ValueMap<string?> Labels, ValueList<ProcessId> Ids, TimeSpan Timeout, bool Force)
{
    public static StopAllBody Of(ProcessSelection selection, StopAllOptions options) =>
        new(selection.All, selection.Group, selection.Labels, selection.Ids, options.Timeout, options.Force);
}
