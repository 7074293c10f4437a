using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace ProcessManager.Cli;

/// <summary>
/// A terminal, a manager and what is shown of it. One loop takes the news (keys, lists, lines, sizes) and draws; those who bring news only write them into its
/// line. All of them end with it, and the terminal is given back before anything else is said.
/// </summary>
internal sealed class TopSession : IAsyncDisposable
{
    /// <summary>More often nobody can read it.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);

    private static readonly TimeSpan KeyPatience = TimeSpan.FromMilliseconds(50);

    private readonly Channel<News> _news = Channel.CreateUnbounded<News>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _over = new();
    private readonly Caller _caller;
    private readonly Tty _tty;
    private readonly TopFeed _feed;
    private readonly Action _quit;
    private readonly List<Task> _orders = [];
    private TopModel _model;
    private Screen? _drawn;

    /// <param name="quit">What the key for it does, beside ending the session where that is wanted.</param>
    public TopSession(Caller caller, IProcessManager manager, Tty tty, TopModel model, ProcessQuery scope, Action? quit = null)
    {
        _caller = caller;
        _tty = tty;
        _model = model;
        _quit = quit ?? (() => _over.Cancel());
        _feed = new TopFeed(manager, scope, caller.Clock, change => _news.Writer.TryWrite(new News.Changed(change)), line => _news.Writer.TryWrite(line));
    }

    /// <summary>Until somebody quits, <paramref name="until"/> is done, or the terminal goes.</summary>
    public async Task RunAsync(Task until, CancellationToken cancellationToken)
    {
        using var resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _news.Writer.TryWrite(new News.Changed(model => model)));
        await using var ended = cancellationToken.Register(() => _over.Cancel());
        Task[] feeds = [ReadKeysAsync(), _feed.RunAsync(_over.Token)];
        try
        {
            await Task.WhenAny([until, LoopAsync(), .. feeds]).Unwrap();
        }
        finally
        {
            await _over.CancelAsync();
            _tty.Dispose();
            await Task.WhenAll([.. feeds, .. _orders]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Say(string sentence) => _news.Writer.TryWrite(new News.Changed(model => model with { Message = sentence }));

    public ValueTask DisposeAsync()
    {
        _tty.Dispose();
        _over.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                Draw();
                await Task.Delay(Pace, _caller.Clock, _over.Token);
                await _news.Reader.WaitToReadAsync(_over.Token);
                TakeAll();
            }
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // It is over.
        }
    }

    private void Draw()
    {
        var (width, height) = Tty.Size();
        var screen = TopLayout.Draw(_model, width, height, _caller.Clock.GetUtcNow());
        if (screen.Draw(_drawn, _caller.Out.Colours) is { Length: > 0 } difference)
        {
            _tty.Write(difference);
        }

        _drawn = screen;
        _feed.Show(_model);
    }

    private void TakeAll()
    {
        var lines = new List<TopLine>();
        while (_news.Reader.TryRead(out var news))
        {
            switch (news)
            {
                case News.Wrote wrote when wrote.Id == _model.Selected:
                    lines.Add(wrote.Line);
                    break;
                case News.Changed changed:
                    _model = changed.Change(_model);
                    break;
                case News.Pressed pressed:
                    Press(pressed.Key);
                    break;
                default:
                    // The last lines of one that isn't selected any more.
                    break;
            }
        }

        _model = lines.Count > 0 ? _model.Append(lines) : _model;
    }

    private void Press(Key key)
    {
        var (model, request) = TopKeys.Press(_model, key, TopLayout.Page(_model, Tty.Size().Height));
        _model = model;
        switch (request)
        {
            case null:
                break;
            case { Verb: TopAsk.Quit }:
                _quit();
                break;
            default:
                _orders.RemoveAll(order => order.IsCompleted);
                _orders.Add(_feed.GiveAsync(request, _model.Chosen));
                break;
        }
    }

    /// <summary>On a thread of its own, because a terminal can't be awaited.</summary>
    private Task ReadKeysAsync() => Task.Factory.StartNew(
        () =>
        {
            var reading = new KeyReading();
            while (!_over.IsCancellationRequested)
            {
                if (Tty.Read(KeyPatience) is not { } bytes)
                {
                    return;
                }

                foreach (var key in bytes.Length == 0 ? reading.Rest() : reading.Add(bytes))
                {
                    _news.Writer.TryWrite(new News.Pressed(key));
                }
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    internal abstract record News
    {
        private News()
        {
        }

        public sealed record Pressed(Key Key) : News;

        public sealed record Changed(Func<TopModel, TopModel> Change) : News;

        /// <param name="Id">Whose log it is of.</param>
        public sealed record Wrote(ProcessId Id, TopLine Line) : News;
    }
}
