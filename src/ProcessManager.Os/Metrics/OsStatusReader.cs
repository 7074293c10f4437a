namespace ProcessManager.Os;

/// <summary>Reads <c>/proc/pid/status</c>.</summary>
public static class OsStatusReader
{
    /// <summary>
    /// What the kernel says of a child now: Terminated when it is gone or its number belongs to another process, Unavailable when it is there and
    /// can't be read.
    /// </summary>
    public static OsStatus Read(ChildIdentity child)
    {
        var file = new ProcReader();
        if (child.BootId != ChildIdentities.BootId)
        {
            return new OsStatus { State = OsState.Terminated };
        }

        var stat = file.Read(child.OsPid, "stat");
        if (stat.IsEmpty)
        {
            return Nothing(child, file.Errno);
        }

        if (!ProcStat.TryParse(stat, out var parsed) || parsed.StartTicks != child.StartTicks)
        {
            return new OsStatus { State = OsState.Terminated };
        }

        var status = file.Read(child.OsPid, "status");
        return status.IsEmpty ? Nothing(child, file.Errno) : Parse(child.OsPid, status);
    }

    internal static OsStatus Parse(int osPid, ReadOnlySpan<byte> text)
    {
        var state = ProcReader.Line(text, "State"u8);
        return new OsStatus
        {
            State = state.IsEmpty ? OsState.Unavailable : FromLetter((char)state[0]),
            OsPid = osPid,
            ParentOsPid = (int?)Number(text, "PPid"u8),
            Uids = Numbers(ProcReader.Line(text, "Uid"u8)),
            Gids = Numbers(ProcReader.Line(text, "Gid"u8)),
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
        var line = ProcReader.Line(text, name);
        var position = 0;
        return line.IsEmpty ? null : ProcReader.Number(line, ref position);
    }

    private static ValueList<int> Numbers(ReadOnlySpan<byte> line)
    {
        var numbers = new List<int>(4);
        for (var position = 0; position < line.Length;)
        {
            numbers.Add((int)ProcReader.Number(line, ref position));
        }

        return [.. numbers];
    }
}
