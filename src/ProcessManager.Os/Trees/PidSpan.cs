using System.Buffers.Text;

namespace ProcessManager.Os;

/// <summary>
/// The numbers given out since <paramref name="First"/> was: the kernel counts up and begins anew at its limit. All that a young process
/// started is in it, so a pass for its sake needn't read the thousands that were there before.
/// </summary>
/// <remarks>
/// Only true as long as the count can't have gone round since: the smallest limit in use is 32,768, and no machine with that limit starts so many
/// processes and threads in a tenth of a second.
/// </remarks>
internal readonly record struct PidSpan(int First, int Last)
{
    /// <summary>From the one of <paramref name="pids"/> that was given out first, up to now; null when the kernel doesn't tell.</summary>
    public static PidSpan? SinceFirstOf(List<int> pids)
    {
        // "0.20 0.18 0.12 1/80 11206": the last field is the number given out last, in our own pid namespace.
        Span<byte> text = stackalloc byte[128];
        text = text[..ProcFile.Read("/proc/loadavg\0"u8, text)].TrimEnd((byte)'\n');
        if (!Utf8Parser.TryParse(text[(text.LastIndexOf((byte)' ') + 1)..], out int last, out _) || last <= 0)
        {
            return null;
        }

        // Those above the last one were given out before the count began anew.
        var before = pids.Where(x => x > last).DefaultIfEmpty(int.MaxValue).Min();
        return new PidSpan(before == int.MaxValue ? pids.Min() : before, last);
    }

    public bool Contains(int pid) => First <= Last ? pid >= First && pid <= Last : pid >= First || pid <= Last;
}
