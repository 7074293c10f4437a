using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace ProcessManager.Os;

/// <summary>
/// What <c>/proc/pid/stat</c> says. Its second field is the program's own name in parentheses and may hold anything, parentheses and
/// newlines included: the fields are counted from the last ')'.
/// </summary>
internal readonly record struct ProcStat
{
    private const long KernelThread = 0x200000;

    /// <summary>R, S, D, T, t, Z, X, I, as in proc(5).</summary>
    public char State { get; private init; }

    public int ParentPid { get; private init; }

    public int ProcessGroup { get; private init; }

    public int Session { get; private init; }

    /// <summary>Clock ticks (100 a second) of user and system time.</summary>
    public long UserTicks { get; private init; }

    public long SystemTicks { get; private init; }

    public int Threads { get; private init; }

    /// <summary>Clock ticks from boot to its start: with the pid, a process' identity within a boot.</summary>
    public long StartTicks { get; private init; }

    public long ResidentPages { get; private init; }

    /// <summary>A zombie's wait status; 0 also where we may not know it (ptrace access).</summary>
    public int WaitStatus { get; private init; }

    /// <summary>A zombie is dead: it only waits to be noticed.</summary>
    public bool IsDead => State is 'Z' or 'X' or 'x';

    /// <summary>
    /// False when there is none to read and none to come. In the middle of an exec the memory is new and its environment not there yet, with an end of 0;
    /// whoever started a process is told so before that. True also where we may not know (ptrace access).
    /// </summary>
    public bool MayHaveEnvironment { get; private init; }

    /// <summary>False with errno when it is gone or can't be read.</summary>
    [SkipLocalsInit]
    public static bool TryRead(int pid, out ProcStat stat)
    {
        Span<byte> buffer = stackalloc byte[1024];
        var length = ProcFile.Read(pid, "/stat"u8, buffer);
        stat = default;
        return length > 0 && TryParse(buffer[..length], out stat);
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out ProcStat stat)
    {
        stat = default;
        var close = text.LastIndexOf((byte)')');
        if (close < 0 || close + 2 >= text.Length)
        {
            return false;
        }

        Span<long> fields = stackalloc long[53];
        var rest = text[(close + 2)..];
        var state = (char)rest[0];
        var last = 3;
        for (rest = rest[1..]; last < 52; last++)
        {
            if (rest.IsEmpty || rest[0] != ' ')
            {
                break;
            }

            rest = rest[1..];
            if (!Utf8Parser.TryParse(rest, out long value, out var used))
            {
                // Field 25 (RSS limit) of an unlimited process is 2^64-1, which nobody asks for.
                if (!Utf8Parser.TryParse(rest, out ulong _, out used))
                {
                    break;
                }

                value = long.MaxValue;
            }

            fields[last + 1] = value;
            rest = rest[used..];
        }

        stat = new ProcStat
        {
            State = state,
            ParentPid = (int)fields[4],
            ProcessGroup = (int)fields[5],
            Session = (int)fields[6],
            UserTicks = fields[14],
            SystemTicks = fields[15],
            Threads = (int)fields[20],
            StartTicks = fields[22],
            ResidentPages = fields[24],
            WaitStatus = (int)fields[52],
            MayHaveEnvironment = (fields[51] == 0 || fields[50] != fields[51]) && (fields[9] & KernelThread) == 0 && state is not ('Z' or 'X' or 'x'),
        };
        return last >= 24;
    }
}
