using System.Globalization;
using Spectre.Console;

namespace ProcessManager.Cli;

/// <summary>On a terminal: a table of the processes, below it what they wrote last; drawn anew at most ten times a second.</summary>
internal sealed class LiveView : IStackView
{
    private const int TableFrame = 6;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Times go on also when nothing happens.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private static readonly Color[] Palette = [Color.Aqua, Color.Yellow, Color.Lime, Color.Fuchsia, Color.DodgerBlue1, Color.Orange1];

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _over = new();
    private readonly IAnsiConsole _console;
    private readonly TimeProvider _clock;
    private readonly string[] _keys;
    private readonly Dictionary<string, ProcessInfo> _infos = [];
    private readonly Queue<(string Key, string Text)> _tail = new();
    private readonly Task _drawing;
    private volatile bool _changed;

    public LiveView(IAnsiConsole console, TimeProvider clock, IEnumerable<string> keys)
    {
        _console = console;
        _clock = clock;
        _keys = [.. keys];
        _drawing = _console.Live(Render()).Overflow(VerticalOverflow.Crop).StartAsync(DrawAsync);
    }

    private int TailLines => Math.Max(1, _console.Profile.Height - _keys.Length - TableFrame);

    public void Wrote(string key, OutputLine line) => Append(key, PlainText.Of(line.Bytes.Span));

    public void Happened(string key, ProcessEvent happened)
    {
        if (Happening.ForPeople(happened, _clock.GetUtcNow()) is { } sentence)
        {
            Append(key, $"— {sentence}");
        }
    }

    public void Stands(string key, ProcessInfo info)
    {
        lock (_gate)
        {
            _infos[key] = info;
            _changed = true;
        }
    }

    public void Note(string sentence) => Append("procman", sentence);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _drawing;
        _over.Dispose();
    }

    private void Append(string key, string text)
    {
        lock (_gate)
        {
            _changed = true;
            _tail.Enqueue((key, text));
            while (_tail.Count > TailLines)
            {
                _tail.Dequeue();
            }
        }
    }

    private async Task DrawAsync(LiveDisplayContext display)
    {
        var drawn = _clock.GetTimestamp();
        while (!_over.IsCancellationRequested)
        {
            await Task.Delay(Pace, _clock, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_changed || _clock.GetElapsedTime(drawn) > Tick)
            {
                drawn = _clock.GetTimestamp();
                display.UpdateTarget(Render());
            }
        }
    }

    private Rows Render()
    {
        lock (_gate)
        {
            _changed = false;
            var width = Math.Max(20, _console.Profile.Width);
            return new Rows([Table(), .. _tail.Select(line => Line(line.Key, line.Text, width))]);
        }
    }

    private Table Table()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("process", "phase", "os pid", "up", "restarts", "last end");
        foreach (var key in _keys)
        {
            var info = _infos.GetValueOrDefault(key);
            table.AddRow(
                new Text(key, ColourOf(key)),
                info is null ? new Text("-") : new Text(PhaseOf(info), PhaseColour(info)),
                new Text(info?.OsPid?.ToString(CultureInfo.InvariantCulture) ?? "-"),
                new Text(info is { OsPid: not null, StartedAt: { } since } ? Words.Duration(_clock.GetUtcNow() - since) : "-"),
                new Text(info?.RestartCount.ToString(CultureInfo.InvariantCulture) ?? "-"),
                new Text(info?.Reason is { } reason ? Words.End(reason, info.ExitCode, info.Signal) : "-"));
        }

        return table;
    }

    private string PhaseOf(ProcessInfo info) =>
        info.NextStartAt is { } at ? $"{info.Phase} {Words.Duration(at - _clock.GetUtcNow())}" : info.Phase.ToString();

    private static Style PhaseColour(ProcessInfo info) => info switch
    {
        { Ready: true } => Color.Green,
        { NextStartAt: not null } => Color.Yellow,
        { Goal: Goal.Up, OsPid: not null } => Color.Aqua,
        { Reason: EndReason.Completed or EndReason.Stopped or null } => Color.Grey,
        _ => Color.Red,
    };

    private Paragraph Line(string key, string text, int width)
    {
        var head = $"{key} | ";
        return new Paragraph(head, ColourOf(key)).Append(Words.Cut(text, width - head.Length - 1));
    }

    private Style ColourOf(string key) => Array.IndexOf(_keys, key) is >= 0 and var index ? Palette[index % Palette.Length] : Color.Grey;
}
