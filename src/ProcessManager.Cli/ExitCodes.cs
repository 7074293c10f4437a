namespace ProcessManager.Cli;

/// <summary>The exit codes that aren't an error's own (<see cref="ErrorTable.ExitCode"/>).</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    /// <summary><c>run</c>'s codes leave room for those of its command, as those of env(1) and timeout(1) do.</summary>
    public const int RunTimedOut = 124;
    public const int RunItselfFailed = 125;
    public const int RunNotStartable = 126;
    public const int RunCommandNotFound = 127;

    /// <summary>What a shell reports of a program that SIGPIPE ended.</summary>
    public const int OutputClosed = 141;
}
