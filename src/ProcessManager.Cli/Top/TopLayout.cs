using System.Globalization;

namespace ProcessManager.Cli;

/// <summary>The picture of a model at a size: the list, a line between, the lower half, a line of hints.</summary>
internal static class TopLayout
{
    /// <summary>Title, header, the line between and the hints.</summary>
    private const int Frame = 4;

    private static readonly (string Head, int Width)[] Columns =
        [("PHASE", 16), ("READY", 10), ("RESTARTS", 8), ("CPU", 7), ("MEM", 10), ("UP", 7), ("LAST END", 22)];

    /// <summary>How many lines the lower half has.</summary>
    public static int Page(TopModel model, int height) => Math.Max(1, height - Frame - ListRows(model, height));

    public static Screen Draw(TopModel model, int width, int height, DateTimeOffset now)
    {
        var screen = new Screen(width, height);
        var rows = ListRows(model, height);
        var listed = model.Listed;
        Title(screen, model, listed);
        var nameWidth = Math.Clamp(listed.Count == 0 ? 4 : listed.Max(info => model.Name(info).Length), 4, Math.Max(12, width / 3));
        Header(screen, nameWidth);
        var selected = listed.Index().FirstOrDefault(each => each.Item.Id == model.Selected).Index;
        var first = Math.Clamp(selected - (rows / 2), 0, Math.Max(0, listed.Count - rows));
        for (var index = 0; index < rows && first + index < listed.Count; index++)
        {
            Row(screen, 2 + index, model, listed[first + index], nameWidth, now);
        }

        var pane = 2 + rows;
        screen.Text(pane, 0, new string('─', screen.Width), Style.Dim);
        screen.Text(pane, 2, $" {PaneTitle(model)} ", Style.Bold);
        Lower(screen, pane + 1, Math.Max(0, screen.Height - 1 - (pane + 1)), model);
        Hints(screen, model);
        return screen;
    }

    /// <summary>What the lower half says when it isn't the log.</summary>
    public static string TextOf(TopModel model) => model.Pane switch
    {
        Pane.Details => model.Details,
        Pane.Graph => model.Graph.Length > 0 ? model.Graph : "No process depends on another one.",
        Pane.Help => TopKeys.Help,
        _ => "",
    };

    private static int ListRows(TopModel model, int height) => model.Zoomed
        ? 0
        : Math.Clamp(model.Listed.Count, 1, Math.Max(1, (height - Frame) / 2));

    private static void Title(Screen screen, TopModel model, IReadOnlyList<ProcessInfo> listed)
    {
        var running = model.All.Count(info => info.Phase == Phase.Running);
        var found = model.Search.Length > 0 ? $", {listed.Count} match \"{model.Search}\"" : "";
        screen.Text(0, 0, $"procman  {model.Title}  {Words.Count(model.All.Count, "process")}, {running} running{found}", Style.Bold);
    }

    private static void Header(Screen screen, int nameWidth)
    {
        screen.Text(1, 0, "NAME", Style.Dim);
        var column = nameWidth + 2;
        foreach (var (head, width) in Columns)
        {
            screen.Text(1, column, head, Style.Dim);
            column += width + 2;
        }
    }

    private static void Row(Screen screen, int row, TopModel model, ProcessInfo info, int nameWidth, DateTimeOffset now)
    {
        screen.Text(row, 0, Words.Cut(model.Name(info), nameWidth));
        var column = nameWidth + 2;
        string[] cells =
        [
            info.NextStartAt is { } at ? $"{info.Phase} {Words.Duration(at - now)}" : info.Phase.ToString(),
            Readiness(info),
            info.RestartCount.ToString(CultureInfo.InvariantCulture),
            info.Metrics is { } used ? used.CpuPercent.ToString("0.0", CultureInfo.InvariantCulture) + "%" : "-",
            info.Metrics is { } metrics ? Words.Size(metrics.MemoryBytes) : "-",
            info is { OsPid: not null, StartedAt: { } since } ? Words.Duration(now - since) : "-",
            info.Reason is { } reason ? Words.End(reason, info.ExitCode, info.Signal) : "-",
        ];
        foreach (var (text, (_, width)) in cells.Zip(Columns))
        {
            var style = column == nameWidth + 2 ? PhaseStyle(info) : Style.Plain;
            screen.Text(row, column, Words.Cut(text, width), style);
            column += width + 2;
        }

        if (info.Id == model.Selected)
        {
            screen.Restyle(row, Style.Reversed);
        }
    }

