namespace ProcessManager;

/// <summary>How events are selected by, everywhere.</summary>
internal static class EventSelection
{
    /// <param name="labelsOf">The labels of the process that an event is about; null when they aren't known.</param>
    public static bool Matches(this EventQuery query, ProcessEvent told, Func<ProcessId, ValueMap<string>?> labelsOf) =>
        query.MatchesButLabels(told) && (query.Labels.Count == 0 || (told.Id is { } id && labelsOf(id) is { } labels && labels.Match(query.Labels)));

    /// <inheritdoc cref="Matches(EventQuery, ProcessEvent, Func{ProcessId, ValueMap{string}})"/>
    public static bool Matches(this EventQuery query, ProcessEvent told, ValueMap<string> labels) =>
        query.MatchesButLabels(told) && (query.Labels.Count == 0 || labels.Match(query.Labels));

    private static bool MatchesButLabels(this EventQuery query, ProcessEvent told) =>
        (query.Types.Count == 0 || query.Types.Contains(told.Type))
        && (query.Ids.Count == 0 || (told.Id is { } id && query.Ids.Contains(id)));
}
