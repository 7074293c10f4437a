namespace ProcessManager.Os;

/// <summary>What all logs of a store share.</summary>
/// <param name="HolesSupported">Whether the head of a file can be freed.</param>
/// <param name="Truncated">Told of a child that cut its own log.</param>
internal sealed record LogSurroundings(TimeProvider Clock, LogProblems Problems, Lazy<bool> HolesSupported, Action<LogTruncation> Truncated)
{
    internal long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();
}
