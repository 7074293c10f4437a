using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ProcessManager.Http;

/// <summary>A process' output: the bytes as it wrote them, or NDJSON (<see cref="LogLines"/>) for who accepts that.</summary>
internal static class LogRoutes
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/processes/{id}/logs", LogsAsync)
            .Says("logs", "Its output, as written; with Accept: application/x-ndjson an object for each line.", ErrorCode.NotFound, ErrorCode.InvalidSpec)
            .Takes("stream", "stdout, stderr or both (default)").Takes("tail", "only the last lines of each stream").Takes("since", "a time, or an offset in one stream")
            .Takes("follow", "true: go on until the process has ended and all is sent").Takes("grep", "only lines that match this regular expression")
            .Produces<string>(StatusCodes.Status200OK, "text/plain", LogLines.ContentType);

    private static async Task LogsAsync(string id, HttpContext http, IProcessManager manager)
    {
        var query = Read(http.Request);
        var process = ProcessId.Parse(id);
        var body = http.Response.BodyWriter;
        await manager.GetAsync(process, http.RequestAborted);
        if (!http.Request.Headers.Accept.ToString().Contains(LogLines.ContentType, StringComparison.OrdinalIgnoreCase))
        {
            await StreamedAnswer.SendAsync(http, "text/plain; charset=utf-8", end => manager.ReadLogsAsync(process, query, end), chunk => body.Write(chunk.Bytes.Span));
            return;
        }

        await using var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true, Encoder = ProcessManagerJson.Options.Encoder });
        await StreamedAnswer.SendAsync(http, LogLines.ContentType, end => manager.ReadLogsAsync(process, query, end), chunk => Write(json, body, chunk));
    }

    private static void Write(Utf8JsonWriter json, PipeWriter body, LogChunk chunk)
    {
        foreach (var line in LogLines.Of(chunk))
        {
            JsonSerializer.Serialize(json, line, HttpJson.Of<LogChunk>());
            json.Flush();
            json.Reset();
            body.Write("\n"u8);
        }
    }

    private static LogQuery Read(HttpRequest request)
    {
        var query = new QueryReader(request.Query);
        var stream = query.Text("stream");
        var one = default(LogStream);
        if (stream is not (null or "both") && !Spelling.TryParse(stream, out one))
        {
            query.Fault("stream", $"\"{stream}\" is none of stdout, stderr, both");
        }

        DateTimeOffset? time = null;
        long? offset = null;
        if (query.Text("since") is { } since)
        {
            if (long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                offset = number;
            }
            else if (DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
            {
                time = parsed;
            }
            else
            {
                query.Fault("since", $"\"{since}\" is neither a time (ISO 8601) nor an offset");
            }
        }

        if (offset is not null && stream is (null or "both"))
        {
            query.Fault("since", "an offset is in one stream: say stream=stdout or stream=stderr");
        }

        var grep = query.Text("grep");
        if (grep is not null && !IsPattern(grep, out var problem))
        {
            query.Fault("grep", problem);
        }

        var asked = new LogQuery
        {
            Stream = stream is null or "both" ? null : one,
            Tail = (int?)query.Number("tail", 0, int.MaxValue),
            Since = time,
            Offset = offset,
            Follow = query.Flag("follow"),
            Grep = grep,
        };
        query.Done();
        return asked;
    }

    private static bool IsPattern(string text, out string problem)
    {
        try
        {
            _ = new Regex(text, RegexOptions.NonBacktracking);
            problem = "";
            return true;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            problem = error.Message;
            return false;
        }
    }
}
