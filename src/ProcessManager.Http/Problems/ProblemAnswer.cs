using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ProcessManager.Http;

/// <summary>Makes every failure a problem: those of the manager, those of HTTP itself, and bugs.</summary>
internal static partial class ProblemAnswer
{
    /// <summary>Runs what answers a request, and answers with a problem where it fails or leaves a failure without a body.</summary>
    public static async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has left; there is nobody to answer.
            return;
        }
        catch (OperationCanceledException) when (Shutdown.Of(http).IsCancellationRequested && !http.Response.HasStarted)
        {
            http.Response.Headers.RetryAfter = "1";
            await WriteAsync(http, Problem.From(ErrorCode.Unavailable, "The manager is shutting down."));
            return;
        }
        catch (Exception error) when (http.Response.HasStarted)
        {
            // Too late for a problem. A cut connection tells the caller that the answer isn't whole; a plain end would be taken for all of it.
            if (error is not (ProcessManagerException or OperationCanceledException))
            {
                Failed(Logger(http), error, http.Request.Method, http.Request.Path);
            }

            http.Abort();
            return;
        }
        catch (Exception error)
        {
            await WriteAsync(http, From(error, http));
            return;
        }

        if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null } response)
        {
            await WriteAsync(http, FromStatus(response.StatusCode, http.Request));
        }
    }

    public static Task WriteAsync(HttpContext http, Problem problem)
    {
        http.RequestServices.GetService<ErrorCount>()?.Add(problem.Code);
        http.Response.StatusCode = problem.Status;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsJsonAsync(problem, HttpJson.Of<Problem>(), Problem.ContentType);
    }

    private static Problem From(Exception error, HttpContext http)
    {
        switch (error)
        {
            case ProcessManagerException known:
                return Problem.From(known);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Problem.From(ErrorCode.TooLarge, "The body is larger than this server takes.");
            case BadHttpRequestException bad:
                return Problem.From(ErrorCode.InvalidSpec, bad.Message, bad.StatusCode);
            default:
                Failed(Logger(http), error, http.Request.Method, http.Request.Path);
                return Problem.From(ErrorCode.Internal, "The manager failed at this; its log has the details. This is a bug.");
        }
    }

    // ErrorCode has no names for what HTTP refuses before the manager is asked: the nearest code goes with HTTP's own status.
    private static Problem FromStatus(int status, HttpRequest request) => status switch
    {
        StatusCodes.Status404NotFound => Problem.From(ErrorCode.NotFound, $"There is no route {request.Path}."),
        StatusCodes.Status405MethodNotAllowed => Problem.From(ErrorCode.NotSupported, $"{request.Path} doesn't take {request.Method}.", status),
        StatusCodes.Status401Unauthorized => Problem.From(ErrorCode.Unauthorized, "No credentials, or wrong ones."),
        StatusCodes.Status413PayloadTooLarge => Problem.From(ErrorCode.TooLarge, "The body is larger than this server takes."),
        StatusCodes.Status415UnsupportedMediaType => Problem.From(ErrorCode.InvalidSpec, $"The body must be application/json, not {request.ContentType}.", status),
        < 500 => Problem.From(ErrorCode.InvalidSpec, $"{ReasonPhrases.GetReasonPhrase(status)}.", status),
        _ => Problem.From(ErrorCode.Internal, $"{ReasonPhrases.GetReasonPhrase(status)}.", status),
    };

    private static ILogger Logger(HttpContext http) => http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("ProcessManager.Http");

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed unexpectedly")]
    private static partial void Failed(ILogger logger, Exception error, string method, string path);
}
