using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>Templates as files in a directory: what is written there counts at once, and nothing that is written there harms anything else.</summary>
public sealed class TemplateFolderSpecs
{
    [Fact]
    public async Task A_bad_file_beside_good_ones_is_reported_with_line_and_column_and_the_others_load()
    {
        await using var lab = new Lab();
        Write(lab, "good.yaml", "command: sleep\nargs: ['1000']\n");
        Write(lab, "bad.yaml", "command: sleep\nargs: ['1000']\nnice: high\nstopp: 5\n");
        Write(lab, "broken.yaml", "command: [\n");
        Write(lab, "open.json", "{\n  \"command\": \"sleep\",\n  \"args\": [\"${seconds\"]\n}");
        Write(lab, "bytes.json", "\0\u0001\uFFFD");
        Write(lab, "fine.json", "{\"command\": \"sleep\", \"args\": [\"${seconds:-1000}\"]}");
        Write(lab, "notes.txt", "no template");
        var (manager, found) = await lab.OpenAndReportAsync();

        var templates = (await manager.Templates.ListAsync(Lab.Cancel)).ToDictionary(info => info.Name, info => string.Join("\n", info.Problems));

        templates.Keys.ShouldBe(["bad", "broken", "bytes", "fine", "good", "open"]);
        templates["good"].ShouldBeEmpty();
        templates["fine"].ShouldBeEmpty();
        templates["bad"].ShouldContain("bad.yaml:3:7: nice must be a whole number");
        templates["bad"].ShouldContain("bad.yaml:4:8: stopp unknown key; did you mean `stop`?");
        templates["broken"].ShouldContain("broken.yaml:2:1: is not YAML");
        templates["open"].ShouldContain("open.json:3:12: args[0] has a ${ that begins no variable");
        templates["bytes"].ShouldContain("is not JSON");
        found.Problems.ShouldContain(problem => problem.Contains("bad.yaml:3:7", StringComparison.Ordinal));
        (await manager.GetHealthAsync(Lab.Cancel)).Problems.ShouldContain(problem => problem.Contains("bad.yaml:3:7", StringComparison.Ordinal));
        (await manager.Templates.StartAsync("good", cancellationToken: Lab.Cancel)).Phase.ShouldBe(Phase.Running);
        (await Should.ThrowAsync<ProcessManagerException>(() => manager.Templates.StartAsync("bad", cancellationToken: Lab.Cancel))).Code.ShouldBe(ErrorCode.InvalidSpec);
    }

    [Fact]
    public async Task What_is_written_changed_and_deleted_is_picked_up_and_told()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Lab.Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        await using var events = manager.SubscribeAsync(new EventQuery(), limit.Token).GetAsyncEnumerator(limit.Token);

        Write(lab, "t.yaml", "command: [\n");
        (await Next()).ShouldBe((EventType.TemplateRejected, "t"));
        Write(lab, "t.yaml", "command: sleep\nargs: ['1000']\n");
        (await Next()).ShouldBe((EventType.TemplateLoaded, "t"));
        File.Delete(Path.Combine(lab.Data, "templates", "t.yaml"));
        (await Next()).ShouldBe((EventType.TemplateRemoved, "t"));
        (await manager.Templates.ListAsync(Lab.Cancel)).ShouldBeEmpty();

