namespace ProcessManager.Cli;

/// <summary>What the lower half shows of the selected process.</summary>
internal enum Pane
{
    Logs,
    Details,
    Graph,
    Help,
}

/// <summary>What is being typed, if anything is.</summary>
internal enum Prompt
{
    None,

    /// <summary>Which processes are listed.</summary>
    Search,

    /// <summary>Which lines of the log are shown.</summary>
    Filter,

    /// <summary>Whether it is to be killed: y.</summary>
    Kill,

    /// <summary>Whether all are to be stopped, in a foreground <c>up</c>: y.</summary>
    Quit,
}

/// <summary>A line of somebody's log, for a screen.</summary>
internal sealed record TopLine(string Text, bool Error);

/// <summary>
/// What the screen is made of, and nothing else: <see cref="TopKeys"/> makes the next one of a key, <see cref="TopLayout"/> a screen of it. One of
/// them, and a size, is always the same picture.
/// </summary>
internal sealed record TopModel
{
    /// <summary>Lines kept of the selected one's log.</summary>
    public const int MostLines = 5_000;

    /// <summary>What is shown: a manager's socket, or a file's name.</summary>
    public required string Title { get; init; }

    /// <summary>The processes live and end with us, as in a foreground <c>up</c>.</summary>
    public bool Foreground { get; init; }

    /// <summary>Of each id this is left out: the name of the file that they are all of.</summary>
    public string IdPrefix { get; init; } = "";

    public IReadOnlyList<ProcessInfo> All { get; init; } = [];

    public ProcessId? Selected { get; init; }

    public Pane Pane { get; init; }

    public Prompt Prompt { get; init; }

    /// <summary>The lower half has the whole screen.</summary>
    public bool Zoomed { get; init; }

    public string Search { get; init; } = "";

    public string Filter { get; init; } = "";

    /// <summary>The log of the selected one.</summary>
    public IReadOnlyList<TopLine> Lines { get; init; } = [];

    /// <summary>Lines that the log is scrolled up from its end; 0 follows it.</summary>
    public int Back { get; init; }

    /// <summary>Lines that details, graph or help are scrolled down.</summary>
    public int Down { get; init; }

    public bool Wraps { get; init; }

    /// <summary>The explanation of the selected one.</summary>
    public string Details { get; init; } = "";

    /// <summary>Who waits for whom.</summary>
    public string Graph { get; init; } = "";

    /// <summary>What was said last.</summary>
    public string Message { get; init; } = "";

    public IReadOnlyList<ProcessInfo> Listed => Search.Length == 0
        ? All
        : [.. All.Where(info => Name(info).Contains(Search, StringComparison.OrdinalIgnoreCase) || info.Phase.ToString().Contains(Search, StringComparison.OrdinalIgnoreCase))];

    public ProcessInfo? Chosen => Listed.FirstOrDefault(info => info.Id == Selected);

    public IReadOnlyList<TopLine> Shown =>
        Filter.Length == 0 ? Lines : [.. Lines.Where(line => line.Text.Contains(Filter, StringComparison.OrdinalIgnoreCase))];

    public string Name(ProcessInfo info) => Name(info.Id);

    public string Name(ProcessId id) =>
        IdPrefix.Length > 0 && id.Value.StartsWith(IdPrefix, StringComparison.Ordinal) ? id.Value[IdPrefix.Length..] : id.Value;

    /// <summary>With what the manager says now; the selection stays where it is, or goes to a neighbour of one that is gone.</summary>
    public TopModel With(IReadOnlyList<ProcessInfo> all)
    {
        var at = IndexOf(Selected);
        return (this with { All = all }).Choose(at);
    }

    /// <summary>With more of the log of the selected one. Scrolled up it stays where it is.</summary>
    public TopModel Append(IReadOnlyCollection<TopLine> more)
    {
        List<TopLine> lines = [.. Lines.Concat(more).TakeLast(MostLines)];
        var shown = more.Count(line => Filter.Length == 0 || line.Text.Contains(Filter, StringComparison.OrdinalIgnoreCase));
        return this with { Lines = lines, Back = Back == 0 ? 0 : Math.Min(Back + shown, lines.Count) };
    }

    public TopModel Select(ProcessId? id) => id == Selected ? this : this with { Selected = id, Lines = [], Back = 0, Down = 0, Details = "" };

    public TopModel Move(int by)
    {
        var listed = Listed;
        var at = IndexOf(Selected);
        return listed.Count == 0 ? this : Select(listed[Math.Clamp(at + by, 0, listed.Count - 1)].Id);
    }

    /// <summary>The selection is one of those listed, if there are any.</summary>
    public TopModel Choose(int at = 0)
    {
        var listed = Listed;
        return Chosen is not null ? this : Select(listed.Count == 0 ? null : listed[Math.Clamp(at, 0, listed.Count - 1)].Id);
    }

    private int IndexOf(ProcessId? id)
    {
        var listed = Listed;
        for (var index = 0; index < listed.Count; index++)
        {
            if (listed[index].Id == id)
            {
                return index;
            }
        }

        return 0;
    }
}
