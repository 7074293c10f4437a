using System.Text.Json;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

public sealed class PoolVerbSpecs
{
    [Fact]
    public async Task A_pool_is_made_filled_waited_for_and_removed()
    {
        await using var site = await Site.WithDaemonAsync();
        (await site.RunAsync("pool", "create", "build", "-n", "1")).Out.ShouldContain("build  1");
        (await site.RunAsync("pool", "add", "build", "--key", "a", "--", "sh", "-c", "echo hello")).ShouldBe(new Ended(0, "build.a\n", ""));
        (await site.RunAsync("pool", "add", "build", "--key", "b", "--priority", "2", "--retry", "1", "--retry-delay", "10ms", "--", "sh", "-c", "exit 3")).Code.ShouldBe(0);

        (await site.RunAsync("pool", "wait", "build", "--timeout", "1m")).Code.ShouldBe(1, "one of them failed");
        (await site.RunAsync("logs", "build.a")).Out.ShouldBe("hello\n");
        (await site.RunAsync("pool", "ls")).Out.ShouldContain("build  1      0        0        1          1       0");
        var shown = await site.RunAsync("pool", "show", "build");
        shown.Out.ShouldContain("build.a  ");
        shown.Out.ShouldContain("build.b  ");
        var jobs = JsonDocument.Parse((await site.RunAsync("pool", "show", "build", "--json")).Out).RootElement.GetProperty("jobs");
        jobs.EnumerateArray().Select(job => job.GetProperty("job").GetProperty("key").GetString()).ShouldBe(["a", "b"]);

        (await site.RunAsync("pool", "rm", "build")).Out.ShouldBe("build  removed\n");
        (await site.RunAsync("pool", "show", "build")).Code.ShouldBe(3);
    }

    [Fact]
    public async Task Jobs_are_called_off_one_by_one_or_all()
    {
        await using var site = await Site.WithDaemonAsync();
        await site.RunAsync("pool", "create", "p", "--concurrency", "1");
        foreach (var key in (string[])["a", "b", "c"])
        {
            await site.RunAsync("pool", "add", "p", "--key", key, "--", "sleep", "1000");
        }

        (await site.RunAsync("info", "p.b")).Out.ShouldContain("a slot of the pool \"p\"");
        (await site.RunAsync("pool", "cancel", "p", "b")).Code.ShouldBe(0);
        (await site.RunAsync("pool", "cancel", "p")).Code.ShouldBe(0);
        (await site.RunAsync("pool", "wait", "p")).Out.ShouldContain("3");
        (await site.RunAsync("pool", "add", "p", "--key", "a", "--", "true")).Code.ShouldBe(1, "its key is in use");
        (await site.RunAsync("pool", "add", "nobody", "--", "true")).Code.ShouldBe(3);
    }
}
