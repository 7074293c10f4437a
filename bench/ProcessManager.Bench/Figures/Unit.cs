using System.Globalization;

namespace ProcessManager.Bench;

/// <summary>What a figure is in, and which way is better.</summary>
internal sealed record Unit(string Name, bool MoreIsBetter, int Decimals)
{
    public static readonly Unit PerSecond = new("/s", MoreIsBetter: true, 0);
    public static readonly Unit MegabytesPerSecond = new("MB/s", MoreIsBetter: true, 0);
    public static readonly Unit Microseconds = new("µs", MoreIsBetter: false, 0);
    public static readonly Unit Seconds = new("s", MoreIsBetter: false, 2);
    public static readonly Unit Milliseconds = new("ms", MoreIsBetter: false, 1);
    public static readonly Unit Megabytes = new("MB", MoreIsBetter: false, 0);
    public static readonly Unit Mebibytes = new("MiB", MoreIsBetter: false, 1);
    public static readonly Unit Kibibytes = new("KiB", MoreIsBetter: false, 1);
    public static readonly Unit Each = new("each", MoreIsBetter: false, 2);
    public static readonly Unit Percent = new("%", MoreIsBetter: false, 2);
    public static readonly Unit CpuSecondsPerGigabyte = new("CPU s/GB", MoreIsBetter: false, 3);
    public static readonly Unit CpuMilliseconds = new("CPU ms each", MoreIsBetter: false, 2);

    public string Number(double value) => value.ToString($"N{Decimals}", CultureInfo.InvariantCulture);

    public string Text(Samples samples) => samples.Values.Count == 1
        ? $"{Number(samples.Median)} {Name}"
        : $"{Number(samples.Median)} {Name} ({Number(samples.Min)}–{Number(samples.Max)})";

    /// <summary>How much better the first is than the second: 2 is twice as good, whichever way is better.</summary>
    public double Ratio(double ours, double theirs) => MoreIsBetter ? ours / theirs : theirs / ours;
}
