using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>Opened and closed again and again in one process.</summary>
[Collection(Alone.Name)]
public sealed class LifecycleSpecs(ITestOutputHelper output)
{
    private const int Cycles = 20;

    [Fact]
    public async Task Nothing_is_left_of_a_manager_that_was_closed()
    {
        await using var lab = new Lab();
        await Cycle(lab, 2);
        var before = Holdings.Now();
        await Cycle(lab, Cycles);
        var after = await Patience.Until(
            $"no more held than {before}",
            () => Task.FromResult(Holdings.Now()),
            after => after.Descriptors <= before.Descriptors + 2 && after.Threads < before.Threads + Cycles && after.Zombies <= before.Zombies);
        output.WriteLine($"before {before}, after {after}");
    }

    private static async Task Cycle(Lab lab, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var manager = await lab.OpenAsync(options => options with { DefaultLifetime = Lifetime.WithManager });
            var child = await manager.CreateAsync(new ProcessSpec { Command = "sleep", Args = ["1000"] }, cancellationToken: Lab.Cancel);
            await manager.RunAsync(new ProcessSpec { Command = "true" }, cancellationToken: Lab.Cancel);
            (await manager.ShutdownAsync()).Ended.ShouldContain(child.Id);
        }
    }
}
