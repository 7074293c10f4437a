using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ProcessManager.Http;

/// <summary>Events as they happen, as server-sent events: <c>id</c> is the cursor, <c>event</c> the type, <c>data</c> the event.</summary>
internal static class EventRoutes
{
    public const string ContentType = "text/event-stream";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/events", (HttpContext http, IProcessManager manager) => SendAsync(http, manager, null))
            .Says("events", "Events as they happen, from after Last-Event-ID or after, else from now.", ErrorCode.InvalidSpec)
            .Takes("type", "one or more types, repeated or with commas").Takes("id", "one or more process ids").Takes("label", "name=value, or name for any value; all must match")
            .Takes("after", "a cursor; empty: from the oldest that is kept").Takes("follow", "false: end with the last event that is kept")
            .Answers<ProcessEvent>(type: ContentType);
        api.MapGet("/processes/{id}/events", (string id, HttpContext http, IProcessManager manager) => SendAsync(http, manager, ProcessId.Parse(id)))
            .Says("processEvents", "The same, of one process.", ErrorCode.NotFound, ErrorCode.InvalidSpec)
            .Takes("type", "one or more types, repeated or with commas").Takes("after", "a cursor; empty: from the oldest that is kept")
            .Takes("follow", "false: end with the last event that is kept").Answers<ProcessEvent>(type: ContentType);
    }

    private static async Task SendAsync(HttpContext http, IProcessManager manager, ProcessId? one)
    {
        var query = new QueryReader(http.Request.Query);
        var asked = new EventQuery
        {
            Types = query.Choices<EventType>("type"),
            Ids = one is { } id ? [id] : query.Ids("id"),
            Labels = one is null ? query.Labels("label") : [],
            After = query.Text("after"),
            Follow = query.Flag("follow", otherwise: true),
        };
        query.Done();

        if (one is { } known)
        {
            await manager.GetAsync(known, http.RequestAborted);
        }

        // What a browser sends by itself when it comes back: newer than the address it started with.
        if (http.Request.Headers.TryGetValue("Last-Event-ID", out var last))
        {
            asked = asked with { After = last.ToString() };
        }

        await StreamedAnswer.SendAsync(http, ContentType, end => manager.SubscribeAsync(asked, end), happened => Write(http.Response.BodyWriter, happened));
    }

    private static void Write(PipeWriter body, ProcessEvent happened)
    {
        // A notice before the first event has none: what the reader knows as the last one stays.
        var id = happened.Cursor.Length == 0 ? "" : $"id: {happened.Cursor}\n";
        var frame = $"{id}event: {Spelling.Of(happened.Type)}\ndata: {JsonSerializer.Serialize(happened, HttpJson.Of<ProcessEvent>())}\n\n";
        Encoding.UTF8.GetBytes(frame, body);
    }
}
