namespace ProcessManager.Bench;

/// <summary>A line of the table.</summary>
/// <param name="Ours">Measured turn by turn with <paramref name="Theirs"/>, so that the same round meets the same load.</param>
/// <param name="Baseline">What <paramref name="Theirs"/> is.</param>
internal sealed record Row(string What, Unit Unit, Samples Ours, string? Baseline = null, Samples? Theirs = null, Target? Target = null)
{
    /// <summary>Of pairs measured in the same round the ratio of each, and then the median; else that of the medians.</summary>
    public double? Ratio => Theirs is null
        ? null
        : Theirs.Values.Count == Ours.Values.Count
            ? Samples.Of(Ours.Values.Zip(Theirs.Values, Unit.Ratio)).Median
            : Unit.Ratio(Ours.Median, Theirs.Median);

    /// <summary>Null: there is no target, or none that could be judged.</summary>
    public bool? IsMet => Target is null || (Target is Target.OfBaseline && Theirs is null) ? null : Target.IsMet(this);
}
