using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ProcessManager.Http;

/// <summary>The end of the server, as a token. What waits or streams ends with it, so that no caller holds the shutdown up.</summary>
internal static class Shutdown
{
    public static CancellationToken Of(HttpContext http) =>
        http.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;

    /// <summary>The end of the caller or of the server, whichever comes first. To be disposed of.</summary>
    public static CancellationTokenSource OrCaller(HttpContext http) =>
        CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, Of(http));
}
