namespace ProcessManager.Cli;

/// <summary>What a process that isn't ready waits for.</summary>
internal static class ReadyWords
{
    public static string ReadyWaitsFor(this ProcessSpec spec)
    {
        var within = spec.Ready?.Timeout is { } limit ? $", within {Words.Duration(limit)} of its start" : "";
        return spec.Ready?.By switch
        {
            ReadyBy.LogLine => $"it is ready when it writes a line that matches {spec.Ready.LogLine}{within}",
            ReadyBy.Port => $"it is ready when port {spec.Ready.Port} takes connections{within}",
            ReadyBy.Notify => $"it is ready when it says so (READY=1){within}",
            ReadyBy.Probe or null => $"it is ready when its probes pass{within}",
        };
    }
}
