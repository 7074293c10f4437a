namespace ProcessManager.Embedded.Tests;

/// <summary>What the kernel that the tests run on can tell.</summary>
internal static class Kernel
{
    /// <summary>Whether it keeps the status of processes that aren't our children (PIDFD_INFO_EXIT).</summary>
    public static bool TellsEndsOfStrangers => Environment.OSVersion.Version >= new Version(6, 15);
}
