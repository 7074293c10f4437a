using System.Globalization;

namespace ProcessManager.Bench;

/// <summary>What a row should reach: a part of its baseline, or a figure of its own.</summary>
internal abstract record Target
{
    private Target()
    {
    }

    public abstract bool IsMet(Row row);

    public abstract string Text(Row row);

    /// <summary>At least so much of the baseline.</summary>
    public sealed record OfBaseline(double Ratio) : Target
    {
        public override bool IsMet(Row row) => row.Ratio >= Ratio;

        public override string Text(Row row) => string.Create(CultureInfo.InvariantCulture, $"ratio ≥ {Ratio:0.0#}");
    }

    /// <summary>Less than this, in the row's unit.</summary>
    public sealed record Below(double Limit) : Target
    {
        public override bool IsMet(Row row) => row.Ours.Median < Limit;

        public override string Text(Row row) => string.Create(CultureInfo.InvariantCulture, $"< {Limit:0.###} {row.Unit.Name}");
    }
}
