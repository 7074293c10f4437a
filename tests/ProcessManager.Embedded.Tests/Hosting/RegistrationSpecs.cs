using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>A manager inside an app's container of services.</summary>
public sealed class RegistrationSpecs
{
    [Fact]
    public async Task It_starts_with_the_app_and_its_children_end_with_it()
    {
        await using var lab = new Lab();
        lab.Note(lab.Data);
        var services = new ServiceCollection().AddProcessManager(new EmbeddedOptions { DataDirectory = lab.Data });
        await using var provider = services.BuildServiceProvider();
        var manager = provider.GetRequiredService<IProcessManager>();
        manager.ShouldBeSameAs(provider.GetRequiredService<EmbeddedProcessManager>());
        var hosted = provider.GetServices<IHostedService>().Single();

        await hosted.StartAsync(Lab.Cancel);
        var ends = await manager.CreateAsync(new ProcessSpec { Command = "sleep", Args = ["1000"] }, cancellationToken: Lab.Cancel);
        var stays = await manager.CreateAsync(new ProcessSpec { Command = "sleep", Args = ["1000"], Lifetime = Lifetime.Keep }, cancellationToken: Lab.Cancel);
        (ends.Lifetime, stays.Lifetime).ShouldBe((Lifetime.WithManager, Lifetime.Keep));
        await hosted.StopAsync(Lab.Cancel);

        Marked.Of(lab.Data).Select(process => process.OsPid).ShouldBe([stays.OsPid!.Value]);
        (await Should.ThrowAsync<ProcessManagerException>(() => manager.GetAsync(ends.Id))).Code.ShouldBe(ErrorCode.Unavailable);
    }
}
