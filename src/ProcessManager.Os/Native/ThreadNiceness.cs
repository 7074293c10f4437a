using System.Runtime.InteropServices;

namespace ProcessManager.Os.Native;

/// <summary>The calling thread's share of the CPU (.NET's thread priorities do nothing on Linux). Children of other threads don't inherit it.</summary>
internal static partial class ThreadNiceness
{
    private const int OfThread = 0;

    /// <summary>Asks to run before others; nothing happens where that isn't allowed.</summary>
    internal static void RunEarly() => _ = SetPriority(OfThread, 0, -10);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int niceness);
}
