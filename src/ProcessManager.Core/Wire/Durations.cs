using System.Globalization;

namespace ProcessManager;

/// <summary>
/// Durations as text. Written in seconds, exactly (<c>"1.5s"</c>, <c>"600s"</c>); read as numbers with units, largest first, each unit at most
/// once (<c>"200ms"</c>, <c>"10m"</c>, <c>"1h30m"</c>, <c>"10d"</c>; units d, h, m, s, ms, us), or as ISO 8601 (<c>"PT5S"</c>, <c>"P1DT2H"</c>, without years and months).
/// </summary>
public static class Durations
{
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("w", TimeSpan.TicksPerDay * 7), ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond),
    ];

    /// <summary>More than any duration has of any unit, and little enough that no sum of products overflows.</summary>
    private const decimal Largest = 10_000_000_000_000_000;

    private const string Allowed = "write a number with its unit, as \"200ms\", \"1.5s\", \"10m\", \"1h30m\" or \"10d\", or ISO 8601, as \"PT5S\"";

    /// <summary>The canonical form: seconds with as many decimals as it takes, at most seven.</summary>
    public static string Format(TimeSpan value) => string.Create(CultureInfo.InvariantCulture, $"{(decimal)value.Ticks / TimeSpan.TicksPerSecond:0.#######}s");

    /// <exception cref="ProcessManagerException"><see cref="ErrorCode.InvalidSpec"/>: not a duration, or a negative one.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text, out var value, out var problem) ? value : throw ProcessManagerException.Invalid([new Fault("", problem)]);

    /// <param name="problem">Why it isn't a duration and what is allowed; empty when it is one.</param>
    public static bool TryParse(string text, out TimeSpan value, out string problem)
    {
        value = default;
        problem = "";
        var bare = text.Trim();
        if (bare.StartsWith('-'))
        {
            problem = $"{Quoted.Text(text)} is negative";
        }
        else if (bare is "0")
        {
            return true;
        }
        else if (decimal.TryParse(bare, NumberStyles.Number, CultureInfo.InvariantCulture, out _))
        {
            problem = $"{Quoted.Text(text)} has no unit: {Allowed}";
        }
        else if (Ticks(bare) is not { } ticks)
        {
            problem = $"{Quoted.Text(text)} is not a duration: {Allowed}";
        }
        else if (ticks > long.MaxValue)
        {
            problem = $"{Quoted.Text(text)} is longer than a duration can be (10,675,199 days)";
        }
        else
        {
            value = TimeSpan.FromTicks((long)ticks);
        }

        return problem.Length == 0;
    }

    private static decimal? Ticks(string text)
    {
        if (!text.StartsWith('P') && !text.StartsWith('p'))
        {
            return Sum(text, 1, Units.Length);
        }

        // ISO 8601: weeks and days before the T, the smaller ones after it.
        var rest = text[1..].ToLower(CultureInfo.InvariantCulture);
        var split = rest.IndexOf('t', StringComparison.Ordinal);
        var date = split < 0 ? rest : rest[..split];
        var dateTicks = date.Length == 0 ? 0 : Sum(date, 0, 2);
        if (split < 0)
        {
            return date.Length == 0 ? null : dateTicks;
        }

        return dateTicks + Sum(rest[(split + 1)..], 2, 5);
    }

    /// <summary>The sum of "1h30m" and the like, units in falling order among [first, end); null when it isn't one.</summary>
    private static decimal? Sum(string text, int first, int end)
    {
        decimal sum = 0;
        var at = 0;
        do
        {
            var digits = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
            {
                at++;
            }

            var unit = at;
            while (at < text.Length && char.IsAsciiLetter(text[at]))
            {
                at++;
            }

            var index = Array.FindIndex(Units, first, end - first, row => text.AsSpan(unit, at - unit).SequenceEqual(row.Unit));
            if (index < 0
                || unit - digits > 20
                || !decimal.TryParse(text.AsSpan(digits, unit - digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            if (number > Largest)
            {
                return Largest * TimeSpan.TicksPerDay;
            }

            sum += number * Units[index].Ticks;
            first = index + 1;
        }
        while (at < text.Length);
        return decimal.Truncate(sum);
    }
}
