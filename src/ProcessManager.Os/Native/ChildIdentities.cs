namespace ProcessManager.Os;

/// <summary>Reads what tells one OS process from every other.</summary>
internal static class ChildIdentities
{
    /// <summary>The boot that this manager lives in; it can't outlive it.</summary>
    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Who has <paramref name="pid"/> now, zombies included; null when nobody has, or when it can't be read.</summary>
    public static ChildIdentity? Read(int pid) => ProcStat.TryRead(pid, out var stat) ? new ChildIdentity(BootId, pid, stat.StartTicks) : null;

    /// <summary>False for a zombie, for another process with the same number, and for one of another boot.</summary>
    public static bool IsAlive(ChildIdentity child) =>
        string.Equals(child.BootId, BootId, StringComparison.Ordinal)
        && ProcStat.TryRead(child.OsPid, out var stat) && stat.StartTicks == child.StartTicks && !stat.IsDead;
}
