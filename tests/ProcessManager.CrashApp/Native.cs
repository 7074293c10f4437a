using System.Runtime.InteropServices;

namespace ProcessManager.CrashApp;

internal static partial class Native
{
    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int pid, int signal);
}
