using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ProcessManager.Http;

/// <summary>
/// An answer that comes piece by piece. What a source refuses (NotFound, InvalidSpec) it refuses at once, and that still becomes a problem with its status; a
/// source that has nothing to say yet doesn't keep the caller waiting for the head of the answer. Pieces that come together are sent together.
/// </summary>
internal static class StreamedAnswer
{
    /// <summary>When the source was asked, by the server's clock: where a client goes on from that lost its connection before the first piece.</summary>
    public const string TimeHeader = "Procman-Time";

    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Bytes that are sent together at most, while there is more at hand.</summary>
    private const int Together = 64 << 10;

    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(20);

    /// <param name="source">Ended when the caller or the server goes.</param>
    /// <param name="write">Writes a piece into the body's buffer; a write of its own for each would be a system call for each.</param>
    public static async Task SendAsync<T>(HttpContext http, string contentType, Func<CancellationToken, IAsyncEnumerable<T>> source, Action<T> write)
    {
        using var end = Shutdown.OrCaller(http);
        var now = TimeProvider.System.GetUtcNow().ToString(TimeForm, CultureInfo.InvariantCulture);
        await using var pieces = source(end.Token).GetAsyncEnumerator(end.Token);
        var next = pieces.MoveNextAsync().AsTask();
        try
        {
            await Task.WhenAny(next, Task.Delay(AtOnce, TimeProvider.System, end.Token));
            if (next.IsFaulted || next.IsCanceled)
            {
                await next;
            }

            http.Response.ContentType = contentType;
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers[TimeHeader] = now;
            // From here on a failure cuts the connection: a problem would be written behind pieces that are still in the buffer.
            await http.Response.StartAsync(end.Token);
            var body = http.Response.BodyWriter;
            while (true)
            {
                if (!next.IsCompleted || body.UnflushedBytes > Together)
                {
                    await body.FlushAsync(end.Token);
                }

                if (!await next)
                {
                    break;
                }

                write(pieces.Current);
                next = pieces.MoveNextAsync().AsTask();
            }
        }
        catch
        {
            // An enumerator mustn't be disposed of while it looks for its next piece.
            await end.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }
}
