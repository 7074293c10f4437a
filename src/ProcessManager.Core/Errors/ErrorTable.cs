using System.Collections.Frozen;

namespace ProcessManager;

/// <summary>The one table from a code to its HTTP status and the exit code of the command line.</summary>
public static class ErrorTable
{
    private static readonly FrozenDictionary<ErrorCode, (int Status, int Exit)> Rows = new Dictionary<ErrorCode, (int, int)>
    {
        [ErrorCode.InvalidSpec] = (400, 2),
        [ErrorCode.CommandNotFound] = (400, 1),
        [ErrorCode.PermissionDenied] = (400, 1),
        [ErrorCode.BadWorkingDirectory] = (400, 1),
        [ErrorCode.StartFailed] = (400, 1),
        [ErrorCode.DependencyCycle] = (400, 1),
        [ErrorCode.DependencyMissing] = (400, 1),
        [ErrorCode.Unauthorized] = (401, 1),
        [ErrorCode.Forbidden] = (403, 1),
        [ErrorCode.NotFound] = (404, 3),
        [ErrorCode.AlreadyExists] = (409, 1),
        [ErrorCode.InvalidState] = (409, 1),
        [ErrorCode.Conflict] = (409, 1),
        [ErrorCode.TooLarge] = (413, 1),
        [ErrorCode.LimitExceeded] = (429, 1),
        [ErrorCode.DependencyFailed] = (422, 1),
        [ErrorCode.CommandFailed] = (422, 1),
        [ErrorCode.TimedOut] = (422, 1),
        [ErrorCode.IdleTimedOut] = (422, 1),
        [ErrorCode.DeadlineExceeded] = (504, 1),
        [ErrorCode.NodeUnavailable] = (503, 1),
        [ErrorCode.Unavailable] = (503, 4),
        [ErrorCode.StorageUnavailable] = (503, 1),
        [ErrorCode.StorageFull] = (507, 1),
        [ErrorCode.NotSupported] = (501, 1),
        [ErrorCode.AddressInUse] = (500, 1),
        [ErrorCode.AlreadyRunning] = (500, 1),
        [ErrorCode.Internal] = (500, 1),
    }.ToFrozenDictionary();

    /// <summary>The HTTP status of <paramref name="code"/>.</summary>
    public static int HttpStatus(ErrorCode code) => Rows[code].Status;

    /// <summary>The exit code of <c>procman</c> for <paramref name="code"/>: 1 failed, 2 usage, 3 not found, 4 not reachable.</summary>
    public static int ExitCode(ErrorCode code) => Rows[code].Exit;
}
