using System.Text;

namespace ProcessManager.Os;

/// <summary>
/// Ends what command probes leave behind: processes that carry the mark of an attempt and of one of its probes, which isn't running just now. One pass over /proc for all of
/// them, every ten seconds, and only after there was a command probe.
/// </summary>
internal sealed class ProbeLeftovers(Guid manager, Timetable table, Func<ProcessId, Epoch, Epoch?> epochOf) : TimetableEntry
{
    /// <summary>Names the probe in the environment of what it starts.</summary>
    public const string Variable = "PROCMAN_PROBE";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly string _manager = manager.ToString("N");
    private readonly Lock _gate = new();
    private readonly HashSet<(ProcessId, Epoch, string)> _running = [];
    private Dictionary<int, (long Ticks, (ProcessId, Epoch, string)? Probe)> _seen = [];
    private bool _planned;

    /// <summary>A command begins to run; it has ended when what is answered is disposed of.</summary>
    public IDisposable Begin(ProcessId id, Epoch epoch, ProbeKind kind)
    {
        var probe = (id, epoch, Spelling.Of(kind));
        lock (_gate)
        {
            _running.Add(probe);
            Plan();
        }

        return new Run(this, probe);
    }

    public override void Due()
    {
        lock (_gate)
        {
            _planned = false;
        }

        var left = Pass();
        if (left)
        {
            lock (_gate)
            {
                Plan();
            }
        }
    }

    private void Plan()
    {
        if (!_planned)
        {
            _planned = true;
            table.Set(this, table.Now + Every);
        }
    }

    private void End((ProcessId, Epoch, string) probe)
    {
        lock (_gate)
        {
            _running.Remove(probe);
            Plan();
        }
    }

    /// <returns>Whether there is something of a probe, left or running.</returns>
    private bool Pass()
    {
        var found = false;
        var seen = new Dictionary<int, (long, (ProcessId, Epoch, string)?)>(_seen.Count);
        foreach (var pid in ProcListing.Read(null))
        {
            if (!ProcStat.TryRead(pid, out var stat) || stat.IsDead)
            {
                continue;
            }

            var known = _seen.TryGetValue(pid, out var before) && before.Ticks == stat.StartTicks;
            var probe = known ? before.Probe : ProbeOf(pid);
            if (probe is not null || known || stat.ParentPid != Environment.ProcessId)
            {
                // One of ours that is younger than its exec shows our environment still: it is looked at again.
                seen[pid] = (stat.StartTicks, probe);
            }

            if (probe is { } of)
            {
                found = true;
                EndUnlessRunning(of, new ChildIdentity(ChildIdentities.BootId, pid, stat.StartTicks));
            }
        }

        _seen = seen;
        return found;
    }

    private void EndUnlessRunning((ProcessId, Epoch, string) probe, ChildIdentity process)
    {
        lock (_gate)
        {
            if (!_running.Contains(probe))
            {
                using var held = PidFd.Open(process);
                held?.SendSignal(Signal.Kill);
            }
        }
    }

    private (ProcessId, Epoch, string)? ProbeOf(int pid)
    {
        Span<byte> buffer = stackalloc byte[32 << 10];
        var environment = buffer[..ProcFile.Read(pid, "/environ"u8, buffer)];
        return Value(environment, "PROCMAN_PROBE="u8) is { } kind && Value(environment, "PROCMAN_RUN="u8) is { } marks
            && RunMark.Find(marks, _manager) is { Innermost: true } mark && epochOf(mark.Id, mark.Epoch) is { } epoch
            ? (mark.Id, epoch, kind)
            : null;
    }

    private static string? Value(ReadOnlySpan<byte> environment, ReadOnlySpan<byte> name)
    {
        foreach (var range in environment.Split((byte)0))
        {
            if (environment[range].StartsWith(name))
            {
                return Encoding.UTF8.GetString(environment[range][name.Length..]);
            }
        }

        return null;
    }

    private sealed class Run(ProbeLeftovers leftovers, (ProcessId, Epoch, string) probe) : IDisposable
    {
        public void Dispose() => leftovers.End(probe);
    }
}
