using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;
using Orleans.Runtime;
using ProcessManager.Cluster;
using ProcessManager.Http;

namespace ProcessManager.Silo;

/// <summary>The one app: Orleans with our grains and this machine, the HTTP API, the dashboard.</summary>
internal static class SiloApp
{
    public static WebApplication Build(SiloOptions options, ServerDoors doors, StartingLog log)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        log.AddTo(builder.Logging);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.UseOrleans(silo => Configure(silo, options));
        doors.AddTo(builder);

        var app = builder.Build();
        doors.Guard(app);
        app.MapProcessManager();
        if (options.Dashboard)
        {
            app.MapOrleansDashboard(SiloSettings.DashboardPath);
        }

        return app;
    }

    /// <summary>After a start that failed: what has joined already leaves, so that nobody waits for it.</summary>
    public static async Task AbandonAsync(WebApplication app)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            try
            {
                await app.StopAsync(patience.Token);
            }
            catch (InvalidOperationException)
            {
                // A silo that hasn't become active refuses to stop. Its stages that were reached can be left one by one.
                await app.Services.GetRequiredService<ISiloLifecycleSubject>().OnStop(patience.Token);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What can't be left in time is left as a death would leave it. Why the start failed is what the operator has to read.
        }
    }

    private static void Configure(ISiloBuilder silo, SiloOptions options)
    {
        if (options.Database is { } database)
        {
            silo.UseProcessManagerPostgres(database).UseTunedMembership();
        }
        else
        {
            silo.UseDevelopmentClustering(primarySiloEndpoint: null).AddMemoryGrainStorage(ClusterStorage.Name).UseInMemoryReminderService();
        }

        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, "procman"));
        var (address, siloPort, gatewayPort) = options.Place;
        silo.Configure<EndpointOptions>(at => (at.AdvertisedIPAddress, at.SiloPort, at.GatewayPort) = (address, siloPort, gatewayPort));
        silo.AddProcessManagerGrains(options.Node);
        if (options.Dashboard)
        {
            // The trace would send all that is logged to whoever looks.
            silo.AddDashboard(dashboard => dashboard.HideTrace = true);
        }
    }
}
