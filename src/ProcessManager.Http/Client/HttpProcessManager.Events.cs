using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ProcessManager.Http;

public sealed partial class HttpProcessManager
{
    public async IAsyncEnumerable<ProcessEvent> SubscribeAsync(EventQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var persistence = new Persistence(TimeProvider.System);
        var after = query.After;
        DateTimeOffset? from = null;
        while (true)
        {
            IAsyncEnumerator<SseItem<ProcessEvent>>? events = null;
            HttpResponseMessage? response = null;
            try
            {
                persistence.Asking();
                try
                {
                    // Without a cursor to go on from: what is kept, from the time at which the subscription came into force.
                    response = await OpenAsync(query, after ?? (from is null ? null : ""), cancellationToken);
                    from ??= TimeOf(response);
                    events = EventsOf(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);
                }
                catch (ConnectionException error)
                {
                    from ??= error.WasOpen ? TimeProvider.System.GetUtcNow() : null;
                    await persistence.PauseAsync(error, cancellationToken);
                }

                while (events is not null)
                {
                    if (await NextAsync(events, query.Follow, persistence, cancellationToken) is not { } next)
                    {
                        break;
                    }

                    if (!next)
                    {
                        yield break;
                    }

                    var happened = events.Current.Data;
                    if (after is not null || happened.Time >= from)
                    {
                        after = happened.Cursor.Length > 0 ? happened.Cursor : after;
                        yield return happened;
                    }
                }
            }
            finally
            {
                if (events is not null)
                {
                    await events.DisposeAsync();
                }

                response?.Dispose();
            }
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(EventQuery query, string? after, CancellationToken cancellationToken)
    {
        using var request = Request.Get("/v1/events",
        [
            ("type", query.Types.Count == 0 ? null : string.Join(',', query.Types.Select(Spelling.Of))),
            ("id", query.Ids.Count == 0 ? null : string.Join(',', query.Ids)),
            .. Request.Labels(query.Labels),
            ("after", after?.Length == 0 ? after : null),
            ("follow", query.Follow ? null : "false"),
        ]);
        request.Headers.Accept.ParseAdd(EventRoutes.ContentType);
        if (after is { Length: > 0 })
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", after);
        }

        var opening = _openings.Begin();
        try
        {
            return await _connection.SendAsync(request, cancellationToken);
        }
        finally
        {
            _openings.End(opening);
        }
    }

    /// <summary>Null when the connection broke and is to be opened again. A subscription that follows has no end of its own, so that its end is a break too.</summary>
    private async Task<bool?> NextAsync(
        IAsyncEnumerator<SseItem<ProcessEvent>> events, bool follow, Persistence persistence, CancellationToken cancellationToken)
    {
        try
        {
            return await _connection.ReadAsync(async () => await events.MoveNextAsync(), cancellationToken) || (follow ? throw _connection.Broken(null) : false);
        }
        catch (ConnectionException error)
        {
            await persistence.PauseAsync(error, cancellationToken);
            return null;
        }
    }

    private static IAsyncEnumerator<SseItem<ProcessEvent>> EventsOf(Stream stream, CancellationToken cancellationToken) =>
        SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize(data, HttpJson.Of<ProcessEvent>())!)
            .EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

    // Events have milliseconds, so the time they are compared with has no more.
    private static DateTimeOffset TimeOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues(StreamedAnswer.TimeHeader, out var values)
        && DateTimeOffset.TryParse(values.First(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : DateTimeOffset.MinValue;
}
