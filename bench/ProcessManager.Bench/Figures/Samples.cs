namespace ProcessManager.Bench;

/// <summary>One thing measured several times. The median is what counts: the machine has other work.</summary>
internal sealed record Samples(IReadOnlyList<double> Values)
{
    public double Median
    {
        get
        {
            var sorted = Values.Order().ToList();
            var middle = sorted.Count / 2;
            return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    public double Min => Values.Min();

    public double Max => Values.Max();

    public static Samples Of(params IEnumerable<double> values) => new([.. values]);
}
