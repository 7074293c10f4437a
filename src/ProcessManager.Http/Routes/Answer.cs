using Microsoft.AspNetCore.Http;

namespace ProcessManager.Http;

/// <summary>Answers in the project's JSON, whatever the app around uses for its own.</summary>
internal static class Answer
{
    public static IResult Json<T>(T value) => Results.Json(value, HttpJson.Of<T>());

    /// <summary>An info, with its version as ETag for <c>If-Match</c>.</summary>
    public static IResult Info(HttpContext http, ProcessInfo info, int status = StatusCodes.Status200OK)
    {
        http.Response.Headers.ETag = $"\"{info.Version}\"";
        return Results.Json(info, HttpJson.Of<ProcessInfo>(), statusCode: status);
    }
}
