namespace ProcessManager.Bench;

/// <summary>What every section is given.</summary>
internal sealed class Workbench(BenchOptions options, Scratch scratch, Programs programs, CancellationToken cancellationToken)
{
    private readonly List<string> _skipped = [];

    public BenchOptions Options => options;

    public Scratch Scratch => scratch;

    public Programs Programs => programs;

    public Baselines Baselines { get; } = new(programs, scratch);

    public CancellationToken CancellationToken => cancellationToken;

    public IReadOnlyList<string> Skipped => _skipped;

    /// <summary>The first where figures count, the second where it is only to be seen that it works.</summary>
    public int Size(int full, int quick) => options.IsQuick ? quick : full;

    /// <summary>Says what is under way; apart from the table, which may go to a file.</summary>
    public void Tell(string what) => Console.Error.WriteLine($"  … {what}");

    public void Skip(string what)
    {
        _skipped.Add(what);
        Console.Error.WriteLine($"  SKIPPED: {what}");
    }
}
