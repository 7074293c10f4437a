using System.Globalization;

namespace ProcessManager.Os;

/// <summary>
/// The lines of a ledger file, in the order of a child's life; each is appended by one write and counts when its line end is there:
/// <code>
/// intent BOOT_ID
/// group DIRECTORY                                     where it has a control group
/// child OS_PID START_TICKS UNIX_MS
/// code 3 UNIX_MS          or    signal 9 0 UNIX_MS    (0 or 1: core dumped)    or    unknown UNIX_MS
/// </code>
/// </summary>
internal static class LedgerLines
{
    public static string Intent(string bootId) => $"intent {bootId}\n";

    public static string Group(string directory) => $"group {directory}\n";

    public static string Child(ChildIdentity child, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"child {child.OsPid} {child.StartTicks} {at.ToUnixTimeMilliseconds()}\n");

    public static string End(ExitStatus status, DateTimeOffset at)
    {
        var ms = at.ToUnixTimeMilliseconds();
        return status switch
        {
            ExitStatus.Code code => string.Create(CultureInfo.InvariantCulture, $"code {code.Value} {ms}\n"),
            ExitStatus.BySignal end => string.Create(CultureInfo.InvariantCulture, $"signal {end.Signal.Number} {(end.CoreDumped ? 1 : 0)} {ms}\n"),
            _ => string.Create(CultureInfo.InvariantCulture, $"unknown {ms}\n"),
        };
    }

    /// <summary>Adds what the lines say to <paramref name="record"/>. What can't be read counts as not written.</summary>
    /// <returns>Whether every line was readable.</returns>
    public static bool TryRead(string text, ref LedgerRecord record)
    {
        var whole = text.EndsWith('\n');
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[..^(whole || text.Length == 0 ? 0 : 1)])
        {
            if (Read(line.Split(' '), record) is not { } next)
            {
                return false;
            }

            record = next;
        }

        return whole;
    }

    private static LedgerRecord? Read(string[] words, LedgerRecord record) => words switch
    {
        ["intent", var boot] => record with { BootId = boot },
        ["group", .. var parts] => record with { Group = string.Join(' ', parts) },
        ["child", var pid, var ticks, var at] when record.BootId is not null && Number(pid) is { } p && Number(ticks) is { } t && Time(at) is { } time =>
            record with { Child = new ChildIdentity(record.BootId, (int)p, t), SpawnedAt = time },
        ["code", var code, var at] when Number(code) is { } value && Time(at) is { } time =>
            record with { Status = new ExitStatus.Code((int)value), EndedAt = time },
        ["signal", var signal, var core, var at] when Number(signal) is { } number && Time(at) is { } time =>
            record with { Status = new ExitStatus.BySignal(new Signal((int)number), string.Equals(core, "1", StringComparison.Ordinal)), EndedAt = time },
        ["unknown", var at] when Time(at) is { } time => record with { Status = new ExitStatus.Unknown(), EndedAt = time },
        _ => null,
    };

    private static long? Number(string word) =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static DateTimeOffset? Time(string word) =>
        Number(word) is { } ms and > 0 and < 253402300800000 ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
}
