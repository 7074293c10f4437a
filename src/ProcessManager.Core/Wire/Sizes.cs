using System.Globalization;

namespace ProcessManager;

/// <summary>
/// Sizes as text, for people: <c>"64MiB"</c>, <c>"1.5GiB"</c>, <c>"10MB"</c>, <c>"512k"</c>, or a number of bytes. KiB, MiB, GiB, TiB and the bare letters k, M, G, T are
/// powers of 1,024; kB, MB, GB, TB of 1,000; case doesn't matter. Programs are told bytes, as a number.
/// </summary>
public static class Sizes
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000),
        ("T", 1L << 40), ("G", 1L << 30), ("M", 1L << 20), ("k", 1L << 10), ("B", 1), ("", 1),
    ];

    /// <summary>In the largest binary unit that says it exactly: <c>64MiB</c>, <c>1536MiB</c>, <c>100B</c>. It is read back as the same size.</summary>
    public static string Format(long bytes)
    {
        var (unit, size) = bytes == 0 ? ("B", 1) : Units.Take(4).FirstOrDefault(row => bytes % row.Bytes == 0, ("B", 1));
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / size}{unit}");
    }

    /// <exception cref="ProcessManagerException"><see cref="ErrorCode.InvalidSpec"/>: not a size.</exception>
    public static long Parse(string text) =>
        TryParse(text, out var bytes, out var problem) ? bytes : throw ProcessManagerException.Invalid([new Fault("", problem)]);

    /// <param name="problem">Why it isn't a size and what is allowed; empty when it is one.</param>
    public static bool TryParse(string text, out long bytes, out string problem)
    {
        bytes = 0;
        problem = "";
        var bare = text.Trim();
        var digits = bare.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        var unit = bare[digits..].Trim();
        var row = Units.FirstOrDefault(row => row.Unit.Equals(unit, StringComparison.OrdinalIgnoreCase));
        if (bare.StartsWith('-'))
        {
            problem = $"{Quoted.Text(text)} is negative";
        }
        else if (row.Bytes == 0 || digits > 20 || !decimal.TryParse(bare.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            problem = $"{Quoted.Text(text)} is not a size: write bytes, or a number with its unit, as \"64MiB\", \"1.5GiB\", \"10MB\" or \"512k\"";
        }
        else if (number > (decimal)long.MaxValue / row.Bytes)
        {
            problem = $"{Quoted.Text(text)} is larger than a size can be (8 EiB)";
        }
        else if (!decimal.IsInteger(number * row.Bytes))
        {
            problem = $"{Quoted.Text(text)} isn't a whole number of bytes";
        }
        else
        {
            bytes = (long)(number * row.Bytes);
        }

        return problem.Length == 0;
    }
}
