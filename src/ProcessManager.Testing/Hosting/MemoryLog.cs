using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace ProcessManager.Testing;

/// <summary>What a process has written, in memory: a list of pieces a stream, and whoever follows it.</summary>
internal sealed class MemoryLog
{
    private readonly Lock _gate = new();
    private readonly List<(LogChunk Chunk, Epoch Epoch)> _chunks = [];
    private readonly long[] _ends = new long[2];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Epoch _epoch;
    private bool _discards;
    private bool _merges;
    private bool _deleted;

    /// <summary>When something was last written.</summary>
    public DateTimeOffset? LastWrite { get; private set; }

    /// <summary>What is written from now on is of this attempt, and goes where its spec says.</summary>
    public void Begin(Epoch epoch, OutputMode mode)
    {
        lock (_gate)
        {
            (_epoch, _discards, _merges) = (epoch, mode == OutputMode.Discard, mode is OutputMode.Merged or OutputMode.Terminal);
            LastWrite = null;
        }
    }

    public void Append(LogStream stream, ReadOnlyMemory<byte> bytes, DateTimeOffset at)
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            LastWrite = at;
            if (_discards || bytes.Length == 0)
            {
                return;
            }

            stream = _merges ? LogStream.Stdout : stream;
            _chunks.Add((new LogChunk(stream, _ends[(int)stream], at, bytes), _epoch));
            _ends[(int)stream] += bytes.Length;
            more = Renew();
        }

        more.SetResult();
    }

    /// <summary>Nobody writes to it any more, and it is gone: who follows it is let go.</summary>
    public void Delete()
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            _deleted = true;
            more = Renew();
        }

        more.SetResult();
    }

    public void DropBefore(Epoch epoch)
    {
        lock (_gate)
        {
            _chunks.RemoveAll(piece => piece.Epoch < epoch);
        }
    }

    /// <summary>All that an attempt wrote to a stream.</summary>
    public string TextOf(Epoch epoch, LogStream stream)
    {
        lock (_gate)
        {
            return Text(_chunks.Where(piece => piece.Epoch == epoch).Select(piece => piece.Chunk), stream);
        }
    }

    /// <inheritdoc cref="TextOf(Epoch, LogStream)"/>
    public string Text(LogStream stream)
    {
        lock (_gate)
        {
            return Text(_chunks.Select(piece => piece.Chunk), stream);
        }
    }

    /// <param name="ended">Completes when nobody writes to it any more.</param>
    public async IAsyncEnumerable<LogChunk> ReadAsync(LogQuery query, Regex? grep, Task ended, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sent = 0;
        for (var last = false; !last;)
        {
            List<LogChunk> found;
            Task more;
            lock (_gate)
            {
                last = !query.Follow || ended.IsCompleted || _deleted;
                more = _more.Task;
                found = [.. Selected(query, first: sent == 0, _chunks.Skip(sent).Where(piece => piece.Epoch.Run >= (query.Run ?? 0)).Select(piece => piece.Chunk).ToList(), grep)];
                sent = Math.Max(_chunks.Count, sent);
            }

            foreach (var chunk in found)
            {
                yield return chunk;
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (!last)
            {
                await Task.WhenAny(more, ended).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static string Text(IEnumerable<LogChunk> chunks, LogStream stream)
    {
        using var all = new MemoryStream();
        foreach (var chunk in chunks.Where(chunk => chunk.Stream == stream))
        {
            all.Write(chunk.Bytes.Span);
        }

        return Encoding.UTF8.GetString(all.GetBuffer().AsSpan(0, (int)all.Length));
    }

    private static IEnumerable<LogChunk> Selected(LogQuery query, bool first, List<LogChunk> chunks, Regex? grep)
    {
        var lines = chunks
            .Where(chunk => (query.Stream ?? chunk.Stream) == chunk.Stream && chunk.Time >= (query.Since ?? DateTimeOffset.MinValue))
            .Where(chunk => chunk.Offset + chunk.Bytes.Length > (query.Offset ?? 0))
            .Select(chunk => query.Offset is { } from && chunk.Offset < from
                ? chunk with { Offset = from, Bytes = chunk.Bytes[(int)(from - chunk.Offset)..] }
                : chunk)
            .SelectMany(Lines)
            .Where(line => grep is null || grep.IsMatch(Encoding.UTF8.GetString(line.Bytes.Span).TrimEnd('\r', '\n')))
            .ToList();
        if (!first || query.Tail is not { } tail)
        {
            return lines;
        }

        var kept = lines.GroupBy(line => line.Stream).SelectMany(stream => stream.TakeLast(tail)).ToHashSet(ReferenceEqualityComparer.Instance);
        return lines.Where(kept.Contains);
    }

    private static IEnumerable<LogChunk> Lines(LogChunk chunk)
    {
        for (var start = 0; start < chunk.Bytes.Length;)
        {
            var length = chunk.Bytes.Span[start..].IndexOf((byte)'\n');
            var next = length < 0 ? chunk.Bytes.Length : start + length + 1;
            yield return chunk with { Offset = chunk.Offset + start, Bytes = chunk.Bytes[start..next] };
            start = next;
        }
    }

    private TaskCompletionSource Renew()
    {
        var more = _more;
        _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return more;
    }
}
