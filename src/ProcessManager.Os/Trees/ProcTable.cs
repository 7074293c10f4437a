using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>
/// The processes of the machine as one pass saw them. Environments are read only of those that are new since the pass before: a process is told
/// from a later one with its number by its start ticks. Not for use by two threads at once.
/// </summary>
internal sealed class ProcTable(Guid manager)
{
    private const int MostSeen = 50_000;

    /// <summary>How long a pass waits, in all, for those that are in the middle of an exec.</summary>
    private static readonly TimeSpan LongestExec = TimeSpan.FromMilliseconds(200);

    private static readonly int Self = Environment.ProcessId;

    private readonly string _manager = manager.ToString("N");
    private readonly List<ProcRow> _rows = [];
    private readonly Dictionary<int, int> _index = [];
    private Dictionary<int, (long Ticks, RunMark? Mark)> _seen = [];
    private byte[] _buffer = new byte[64 << 10];
    private TimeSpan _waited;

    public ReadOnlySpan<ProcRow> Rows => CollectionsMarshal.AsSpan(_rows);

    /// <summary>Reads them all, or with a <paramref name="span"/> only those whose numbers are in it.</summary>
    public void Read(PidSpan? span = null) => Read(ProcListing.Read(span), isAll: span is null);

    /// <summary>Reads only these, those of them that are there.</summary>
    public void Read(IEnumerable<int> pids) => Read(pids, isAll: false);

    private void Read(IEnumerable<int> pids, bool isAll)
    {
        _rows.Clear();
        _index.Clear();
        _waited = TimeSpan.Zero;

        // A pass over a part can't tell who has gone; what piles up then is dropped now and again and read anew.
        var seen = isAll || _seen.Count > MostSeen ? new Dictionary<int, (long, RunMark?)>(_seen.Count) : _seen;
        foreach (var pid in pids)
        {
            if (ProcStat.TryRead(pid, out var stat))
            {
                _index[pid] = _rows.Count;
                _rows.Add(new ProcRow(pid, stat.ParentPid, stat.Session, !stat.IsDead, stat.StartTicks, MarkOf(pid, stat, seen)));
            }
            else if (Marshal.GetLastPInvokeError() is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM)
            {
                // Not read is not gone: a tree must not look empty because we lack descriptors.
                throw new IOException($"/proc/{pid} can't be read ({Errno.Describe(Marshal.GetLastPInvokeError())}).");
            }
        }

        _seen = seen;
    }

    /// <returns>The row of a process; -1 when it isn't there.</returns>
    public int Find(int pid) => _index.GetValueOrDefault(pid, -1);

    private RunMark? MarkOf(int pid, ProcStat stat, Dictionary<int, (long Ticks, RunMark? Mark)> seen)
    {
        if (_seen.TryGetValue(pid, out var known) && known.Ticks == stat.StartTicks)
        {
            seen[pid] = known;
            return known.Mark;
        }

        var length = ReadEnvironment(pid, stat);
        var mark = RunMark.InEnvironment(_buffer.AsSpan(0, length), _manager);

        // A child of ours between vfork and exec still shows our own environment: what it lacks now it may have later.
        if (mark is not null || (length > 0 && stat.ParentPid != Self))
        {
            seen[pid] = (stat.StartTicks, mark);
        }

        return mark;
    }

    /// <summary>
    /// A process in the middle of an exec shows an empty environment, and who is missed in a pass may be taken for gone: it is waited for, as it
    /// takes less than a millisecond unless the machine is very busy.
    /// </summary>
    private int ReadEnvironment(int pid, ProcStat stat)
    {
        var length = ReadEnvironment(pid);
        var began = length > 0 ? 0 : Stopwatch.GetTimestamp();
        while (length == 0 && Marshal.GetLastPInvokeError() == 0 && stat.MayHaveEnvironment && _waited < LongestExec)
        {
            _ = Thread.Yield();
            var before = Stopwatch.GetTimestamp();
            _waited += Stopwatch.GetElapsedTime(began, before);
            began = before;
            if (!ProcStat.TryRead(pid, out stat))
            {
                break;
            }

            length = ReadEnvironment(pid);
        }

        return length;
    }

    private int ReadEnvironment(int pid)
    {
        int length;
        while ((length = ProcFile.Read(pid, "/environ"u8, _buffer)) == _buffer.Length && length < 8 << 20)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        return length;
    }
}
