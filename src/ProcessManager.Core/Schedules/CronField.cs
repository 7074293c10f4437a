using System.Globalization;

namespace ProcessManager;

/// <summary>The numbers that one field of a cron expression allows.</summary>
/// <param name="Bits">Bit n: n is allowed.</param>
/// <param name="Any">It was <c>*</c> or <c>?</c>, or a step over all.</param>
internal readonly record struct CronField(ulong Bits, bool Any)
{
    public bool Allows(int number) => (Bits >> number & 1) != 0;

    /// <summary>Reads <c>*</c>, <c>?</c>, <c>5</c>, <c>1-5</c>, <c>*/15</c>, <c>10/5</c>, <c>1-30/2</c>, names, and lists of these.</summary>
    /// <param name="names">Of the numbers from <paramref name="first"/> on.</param>
    public static CronField? TryParse(string text, int first, int last, ReadOnlySpan<string> names, out string problem)
    {
        var (bits, any) = (0UL, false);
        foreach (var item in text.Split(','))
        {
            var slash = item.IndexOf('/');
            var range = slash < 0 ? item : item[..slash];
            if (!TryRange(range, first, last, names, out var from, out var to) || !TryStep(slash < 0 ? null : item[(slash + 1)..], out var step))
            {
                problem = $"{Quoted.Text(item)} is not a number from {first} to {last}, a range, or a step";
                return null;
            }

            if (slash >= 0 && from == to)
            {
                to = last;
            }

            any |= range is "*" or "?";
            for (var number = from; number <= to; number += step)
            {
                bits |= 1UL << number;
            }
        }

        problem = "";
        return new CronField(bits, any);
    }

    private static bool TryRange(string range, int first, int last, ReadOnlySpan<string> names, out int from, out int to)
    {
        (from, to) = (first, last);
        if (range is "*" or "?")
        {
            return true;
        }

        var dash = range.IndexOf('-');
        return TryNumber(dash < 0 ? range : range[..dash], first, names, out from)
            && TryNumber(dash < 0 ? range : range[(dash + 1)..], first, names, out to)
            && first <= from && from <= to && to <= last;
    }

    private static bool TryStep(string? step, out int number)
    {
        number = 1;
        return step is null || (int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and < 100);
    }

    private static bool TryNumber(string text, int first, ReadOnlySpan<string> names, out int number)
    {
        for (var index = 0; index < names.Length; index++)
        {
            if (names[index].Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                number = first + index;
                return true;
            }
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
