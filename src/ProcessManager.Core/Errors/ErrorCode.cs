namespace ProcessManager;

/// <summary>
/// The stable name of every failure that a user can cause. Names never change: they are on the wire, in logs and in scripts.
/// <see cref="ErrorTable"/> maps each to its HTTP status and its exit code.
/// </summary>
public enum ErrorCode
{
    /// <summary>The input is malformed; every fault is listed with its path.</summary>
    InvalidSpec,

    /// <summary>The command was not found in the child's PATH or at its path.</summary>
    CommandNotFound,

    /// <summary>The command exists, and the user it would run as may not execute it.</summary>
    PermissionDenied,

    /// <summary>The working directory is missing, not a directory or not to be entered.</summary>
    BadWorkingDirectory,

    /// <summary>The kernel refused the start; the message names the errno or the missing interpreter.</summary>
    StartFailed,

    /// <summary>Processes would wait for each other for ever; the message names them in order.</summary>
    DependencyCycle,

    /// <summary>A process depends on one that isn't there.</summary>
    DependencyMissing,

    /// <summary>No credentials, or wrong ones.</summary>
    Unauthorized,

    /// <summary>The caller is known and may not do this (peer uid, Host, Origin).</summary>
    Forbidden,

    /// <summary>No such process, run or route.</summary>
    NotFound,

    /// <summary>The id is in use.</summary>
    AlreadyExists,

    /// <summary>Not possible in the present phase, which the message names.</summary>
    InvalidState,

    /// <summary>Somebody else was faster: the version asked for isn't the present one.</summary>
    Conflict,

    /// <summary>A body or a value over its size limit.</summary>
    TooLarge,

    /// <summary>A count over its limit, which the message names.</summary>
    LimitExceeded,

    /// <summary>A run wasn't started because what it depends on failed for good, or was late; the message names it.</summary>
    DependencyFailed,

    /// <summary>A command ended with a failure and the caller asked for success.</summary>
    CommandFailed,

    /// <summary>A command ran longer than its timeout.</summary>
    TimedOut,

    /// <summary>A command wrote nothing for longer than its idle timeout.</summary>
    IdleTimedOut,

    /// <summary>What was waited for didn't happen in the time given; the process is untouched by that.</summary>
    DeadlineExceeded,

    /// <summary>The machine that the process belongs to can't be reached.</summary>
    NodeUnavailable,

    /// <summary>The manager can't be reached, is starting or is shutting down.</summary>
    Unavailable,

    /// <summary>The data directory or its database can't be read or written.</summary>
    StorageUnavailable,

    /// <summary>The disk is full; the message says what was done all the same.</summary>
    StorageFull,

    /// <summary>This host, kernel or transport can't do it.</summary>
    NotSupported,

    /// <summary>Start-up only: something else listens at the address.</summary>
    AddressInUse,

    /// <summary>Start-up only: another manager owns the data directory.</summary>
    AlreadyRunning,

    /// <summary>A bug in the manager; never the answer to bad input.</summary>
    Internal,
}
