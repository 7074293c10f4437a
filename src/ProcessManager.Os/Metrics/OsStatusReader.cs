using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>Reads <c>/proc/pid/status</c>.</summary>
public static class OsStatusReader
{
    /// <summary>It has some 1,500; a large machine's lists of CPUs and memory nodes make it longer.</summary>
    private const int MostBytes = 8 << 10;

    /// <summary>
    /// What the kernel says of a child now: Terminated when it is gone or its number belongs to another process, Unavailable when it is there and
    /// can't be read.
    /// </summary>
    public static OsStatus Read(ChildIdentity child)
    {
        if (child.BootId != ChildIdentities.BootId)
        {
            return new OsStatus { State = OsState.Terminated };
        }

        if (!ProcStat.TryRead(child.OsPid, out var stat))
        {
            return Nothing(child, Marshal.GetLastPInvokeError());
        }

        if (stat.StartTicks != child.StartTicks)
        {
            return new OsStatus { State = OsState.Terminated };
        }

        Span<byte> status = stackalloc byte[MostBytes];
        var length = ProcFile.Read(child.OsPid, "/status"u8, status);
        return length == 0 ? Nothing(child, Marshal.GetLastPInvokeError()) : Parse(child.OsPid, status[..length]);
    }

    internal static OsStatus Parse(int osPid, ReadOnlySpan<byte> text)
    {
        var state = ProcText.Line(text, "State"u8);
        return new OsStatus
        {
            State = state.IsEmpty ? OsState.Unavailable : FromLetter((char)state[0]),
            OsPid = osPid,
            ParentOsPid = (int?)Number(text, "PPid"u8),
            Uids = Numbers(ProcText.Line(text, "Uid"u8)),
            Gids = Numbers(ProcText.Line(text, "Gid"u8)),
            Threads = (int?)Number(text, "Threads"u8),
            MemoryBytes = Number(text, "VmRSS"u8) * 1024,
            VoluntaryContextSwitches = Number(text, "voluntary_ctxt_switches"u8),
            InvoluntaryContextSwitches = Number(text, "nonvoluntary_ctxt_switches"u8),
        };
    }

    internal static OsState FromLetter(char letter) => letter switch
    {
        'R' => OsState.Running,
        'S' => OsState.Sleeping,
        'D' => OsState.DiskSleep,
        'T' => OsState.Stopped,
        't' => OsState.TracingStop,
        'Z' => OsState.Zombie,
        'I' => OsState.Idle,
        'X' or 'x' => OsState.Terminated,
        _ => OsState.Unavailable,
    };

    private static OsStatus Nothing(ChildIdentity child, int errno) => errno is Errno.ENOENT or Errno.ESRCH
        ? new OsStatus { State = OsState.Terminated }
        : new OsStatus { State = OsState.Unavailable, OsPid = child.OsPid };

    private static long? Number(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        var line = ProcText.Line(text, name);
        var position = 0;
        return line.IsEmpty ? null : ProcText.Number(line, ref position);
    }

    private static ValueList<int> Numbers(ReadOnlySpan<byte> line)
    {
        var numbers = new List<int>(4);
        for (var position = 0; position < line.Length;)
        {
            numbers.Add((int)ProcText.Number(line, ref position));
        }

        return [.. numbers];
    }
}
