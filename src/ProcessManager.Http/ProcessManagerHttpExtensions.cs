using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ProcessManager.Http;

/// <summary>Registration of the API in an app of one's own, and of its client.</summary>
public static class ProcessManagerHttpExtensions
{
    /// <summary>What <see cref="MapProcessManager"/> needs beside an <see cref="IProcessManager"/>.</summary>
    public static IServiceCollection AddProcessManagerHttp(this IServiceCollection services)
    {
        services.TryAddSingleton<MeterTotals>();
        services.TryAddSingleton<ErrorCount>();
        return services.AddApiDocument();
    }

    /// <summary>
    /// Maps the API: <c>/v1/…</c>, <c>/metrics</c>, <c>/healthz</c>, <c>/readyz</c> and <c>/openapi/v1.json</c>. Who may use it is the app's own matter (call
    /// RequireAuthorization on what is returned): whoever may can run any command as the manager's user.
    /// </summary>
    public static IEndpointConventionBuilder MapProcessManager(this IEndpointRouteBuilder app)
    {
        // It counts from when it is made, so it is made before the first request.
        _ = app.ServiceProvider.GetRequiredService<MeterTotals>();
        var root = app.MapGroup("");
        ((IEndpointConventionBuilder)root).Finally(route =>
        {
            if (route.RequestDelegate is { } answer)
            {
                route.RequestDelegate = http => ProblemAnswer.GuardAsync(http, answer);
            }
        });

        var api = root.MapGroup("/v1");
        ProcessRoutes.Map(api);
        OrderRoutes.Map(api);
        ManyRoutes.Map(api);
        StackRoutes.Map(api);
        LookRoutes.Map(api);
        TemplateRoutes.Map(api);
        LogRoutes.Map(api);
        CommandRoutes.Map(api);
        PoolRoutes.Map(api);
        EventRoutes.Map(api);
        HealthRoutes.Map(api, root);
        root.MapOpenApi("/openapi/{documentName}.json");
        return root;
    }

    /// <summary>An <see cref="IProcessManager"/> over HTTP: <see cref="HttpProcessManager"/>, a singleton.</summary>
    public static IServiceCollection AddProcessManagerHttpClient(this IServiceCollection services, ClientOptions options) =>
        services.AddSingleton<IProcessManager>(_ => new HttpProcessManager(options));
}