        async Task<(EventType Type, string? Name)> Next()
        {
            (await events.MoveNextAsync()).ShouldBeTrue();
            return (events.Current.Type, events.Current.Data.Template);
        }
    }

    [Fact]
    public async Task A_template_that_is_edited_while_its_process_runs_leaves_it_alone_also_when_it_is_broken()
    {
        await using var lab = new Lab();
        Write(lab, "t.yaml", "command: sleep\nargs: ['1000']\n");
        var manager = await lab.OpenAsync();
        var info = await manager.Templates.StartAsync("t", cancellationToken: Lab.Cancel);

        Write(lab, "t.yaml", "command: [\n");
        await Should.ThrowAsync<ProcessManagerException>(() => manager.Templates.StartAsync("t", cancellationToken: Lab.Cancel));
        Write(lab, "t.yaml", "command: sleep\nargs: ['2000']\n");
        await Should.ThrowAsync<ProcessManagerException>(() => manager.Templates.StartAsync("t", cancellationToken: Lab.Cancel));

        var running = await manager.GetAsync(info.Id, Lab.Cancel);
        (running.OsPid, running.Run, running.Args).ShouldBe((info.OsPid, 1, (ValueList<string>)["1000"]));
        await manager.StopAsync(info.Id, new StopOptions { Wait = true }, Lab.Cancel);
        (await manager.Templates.StartAsync("t", cancellationToken: Lab.Cancel)).Args.ShouldBe(["2000"]);
    }

    [Fact]
    public async Task Those_that_say_so_start_with_the_manager_and_one_that_is_adopted_counts_as_started()
    {
        await using var lab = new Lab();
        Write(lab, "kept.yaml", "command: sleep\nargs: ['1000']\nrunOnStartup: true\nlifetime: Keep\n");
        Write(lab, "ended.yaml", "command: sleep\nargs: ['1000']\nrunOnStartup: true\nlifetime: WithManager\n");
        Write(lab, "other.yaml", "command: sleep\nargs: ['1000']\n");
        var first = await lab.OpenAsync();
        var kept = await first.GetAsync(ProcessId.Parse("kept"), Lab.Cancel);
        kept.Phase.ShouldBe(Phase.Running);
        await first.ShutdownAsync(cancellationToken: Lab.Cancel);
        Write(lab, "kept.yaml", "command: sleep\nargs: ['2000']\nrunOnStartup: true\nlifetime: Keep\n");

        var second = await lab.OpenAsync();

        var adopted = await second.GetAsync(ProcessId.Parse("kept"), Lab.Cancel);
        (adopted.OsPid, adopted.Run).ShouldBe((kept.OsPid, 1));
        var again = await second.GetAsync(ProcessId.Parse("ended"), Lab.Cancel);
        (again.Phase, again.Run).ShouldBe((Phase.Running, 2));
        (await Should.ThrowAsync<ProcessManagerException>(() => second.GetAsync(ProcessId.Parse("other"), Lab.Cancel))).Code.ShouldBe(ErrorCode.NotFound);
    }

    [Fact]
    public async Task One_that_can_not_be_started_with_the_manager_is_told_and_the_others_start()
    {
        await using var lab = new Lab();
        Write(lab, "a.yaml", "command: sleep\nargs: ['${seconds}']\nrunOnStartup: true\n");
        Write(lab, "b.yaml", "command: /no/such/command\nrunOnStartup: true\n");
        Write(lab, "c.yaml", "command: sleep\nargs: ['1000']\nrunOnStartup: true\n");

        var (manager, found) = await lab.OpenAndReportAsync();

        found.Problems.ShouldContain(problem => problem.Contains("\"a\"", StringComparison.Ordinal) && problem.Contains("${seconds}", StringComparison.Ordinal));
        found.Problems.ShouldContain(problem => problem.Contains("\"b\"", StringComparison.Ordinal) && problem.Contains("/no/such/command", StringComparison.Ordinal));
        (await manager.GetAsync(ProcessId.Parse("c"), Lab.Cancel)).Phase.ShouldBe(Phase.Running);
    }

    [Fact]
    public async Task Saving_writes_where_the_template_is_as_people_write_it()
    {
        await using var lab = new Lab();
        Write(lab, "named.json", "{\"name\": \"t\", \"command\": \"x\"}");
        var manager = await lab.OpenAsync();

        await manager.Templates.SaveAsync(Template.Of(ProcessId.Parse("t"), new ProcessSpec { Command = "sleep", Args = ["8080", "a b"] }), Lab.Cancel);
        await manager.Templates.SaveAsync(Template.Of(ProcessId.Parse("u"), new ProcessSpec { Command = "sleep", Args = ["8080", "a b"] }), Lab.Cancel);

        File.ReadAllText(Path.Combine(lab.Data, "templates", "named.json")).ShouldContain("\"8080\"");
        var file = Path.Combine(lab.Data, "templates", "u.yaml");
        File.ReadAllText(file).ShouldBe("name: u\nrunOnStartup: false\ncommand: sleep\nargs: [\"8080\", a b]\n");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await manager.Templates.ListAsync(Lab.Cancel)).Select(info => (info.Name, info.Source)).ShouldBe([("t", Path.Combine(lab.Data, "templates", "named.json")), ("u", file)]);
    }

    [Fact]
    public async Task Of_two_files_with_one_name_the_later_can_not_be_used()
    {
        await using var lab = new Lab();
        Write(lab, "a.yaml", "name: t\ncommand: sleep\nargs: ['1000']\n");
        Write(lab, "b.yaml", "name: t\ncommand: sleep\nargs: ['2000']\n");
        var manager = await lab.OpenAsync();

        (await manager.Templates.ListAsync(Lab.Cancel)).SelectMany(info => info.Problems).ShouldHaveSingleItem().ShouldContain("b.yaml: has the name \"t\", which is that of");
        (await manager.Templates.StartAsync("t", cancellationToken: Lab.Cancel)).Args.ShouldBe(["1000"]);
    }

    [Fact]
    public async Task A_directory_that_is_named_and_is_not_there_is_told()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync(options => options with { TemplatesDirectory = lab.Folder("nowhere") });

        (await manager.GetHealthAsync(Lab.Cancel)).Problems.ShouldContain(problem => problem.Contains("nowhere isn't there", StringComparison.Ordinal));
        (await manager.Templates.ListAsync(Lab.Cancel)).ShouldBeEmpty();
    }

    private static void Write(Lab lab, string name, string text)
    {
        var folder = Path.Combine(lab.Data, "templates");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name), text);
    }
}
