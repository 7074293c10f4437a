using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace ProcessManager.Http;

/// <summary>Reads a request's body, and no more of it than is allowed.</summary>
internal static class BodyReader
{
    /// <summary>Of a spec, and of every other JSON body.</summary>
    public const int JsonLimit = 1 << 20;

    /// <summary>Of jobs: as many as a client sends at once, or a few large ones.</summary>
    public const int JobsLimit = 32 << 20;

    /// <summary>Of several specs: a thousand of a usual size.</summary>
    public const int StackLimit = 16 << 20;

    /// <summary>Of standard input, in bytes.</summary>
    public const int InputLimit = 16 << 20;

    /// <summary>Of <c>POST /v1/run</c>: a spec and the largest input, each byte of which JSON may write as six (<c>\u0000</c>).</summary>
    public const int RunLimit = (InputLimit * 6) + JsonLimit;

    /// <summary>A JSON body; empty when there is none.</summary>
    /// <exception cref="ProcessManagerException">TooLarge; the rest isn't read.</exception>
    /// <exception cref="BadHttpRequestException">Its content type is something else (415), or it ended early.</exception>
    public static Task<ReadOnlyMemory<byte>> ReadJsonAsync(HttpContext http, int limit = JsonLimit)
    {
        var type = http.Request.ContentType;
        return type is null || http.Request.HasJsonContentType()
            ? ReadAsync(http, limit)
            : throw new BadHttpRequestException($"The body must be application/json, not {type}.", StatusCodes.Status415UnsupportedMediaType);
    }

    /// <summary>A body of any type.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http, int limit)
    {
        if (http.Request.ContentLength > limit)
        {
            throw TooLarge($"The body has {http.Request.ContentLength} bytes", limit);
        }

        var body = new ArrayBufferWriter<byte>((int)(http.Request.ContentLength ?? 0) + 1);
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            if (body.WrittenCount + read.Buffer.Length > limit)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw TooLarge("The body goes on", limit);
            }

            foreach (var segment in read.Buffer)
            {
                body.Write(segment.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return body.WrittenMemory;
            }
        }
    }

    public static ProcessManagerException TooLarge(string what, int limit) => new(ErrorCode.TooLarge, $"{what}; at most {limit} are taken here.");
}
