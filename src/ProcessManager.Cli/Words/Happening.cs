namespace ProcessManager.Cli;

/// <summary>An event as a line.</summary>
internal static class Happening
{
    public static string Line(ProcessEvent happened)
    {
        var epoch = happened.Run > 0 ? $"  run {new Epoch(happened.Run, happened.Attempt)}" : "";
        return $"{Words.Time(happened.Time)}  {happened.Id?.Value ?? happened.Data.Template ?? "-"}  {happened.Type}{epoch}{string.Concat(Facts(happened).Select(fact => $"  {fact}"))}";
    }

    /// <summary>For those who watch it: starts and ends, and what follows from them; null for the steps between.</summary>
    public static string? ForPeople(ProcessEvent happened, DateTimeOffset now) => happened switch
    {
        { Type: EventType.Started, Data.OsPid: { } osPid } => $"started, os pid {osPid}",
        { Type: EventType.Adopted, Data.OsPid: { } osPid } => $"found running, os pid {osPid}",
        { Type: EventType.Attached, Data.OsPid: { } osPid } => $"attached, os pid {osPid}",
        { Type: EventType.Detached, Data.OsPid: { } osPid } => $"detached; os pid {osPid} runs on",
        { Type: EventType.StartFailed, Data.Error: { } error } => $"could not be started: {Words.OneLine(error.Message)}",
        { Data: { Result: { } result, NextStartAt: { } at } } => $"{Words.End(result.Reason, result.ExitCode, result.Signal)}, next start in {Words.Duration(at - now)}",
        { Data.Result: { } result } => Words.End(result.Reason, result.ExitCode, result.Signal),
        { Type: EventType.GaveUp, Data.Detail: { } why } => $"given up: {Words.OneLine(why)}",
        { Type: EventType.Unhealthy, Data.Probe: { } probe } => $"its {Spelling.Of(probe)} probe fails: {Words.OneLine(happened.Data.Detail ?? "")}",
        { Type: EventType.Healthy, Data.Probe: { } probe } => $"its {Spelling.Of(probe)} probe passes",
        { Type: EventType.LogTruncated } => "its output was truncated",
        _ => null,
    };

    private static IEnumerable<string> Facts(ProcessEvent happened)
    {
        var data = happened.Data;
        if (data.OsPid is { } osPid)
        {
            yield return $"os pid {osPid}";
        }

        if (data.Probe is { } probe)
        {
            yield return Spelling.Of(probe);
        }

        if (data.Result is { } result)
        {
            yield return Words.End(result.Reason, result.ExitCode, result.Signal);
        }

        if (data.Error is { } error)
        {
            yield return $"{error.Code}: {Words.OneLine(error.Message)}";
        }

        if (data.WillRestart is { } willRestart)
        {
            var max = data.MaxRestarts is { } most ? $" of {most}" : "";
            yield return willRestart ? $"restart {data.RestartCount}{max}" : "no restart";
        }

        if (data.NextStartAt is { } next)
        {
            yield return $"next start at {Words.Time(next)}";
        }

        if (data.Count is { } count)
        {
            yield return $"{count} events";
        }

        if (data.Status is { } status)
        {
            yield return Spelling.Of(status);
        }

        if (data.Metrics is { } metrics)
        {
            yield return $"{metrics.CpuPercent.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)} % cpu";
            yield return Words.Size(metrics.MemoryBytes);
        }

        if (data.Detail is { } detail)
        {
            yield return Words.OneLine(detail);
        }
    }
}
