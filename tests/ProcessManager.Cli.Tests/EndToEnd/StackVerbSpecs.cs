using System.Text.RegularExpressions;
using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

/// <summary>The file and the verbs of docs/stacks.md, with a daemon.</summary>
public sealed partial class StackVerbSpecs
{
    [Fact]
    public async Task The_stack_of_the_docs_goes_up_is_looked_at_changed_and_goes_down()
    {
        await using var site = await Site.WithDaemonAsync();
        var text = Yaml().Match(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "stacks.md"))).Groups["text"].Value;
        var file = Path.Combine(site.Folder, "shop.yaml");
        await File.WriteAllTextAsync(file, text);

        (await site.RunAsync("graph", file)).Out.ShouldBe("shop\napi\n  └ migrate (completedSuccessfully)\n    └ db (healthy or running)\n  └ db (healthy or running)\n");
        (await site.RunAsync("plan", file)).Out.ShouldContain("shop.migrate  create and start");
        var up = await site.RunAsync("up", file);
        up.Code.ShouldBe(0, up.Error);
        up.Out.ShouldContain("shop.db       created");
        (await site.RunAsync("wait", "api", "--for", "ready")).Code.ShouldBe(0);
        (await site.RunAsync("ps", "shop", "-q")).Out.ShouldBe("shop.api\nshop.db\nshop.migrate\n");
        (await site.RunAsync("graph", "shop", "--dot")).Out.ShouldContain("\"api\" -> \"migrate\" [label=\"completedSuccessfully\"];");
        (await site.RunAsync("plan", file)).Out.ShouldBe("shop is as the file says: nothing to change.\n");

        await File.WriteAllTextAsync(file, text.Replace("migrate: { command: \"true\", dependsOn: [db] }", "cache: { command: sleep, args: [1000] }", StringComparison.Ordinal)
            .Replace("- { id: migrate, condition: completedSuccessfully }", "- cache", StringComparison.Ordinal));
        var applied = await site.RunAsync("apply", file);
        applied.Code.ShouldBe(0, applied.Error);
        applied.Out.ShouldContain("shop.cache    created");
        applied.Out.ShouldContain("shop.api      changed (dependsOn)");
        applied.Out.ShouldContain("shop.migrate  removed");

        var down = await site.RunAsync("down", "shop", "--remove");
        down.Code.ShouldBe(0, down.Error);
        (await site.RunAsync("down", file)).Code.ShouldBe(3);
    }

    [Fact]
    public async Task A_cycle_and_a_missing_id_are_told_and_nothing_is_started()
    {
        await using var site = await Site.WithDaemonAsync();
        var file = Path.Combine(site.Folder, "x.yaml");
        await File.WriteAllTextAsync(file, "processes: { a: { command: sleep, dependsOn: [b] }, b: { command: sleep, dependsOn: [a] }, c: { command: sleep } }");
        var cycle = await site.RunAsync("up", file);
        (cycle.Code, cycle.Error.Contains("x.a → x.b → x.a", StringComparison.Ordinal)).ShouldBe((1, true), cycle.Error);
        await File.WriteAllTextAsync(file, "processes: { a: { command: sleep, dependsOn: [nobody] }, c: { command: sleep } }");
        (await site.RunAsync("up", file)).Error.ShouldContain("\"x.a\" depends on \"nobody\", which isn't there");
        (await site.RunAsync("ps", "-q")).Out.ShouldBe("");
    }

    [GeneratedRegex("```yaml\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Yaml();
}
