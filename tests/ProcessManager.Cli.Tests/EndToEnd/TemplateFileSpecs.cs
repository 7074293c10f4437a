using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

/// <summary>The examples of docs/templates.md, with a daemon.</summary>
public sealed class TemplateFileSpecs
{
    [Fact]
    public async Task A_template_is_checked_kept_started_saved_and_removed()
    {
        await using var site = await Site.WithDaemonAsync();
        var file = Path.Combine(site.Folder, "web.yaml");
        File.Copy(Path.Combine(Repository.Root, "samples", "templates", "web.yaml"), file);

        (await site.RunAsync("template", "check", file)).ShouldBe(new Ended(0, "web  ${env:HOSTNAME:-localhost} ${nice:-0} ${port} ${stage:-dev}\n", ""));
        (await site.RunAsync("template", "load", file)).Code.ShouldBe(0);
        (await site.RunAsync("template", "ls")).Out.ShouldContain("web       no          ${env:HOSTNAME:-localhost} ${nice:-0} ${port} ${stage:-dev}  ok");
        var refused = await site.RunAsync("template", "start", "web");
        refused.Code.ShouldBe(2);
        refused.Error.ShouldContain("needs a value for ${port}");

        (await site.RunAsync("template", "start", "web", "port=8080")).Code.ShouldBe(0);
        (await site.RunAsync("template", "start", "web", "port=8081", "--id", "web2")).Code.ShouldBe(0);
        await using var logs = Executable.Start(site.Environment, "logs", "-f", "web2");
        await logs.UntilSaidAsync("listening on 8081 as dev");

        (await site.RunAsync("template", "show", "web")).Out.ShouldStartWith("name: web\nrunOnStartup: false\ncommand: sh\n");
        (await site.RunAsync("template", "save", "web3", "--from", "web2")).ShouldBe(new Ended(0, "web3  no variables\n", ""));
        (await site.RunAsync("template", "rm", "web")).ShouldBe(new Ended(0, "web  removed\n", ""));
        (await site.RunAsync("template", "show", "web")).Code.ShouldBe(3);
        (await site.RunAsync("info", "web")).Out.ShouldContain("web: Running");
    }

    [Fact]
    public async Task A_file_that_is_wrong_is_named_with_the_place_of_every_fault()
    {
        await using var site = new Site();
        var file = Path.Combine(site.Folder, "bad.yaml");
        await File.WriteAllTextAsync(file, "command: sleep\nnice: high\nargs: ['${x']\n", TestContext.Current.CancellationToken);

        var ended = await site.RunAsync("template", "check", file);

        ended.Code.ShouldBe(2);
        ended.Error.ShouldContain("bad.yaml:2:7: nice must be a whole number");
    }

    [Fact]
    public async Task A_directory_of_templates_is_named_at_the_start_and_what_runs_on_startup_runs()
    {
        await using var site = new Site();
        var folder = Directory.CreateDirectory(Path.Combine(site.Folder, "mine")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "w.yaml"), "command: sleep\nargs: ['1000']\nrunOnStartup: true\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "bad.yaml"), "command: sleep\nnice: high\n", TestContext.Current.CancellationToken);

        var daemon = await site.ServeAsync("--templates", folder);

        daemon.Error.ShouldContain("bad.yaml:2:7: nice must be a whole number");
        (await site.RunAsync("info", "w")).Out.ShouldContain("w: Running");
        (await site.RunAsync("events", "--type", "TemplateRejected")).Out.ShouldContain("bad  TemplateRejected");
    }
}
