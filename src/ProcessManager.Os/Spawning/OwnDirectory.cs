namespace ProcessManager.Os;

/// <summary>
/// Whether a thread here can have a directory and umask of its own: unshare(CLONE_FS) needs no privilege, yet the seccomp filters of
/// containers often forbid unshare altogether. Without it libc changes the directory in the child (and tells less well why it can't), and
/// an unusual umask holds for the whole process for the third of a millisecond in which the child is made.
/// </summary>
internal static class OwnDirectory
{
    private const int CloneFs = 0x200;

    public static bool IsPossible { get; } = Probe();

    /// <summary>For the calling thread, from here on.</summary>
    public static bool Take() => Libc.Unshare(CloneFs) == 0;

    private static bool Probe()
    {
        var taken = false;
        var thread = new Thread(() => taken = Take());
        thread.Start();
        thread.Join();
        return taken;
    }
}
