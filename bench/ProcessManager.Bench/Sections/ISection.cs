namespace ProcessManager.Bench;

/// <summary>A part of the bench that can be run alone.</summary>
internal interface ISection
{
    /// <summary>For <c>--only</c>.</summary>
    string Name { get; }

    string Title { get; }

    /// <summary>Measures; each row is told when it is there.</summary>
    Task RunAsync(Workbench bench, Action<Row> tell);
}
