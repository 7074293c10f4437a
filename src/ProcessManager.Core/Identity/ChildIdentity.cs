namespace ProcessManager;

/// <summary>
/// What tells one OS process from every other, also from a later one with the same number: the boot it lives in
/// (<c>/proc/sys/kernel/random/boot_id</c>), its number, and its start in clock ticks since that boot (<c>/proc/pid/stat</c>, field 22).
/// </summary>
public sealed record ChildIdentity(string BootId, int OsPid, long StartTicks);
