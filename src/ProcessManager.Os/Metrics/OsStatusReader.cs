using System.Diagnostics;

namespace ProcessManager.Os;

/// <summary>Reads <c>/proc/pid/status</c>.</summary>
public static class OsStatusReader
{
    /// <summary>
    /// What the kernel says of a child now: Terminated when it is gone or its number belongs to another process, Unavailable when it is there and
    /// can't be read.
    /// </summary>
    public static OsStatus Read(ChildIdentity child) => throw new UnreachableException();
}
