using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

/// <summary>The example of replicas in docs/spec.md, with a daemon.</summary>
public sealed class ScaleSpecs
{
    [Fact]
    public async Task A_process_is_scaled_up_and_down_and_addressed_as_one()
    {
        await using var site = await Site.WithDaemonAsync();
        await site.RunAsync("run", "-d", "--name", "web", "--", "sleep", "1000");

        (await site.RunAsync("scale", "web", "3")).ShouldBe(new Ended(0, "web  3 replicas: web.1, web.2, web.3\n", ""));
        (await site.RunAsync("scale", "web", "2")).ShouldBe(new Ended(0, "web  2 replicas: web.1, web.2\n", ""));
        (await site.RunAsync("ps", "-q")).Out.ShouldBe("web.1\nweb.2\n");
        (await site.RunAsync("stop", "web")).Code.ShouldBe(0);
        (await site.RunAsync("rm", "web")).Code.ShouldBe(0);
        (await site.RunAsync("ps", "-q")).Out.ShouldBe("");
        (await site.RunAsync("scale", "web", "3")).Code.ShouldBe(3);
    }
}
