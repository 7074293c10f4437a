using System.Globalization;
using System.Text;

namespace ProcessManager.Os;

/// <summary>What one datagram of sd_notify(3) says: lines of NAME=VALUE, of which those that nobody knows are passed over.</summary>
internal sealed record NotifyMessage
{
    public bool Ready { get; init; }

    public bool Reloading { get; init; }

    public bool Stopping { get; init; }

    /// <summary>Null: it says nothing of that; empty: it takes back what it said.</summary>
    public string? Status { get; init; }

    public int? MainPid { get; init; }

    /// <summary>A sign of life.</summary>
    public bool Alive { get; init; }

    /// <summary>It wants its watchdog to expire now.</summary>
    public bool Trigger { get; init; }

    public TimeSpan? WatchdogLimit { get; init; }

    public TimeSpan? ExtendBy { get; init; }

    public static NotifyMessage Parse(ReadOnlySpan<byte> datagram)
    {
        var message = new NotifyMessage();
        foreach (var line in Encoding.UTF8.GetString(datagram).Split('\n'))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            message = equals < 0 ? message : message.With(line[..equals], line[(equals + 1)..].TrimEnd('\r', '\0'));
        }

        return message;
    }

    private NotifyMessage With(string name, string value) => (name, value) switch
    {
        ("READY", "1") => this with { Ready = true },
        ("RELOADING", "1") => this with { Reloading = true },
        ("STOPPING", "1") => this with { Stopping = true },
        ("STATUS", _) => this with { Status = value },
        ("MAINPID", _) => this with { MainPid = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 1 ? pid : null },
        ("WATCHDOG", "1") => this with { Alive = true },
        ("WATCHDOG", "trigger") => this with { Trigger = true },
        ("WATCHDOG_USEC", _) => this with { WatchdogLimit = Microseconds(value) },
        ("EXTEND_TIMEOUT_USEC", _) => this with { ExtendBy = Microseconds(value) },
        _ => this,
    };

    /// <summary>At most a year: more than anybody means, and no overflow.</summary>
    private static TimeSpan? Microseconds(string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? TimeSpan.FromMicroseconds(Math.Min(number, 365L * 24 * 3600 * 1_000_000))
            : null;
}
