using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ProcessManager.Embedded;

/// <summary>Registration of a manager inside an app.</summary>
public static class ServiceRegistration
{
    /// <summary>
    /// Adds a manager that starts and shuts down with the app. <see cref="IProcessManager"/> is what the app uses;
    /// <see cref="EmbeddedProcessManager"/> has the lifecycle beside it. Children end with the app unless their spec says
    /// <see cref="Lifetime.Keep"/>.
    /// </summary>
    public static IServiceCollection AddProcessManager(this IServiceCollection services, EmbeddedOptions? options = null)
    {
        services.AddSingleton(provider => new EmbeddedProcessManager(
            options ?? new EmbeddedOptions(),
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            provider.GetService<TimeProvider>()));
        services.AddSingleton<IProcessManager>(provider => provider.GetRequiredService<EmbeddedProcessManager>());
        services.AddHostedService<WithTheApp>();
        return services;
    }

    /// <summary>Started before the app's own services that were added later, shut down after them.</summary>
    private sealed class WithTheApp(EmbeddedProcessManager manager) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => manager.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => manager.ShutdownAsync(cancellationToken: cancellationToken);
    }
}
