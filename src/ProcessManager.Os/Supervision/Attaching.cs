using System.Text;

namespace ProcessManager.Os;

/// <summary>Looks at a process that somebody else started.</summary>
internal static class Attaching
{
    /// <summary>Of a command line; one that long says enough.</summary>
    private const int MostBytes = 64 << 10;

    private const int KernelThreads = 2;

    /// <param name="owner">To whose tree it belongs already; null: to nobody's.</param>
    /// <exception cref="ProcessManagerException">InvalidSpec, NotFound, AlreadyExists, PermissionDenied.</exception>
    public static AttachTarget Look(int osPid, Func<ChildIdentity, ProcessId?> owner)
    {
        if (osPid == Environment.ProcessId || IsAncestor(osPid))
        {
            throw ProcessManagerException.Invalid(
                [new Fault("osPid", osPid == Environment.ProcessId ? "is this manager itself" : "is a process that this manager runs inside of")]);
        }

        if (!ProcStat.TryRead(osPid, out var stat) || stat.IsDead || !IsProcess(osPid))
        {
            throw Missing(osPid);
        }

        if (osPid == KernelThreads || stat.ParentPid == KernelThreads)
        {
            throw ProcessManagerException.Invalid([new Fault("osPid", "is a thread of the kernel")]);
        }

        var child = new ChildIdentity(ChildIdentities.BootId, osPid, stat.StartTicks);
        if (owner(child) is { } other)
        {
            throw Managed(osPid, other);
        }

        using var held = Hold(child);
        var words = CommandLine(osPid);
        return new AttachTarget(child, words[0], [.. words.Skip(1)]);
    }

    /// <summary>Holds it, if it lives and we may.</summary>
    /// <exception cref="ProcessManagerException">NotFound, PermissionDenied.</exception>
    public static PidFd Hold(ChildIdentity child)
    {
        var held = PidFd.Open(child) ?? throw Missing(child.OsPid);
        var outcome = held.SendSignal(new Signal(0));
        if (outcome == SignalOutcome.Sent && ChildIdentities.IsAlive(child))
        {
            return held;
        }

        held.Dispose();
        throw outcome == SignalOutcome.Refused
            ? new ProcessManagerException(ErrorCode.PermissionDenied, $"Process {child.OsPid} is another user's: this manager may not signal it.")
            : Missing(child.OsPid);
    }

    /// <summary>From its start ticks; they count hundredths of a second since the boot.</summary>
    public static DateTimeOffset StartOf(ChildIdentity child, DateTimeOffset now)
    {
        var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        var age = TimeSpan.FromSeconds(Math.Max(0, uptime - (child.StartTicks / 100.0)));
        var start = now - age;
        return new DateTimeOffset(start.Ticks - (start.Ticks % TimeSpan.TicksPerMillisecond), start.Offset);
    }

    public static ProcessManagerException Managed(int osPid, ProcessId owner) =>
        new(ErrorCode.AlreadyExists, $"Process {osPid} is managed already: it belongs to \"{owner}\".");

    private static ProcessManagerException Missing(int osPid) => new(ErrorCode.NotFound, $"There is no living process {osPid}.");

    /// <summary>Threads have an entry in /proc too, that isn't listed.</summary>
    private static bool IsProcess(int osPid) =>
        File.Exists($"/proc/{osPid}/status") && File.ReadLines($"/proc/{osPid}/status").FirstOrDefault(line => line.StartsWith("Tgid:", StringComparison.Ordinal)) is { } line
        && int.TryParse(line["Tgid:".Length..], System.Globalization.CultureInfo.InvariantCulture, out var group) && group == osPid;

    private static bool IsAncestor(int osPid)
    {
        for (var at = Environment.ProcessId; at > 0 && ProcStat.TryRead(at, out var stat); at = stat.ParentPid)
        {
            if (stat.ParentPid == osPid)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Its words as it was started with them, or as it rewrote them since.</summary>
    private static string[] CommandLine(int osPid)
    {
        try
        {
            using var file = File.OpenRead($"/proc/{osPid}/cmdline");
            var bytes = new byte[MostBytes];
            var text = Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).TrimEnd('\0');
            var words = text.Split('\0');
            return words[0].Length > 0 ? words : [File.ReadAllText($"/proc/{osPid}/comm").TrimEnd('\n')];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Missing(osPid);
        }
    }
}
