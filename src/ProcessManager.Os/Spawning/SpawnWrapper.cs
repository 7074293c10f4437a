namespace ProcessManager.Os;

/// <summary>
/// What a child is first, before it becomes the command by exec, for what can't be set around posix_spawn: a shell that puts itself into the
/// control group (<see cref="GroupJoin"/>), then prlimit (<see cref="LimitWrapper"/>), either or both.
/// </summary>
internal sealed record SpawnWrapper(string Path, List<string> Arguments, bool SetsLimits)
{
    /// <summary>Null: the child needs none.</summary>
    public static SpawnWrapper? For(SpawnRequest request, OpenFileLimit openFiles)
    {
        var limits = request.Limits is { Count: > 0 } || (openFiles.IsLowered && LimitWrapper.Path is not null && !openFiles.HasRoomBelow())
            ? LimitWrapper.Arguments(request.Limits, openFiles.Children)
            : null;
        if (request.Group is not { ByShell: true } join)
        {
            return limits is null ? null : new SpawnWrapper(LimitWrapper.Path!, limits, SetsLimits: true);
        }

        List<string> arguments = ["sh", "-c", join.Script(request.Environment), "sh"];
        return new SpawnWrapper("/bin/sh", limits is null ? arguments : [.. arguments, LimitWrapper.Path!, .. limits[1..]], SetsLimits: limits is not null);
    }
}
