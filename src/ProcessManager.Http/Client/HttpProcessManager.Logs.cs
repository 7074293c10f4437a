using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ProcessManager.Http;

public sealed partial class HttpProcessManager
{
    public async IAsyncEnumerable<LogChunk> ReadLogsAsync(ProcessId id, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var persistence = new Persistence(TimeProvider.System);
        var progress = new LogProgress(query);
        var ended = false;
        while (!ended)
        {
            HttpResponseMessage? response = null;
            PipeReader? lines = null;
            try
            {
                persistence.Asking();
                try
                {
                    response = await OpenAsync(id, progress.Rest(), cancellationToken);
                    lines = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellationToken), new StreamPipeReaderOptions(bufferSize: 64 << 10));
                    progress.Opened(TimeOf(response));
                }
                catch (ConnectionException error)
                {
                    await persistence.PauseAsync(error, cancellationToken);
                }

                while (lines is not null)
                {
                    var chunks = await NextAsync(lines, persistence, cancellationToken);
                    foreach (var chunk in chunks ?? [])
                    {
                        if (progress.New(chunk) is { } rest)
                        {
                            yield return rest;
                        }
                    }

                    ended = chunks is { Count: 0 };
                    if (ended || chunks is null)
                    {
                        break;
                    }
                }
            }
            finally
            {
                if (lines is not null)
                {
                    await lines.CompleteAsync();
                }

                response?.Dispose();
            }
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(ProcessId id, LogQuery query, CancellationToken cancellationToken)
    {
        using var request = Request.Get(Request.Of(id, "logs"),
            ("stream", query.Stream is { } stream ? Spelling.Of(stream) : null),
            Request.Number("tail", query.Tail),
            query.Offset is null ? ("since", query.Since?.UtcDateTime.ToString("O")) : Request.Number("since", query.Offset),
            Request.Flag("follow", query.Follow),
            ("grep", query.Grep));
        request.Headers.Accept.ParseAdd(LogLines.ContentType);
        await _openings.DoneAsync(cancellationToken);
        return await _connection.SendAsync(request, cancellationToken);
    }

    /// <summary>The chunks that are there next; none at the end; null when the connection broke and is to be opened again.</summary>
    private async Task<List<LogChunk>?> NextAsync(PipeReader lines, Persistence persistence, CancellationToken cancellationToken)
    {
        try
        {
            return await _connection.ReadAsync(() => ChunksAsync(lines, cancellationToken), cancellationToken);
        }
        catch (ConnectionException error)
        {
            await persistence.PauseAsync(error, cancellationToken);
            return null;
        }
    }

    private static async Task<List<LogChunk>> ChunksAsync(PipeReader lines, CancellationToken cancellationToken)
    {
        var chunks = new List<LogChunk>();
        while (true)
        {
            var read = await lines.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var json = new Utf8JsonReader(rest.Slice(0, end));
                chunks.Add(JsonSerializer.Deserialize(ref json, HttpJson.Of<LogChunk>())!);
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            lines.AdvanceTo(rest.Start, rest.End);
            if (chunks.Count > 0 || read.IsCompleted)
            {
                return chunks;
            }
        }
    }
}
