namespace ProcessManager.Http.Tests;

/// <summary>A collection that runs when nothing else does: what is timed.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class ListSpeedSpecs
{
    [Fact]
    public async Task A_list_of_a_thousand_comes_at_once()
    {
        await using var served = await Served.StartAsync();
        for (var i = 0; i < 1000; i++)
        {
            await served.Manager.CreateAsync(new ProcessSpec { Id = ProcessId.Parse($"p{i:0000}"), Command = "sleep", Args = ["1000"], Labels = [new("n", $"{i}")] });
        }

        await served.Http.GetByteArrayAsync("/v1/processes?limit=1000");
        var best = TimeSpan.MaxValue;
        var size = 0;
        for (var round = 0; round < 20; round++)
        {
            var began = TimeProvider.System.GetTimestamp();
            size = (await served.Http.GetByteArrayAsync("/v1/processes?limit=1000")).Length;
            var took = TimeProvider.System.GetElapsedTime(began);
            best = took < best ? took : best;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{size} bytes, best of 20: {best.TotalMilliseconds:0.0} ms");
        size.ShouldBeGreaterThan(100_000);
        // The best of many: other work on the machine must not fail this.
        best.ShouldBeLessThan(TimeSpan.FromMilliseconds(20));
    }
}
