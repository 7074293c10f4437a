using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>What stands between a child and its log when it doesn't write to the files itself: two pipes, or a terminal.</summary>
internal sealed class Conduit : IDisposable
{
    private readonly OutputPump _pump;
    private readonly List<PumpedStream> _streams = [];
    private readonly List<Fifo> _fifos = [];
    private readonly LogStream[] _kinds = [LogStream.Stdout, LogStream.Stderr];

    private Conduit(OutputPump pump) => _pump = pump;

    /// <summary>Null: it is pipes.</summary>
    public Terminal? Terminal { get; private init; }

    /// <exception cref="ProcessManagerException">StartFailed, StorageFull.</exception>
    public static Conduit Make(ProcessLog log, OutputSpec output, OutputPump pump)
    {
        var conduit = new Conduit(pump) { Terminal = output.Mode == OutputMode.Terminal ? new Terminal(output.Size ?? TerminalSize.Usual) : null };
        try
        {
            if (conduit.Terminal is { } terminal)
            {
                conduit.Join(log, LogStream.Stdout, terminal.Near);
            }
            else
            {
                foreach (var stream in conduit._kinds)
                {
                    conduit.Join(log, stream, Fifo.Make(PathOf(log, stream)));
                }
            }

            return conduit;
        }
        catch
        {
            conduit.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with the pipes of a child that an earlier manager started; null where there are none (a terminal ends with its manager).</summary>
    /// <inheritdoc cref="Make"/>
    public static Conduit? Find(ProcessLog log, OutputSpec output, OutputPump pump)
    {
        if (output.Mode != OutputMode.Pipe)
        {
            return null;
        }

        var conduit = new Conduit(pump);
        foreach (var stream in conduit._kinds)
        {
            if (Fifo.Find(PathOf(log, stream)) is { } fifo)
            {
                conduit.Join(log, stream, fifo);
            }
        }

        return conduit;
    }

    /// <summary>Descriptors of their own for another child.</summary>
    /// <inheritdoc cref="Make"/>
    public LogFiles Open()
    {
        if (Terminal is { } terminal)
        {
            var far = terminal.DuplicateFar();
            return new LogFiles(far, far) { Terminal = terminal };
        }

        if (_fifos.Count < _kinds.Length)
        {
            var nothing = LogOpening.Nothing();
            return new LogFiles(nothing, nothing);
        }

        var files = new LogFiles(_fifos[0].OpenWriteEnd(), _fifos[1].OpenWriteEnd());
        _streams.ForEach(_pump.Resume);
        return files;
    }

    /// <summary>Brings what was written by now into the log.</summary>
    public void Drain() => _streams.ForEach(stream => stream.Drain());

    public void Dispose()
    {
        _streams.ForEach(_pump.Remove);
        _fifos.ForEach(fifo => fifo.Remove());
        Terminal?.Dispose();
    }

    /// <summary>Stops reading; who writes waits for the next manager.</summary>
    public void Leave()
    {
        _streams.ForEach(_pump.Remove);
        Terminal?.Dispose();
    }

    private static string PathOf(ProcessLog log, LogStream stream) => Path.ChangeExtension(log.PathOf(stream), ".pipe");

    private void Join(ProcessLog log, LogStream stream, Fifo fifo)
    {
        _fifos.Add(fifo);
        Join(log, stream, fifo.ReadEnd);
    }

    private void Join(ProcessLog log, LogStream stream, SafeFileHandle source)
    {
        var pumped = new PumpedStream(source, log, LogOpening.File(log.PathOf(stream), log.NativePathOf(stream)));
        _streams.Add(pumped);
        _pump.Add(pumped);
    }
}