    private static string Readiness(ProcessInfo info) => info switch
    {
        { Ready: true, Healthy: true } => "ready",
        { Ready: true } => "unhealthy",
        { Phase: Phase.Running } => "not ready",
        { Phase: Phase.Starting or Phase.Waiting } => "not yet",
        _ => "-",
    };

    private static Style PhaseStyle(ProcessInfo info) => info switch
    {
        { Ready: true } => Style.Green,
        { NextStartAt: not null } => Style.Yellow,
        { Goal: Goal.Up } => Style.Cyan,
        { Reason: EndReason.Completed or EndReason.Stopped or EndReason.Killed or null } => Style.Dim,
        _ => Style.Red,
    };

    private static string PaneTitle(TopModel model)
    {
        var of = model.Chosen is { } chosen ? $" of {model.Name(chosen)}" : "";
        return model.Pane switch
        {
            Pane.Details => $"details{of}",
            Pane.Graph => "who waits for whom",
            Pane.Help => "keys",
            _ => $"log{of}{(model.Filter.Length > 0 ? $" with \"{model.Filter}\"" : "")}{(model.Back > 0 ? $", {model.Back} lines back" : "")}",
        };
    }

    private static void Lower(Screen screen, int top, int height, TopModel model)
    {
        if (model.Pane == Pane.Logs)
        {
            Log(screen, top, height, model);
            return;
        }

        foreach (var (index, line) in TextOf(model).Split('\n').Skip(model.Down).Take(height).Index())
        {
            screen.Text(top + index, 0, line);
        }
    }

    private static void Log(Screen screen, int top, int height, TopModel model)
    {
        var shown = model.Shown;
        var last = Math.Max(0, shown.Count - model.Back);
        var rows = shown.Take(last).TakeLast(height).SelectMany(line => Rows(line, screen.Width, model.Wraps)).TakeLast(height);
        foreach (var (index, (text, error)) in rows.Index())
        {
            screen.Text(top + index, 0, text, error ? Style.Yellow : Style.Plain);
        }
    }

    private static IEnumerable<(string Text, bool Error)> Rows(TopLine line, int width, bool wraps) => !wraps || line.Text.Length <= width
        ? [(Words.Cut(line.Text, width), line.Error)]
        : line.Text.Chunk(width).Select(piece => (new string(piece), line.Error));

    private static void Hints(Screen screen, TopModel model)
    {
        var row = screen.Height - 1;
        switch (model.Prompt)
        {
            case Prompt.Search:
                screen.Text(row, 0, $"list those with: {model.Search}_", Style.Bold);
                break;
            case Prompt.Filter:
                screen.Text(row, 0, $"lines with: {model.Filter}_", Style.Bold);
                break;
            case Prompt.Kill:
                screen.Text(row, 0, $"Kill {(model.Chosen is { } chosen ? model.Name(chosen) : "")} with SIGKILL? y/n", Style.Bold | Style.Red);
                break;
            case Prompt.Quit:
                screen.Text(row, 0, "Stop all of them and quit? y/n", Style.Bold | Style.Red);
                break;
            default:
                screen.Text(
                    row,
                    0,
                    model.Message.Length > 0 ? model.Message : "s start  x stop  r restart  K kill  l log  i details  g graph  / find  f filter  ? help  q quit",
                    model.Message.Length > 0 ? Style.Bold : Style.Dim);
                break;
        }
    }
}
