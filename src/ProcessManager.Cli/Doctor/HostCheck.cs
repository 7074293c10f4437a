using ProcessManager.Os;

namespace ProcessManager.Cli;

/// <summary>What this host can of what a manager would use.</summary>
internal static class HostCheck
{
    private const long LittleSpace = 1L << 30;

    public static IEnumerable<Finding> Findings(string dataDirectory)
    {
        yield return new Finding("kernel", Verdict.Ok, File.ReadAllText("/proc/sys/kernel/osrelease").Trim());
        yield return Finding.Required("pidfd", HostAbilities.HasPidFd, "ends of children are seen at once", "pidfd_open is missing: Linux 5.3 or later is needed");
        yield return Finding.Of(
            "pidfd info",
            HostAbilities.TellsEndsOfAdopted,
            "the kernel tells how adopted processes ended",
            "ends of adopted processes may be Unknown (Linux before 6.15)");
        yield return Finding.Of("closefrom", HostAbilities.HasCloseFrom, "libc closes what children mustn't inherit", "libc is older than glibc 2.34: starts are slower");
        yield return Sqlite();
        yield return OpenFiles();
        foreach (var finding in Storage(dataDirectory))
        {
            yield return finding;
        }

        yield return Cgroups.Finding();
        yield return Init();
        yield return SystemdUnit.Finding();
    }

    private static Finding Sqlite()
    {
        var version = HostAbilities.SqliteVersion;
        return Finding.Required("sqlite", version is not null, $"libsqlite3.so.0, {version}", "libsqlite3.so.0 is missing: install it (Debian: libsqlite3-0)");
    }

    private static Finding OpenFiles()
    {
        var (children, _, hard) = HostAbilities.OpenFiles;
        // Each child takes a pidfd; logs are open only while they are read.
        return Finding.Of("open files", hard >= 4096, $"children get {children}, the manager has {hard}", $"the hard limit is {hard}: that many processes less some can be managed");
    }

    private static IEnumerable<Finding> Storage(string dataDirectory)
    {
        var directory = dataDirectory;
        while (!Directory.Exists(directory))
        {
            directory = Path.GetDirectoryName(directory) ?? "/";
        }

        var holes = HostAbilities.CanPunchHoles(directory);
        var where = directory == dataDirectory ? dataDirectory : $"{dataDirectory} (to be made in {directory})";
        yield return Finding.Required("data directory", holes is not null, where, $"{where} can't be written by this user");
        if (holes is not { } can)
        {
            yield break;
        }

        yield return Finding.Of("log budget", can, "the head of a log is freed while it grows", "this file system can't free the head of a file: logs are cut at a start only");
        var free = new DriveInfo(directory).AvailableFreeSpace;
        yield return Finding.Of("disk", free >= LittleSpace, $"{Words.Size(free)} free", $"only {Words.Size(free)} free");
    }

    private static Finding Init() => Finding.Of(
        "init",
        File.ReadAllText("/proc/1/comm").Trim() != "procman",
        "procman isn't PID 1",
        "procman is PID 1, which takes its children's exit statuses away: run it under an init (docker run --init)");
}
