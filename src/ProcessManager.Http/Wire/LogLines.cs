namespace ProcessManager.Http;

/// <summary>
/// Output as NDJSON, an object for each line: <c>{"time", "stream", "offset", "text"}</c>, and <c>"bytes"</c> in base64 instead of the text where they
/// aren't UTF-8. The text holds the line's end, and a last line without one comes without: so nothing is lost.
/// </summary>
internal static class LogLines
{
    public const string ContentType = "application/x-ndjson";

    /// <summary>The chunk's lines, each with its own offset.</summary>
    public static IEnumerable<LogChunk> Of(LogChunk chunk)
    {
        for (var at = 0; at < chunk.Bytes.Length;)
        {
            var end = chunk.Bytes.Span[at..].IndexOf((byte)'\n');
            var length = end < 0 ? chunk.Bytes.Length - at : end + 1;
            yield return chunk with { Offset = chunk.Offset + at, Bytes = chunk.Bytes.Slice(at, length) };
            at += length;
        }
    }
}
