using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>Specs that are kept under a name, and the processes that are started from them.</summary>
public abstract class TemplateSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private readonly List<string> _names = [];

    public override async ValueTask DisposeAsync()
    {
        foreach (var name in _names)
        {
            try
            {
                await Manager.Templates.DeleteAsync(name, CancellationToken.None);
            }
            catch (ProcessManagerException gone) when (gone.Code == ErrorCode.NotFound)
            {
                // The test deleted it itself.
            }
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_process_is_started_by_name_with_arguments()
    {
        var name = await Save("""{"command": "sh", "args": ["-c", "echo ${greeting} $0; exec sleep ${seconds:-1000}", "${who:-world}"], "nice": "${nice}"}""");

        var info = await Start(name, new("greeting", "hello"), new("nice", "5"));

        info.Id.ShouldBe(ProcessId.Parse(name));
        info.Name.ShouldBe(name);
        await OutputUntil(info.Id, "hello world");
        (await Manager.GetSpecAsync(info.Id, Cancel)).Nice.ShouldBe(5);
    }

    [Fact]
    public async Task It_is_listed_with_its_variables_and_shown_as_it_is_written()
    {
        var name = await Save("""{"command": "sleep", "args": ["${seconds:-1000}", "${env:HOME}", "${more}"], "runOnStartup": false}""");

        var info = (await Manager.Templates.ListAsync(Cancel)).Where(template => template.Name == name).ShouldHaveSingleItem();
        info.Problems.ShouldBeEmpty();
        info.Variables.Select(variable => variable.ToString()).ShouldBe(["${env:HOME}", "${more}", "${seconds:-1000}"]);
        var template = await Manager.Templates.GetAsync(name, Cancel);
        template.Name.Value.ShouldBe(name);
        template.RunOnStartup.ShouldBeFalse();
        template.Variables.ShouldBe(info.Variables);
    }

    [Fact]
    public async Task A_variable_without_a_value_starts_nothing_and_is_named_with_its_place()
    {
        var name = await Save("""{"command": "sleep", "args": ["${seconds}"], "environment": {"A": "${env:NO_SUCH_VARIABLE_HERE}"}}""");

        var error = await Refused(ErrorCode.InvalidSpec, () => Start(name));

        error.Faults.Select(fault => fault.Path).ShouldBe(["args[0]", "environment.A"]);
        error.Message.ShouldContain("${seconds}");
        error.Message.ShouldContain("${env:NO_SUCH_VARIABLE_HERE}");
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(ProcessId.Parse(name), Cancel));
    }

    [Fact]
    public async Task An_argument_that_it_does_not_know_is_refused_with_the_one_that_was_probably_meant()
    {
        var name = await Save("""{"command": "sleep", "args": ["${seconds:-1000}"]}""");

        (await Refused(ErrorCode.InvalidSpec, () => Start(name, new KeyValuePair<string, string>("second", "5")))).Message.ShouldContain("did you mean `seconds`?");
    }

    [Fact]
    public async Task What_its_values_make_of_it_keeps_to_the_rules_of_a_spec()
    {
        var name = await Save("""{"command": "sleep", "args": ["1000"], "nice": "${nice}"}""");

        var error = await Refused(ErrorCode.InvalidSpec, () => Start(name, new KeyValuePair<string, string>("nice", "high")));

        error.Faults.ShouldHaveSingleItem().Path.ShouldBe("nice");
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(ProcessId.Parse(name), Cancel));
    }

    [Fact]
    public async Task Several_are_started_from_one_with_ids_of_their_own()
    {
        var name = await Save("""{"command": "sleep", "args": ["1000"]}""");
        var (first, second) = (NewId(), NewId());

        await Manager.Templates.StartAsync(name, new TemplateStart { Id = first }, Cancel);
        await Manager.Templates.StartAsync(name, new TemplateStart { Id = second }, Cancel);

        (await Manager.GetAsync(first, Cancel)).Phase.ShouldBe(Phase.Running);
        (await Manager.GetAsync(second, Cancel)).Phase.ShouldBe(Phase.Running);
    }

    [Fact]
    public async Task Starting_what_is_up_changes_nothing_and_with_other_values_is_refused()
    {
        var name = await Save("""{"command": "sleep", "args": ["${seconds}"]}""");
        var first = await Start(name, new KeyValuePair<string, string>("seconds", "1000"));

        (await Start(name, new KeyValuePair<string, string>("seconds", "1000"))).OsPid.ShouldBe(first.OsPid);
        await Refused(ErrorCode.AlreadyExists, () => Start(name, new KeyValuePair<string, string>("seconds", "999")));

        (await Manager.GetAsync(first.Id, Cancel)).OsPid.ShouldBe(first.OsPid);
    }

    [Fact]
    public async Task A_process_of_the_same_id_that_is_not_from_it_is_left_alone()
    {
        var id = NewId();
        var other = await Start(Scripts.Sleeps with { Id = id });
        var name = await Save("""{"command": "sleep", "args": ["999"]}""", id.Value);

        await Refused(ErrorCode.AlreadyExists, () => Start(name));

        (await Manager.GetAsync(id, Cancel)).OsPid.ShouldBe(other.OsPid);
    }

    [Fact]
    public async Task A_template_that_is_changed_while_its_process_runs_leaves_it_alone_and_makes_the_next_start()
    {
        var name = await Save("""{"command": "sh", "args": ["-c", "echo first; exec sleep 1000"]}""");
        var info = await Start(name);
        await OutputUntil(info.Id, "first");

        await Save("""{"command": "sh", "args": ["-c", "echo second; exec sleep 1000"]}""", name);

        var running = await Manager.GetAsync(info.Id, Cancel);
        (running.OsPid, running.Run, running.Phase).ShouldBe((info.OsPid, 1, Phase.Running));
        await Refused(ErrorCode.AlreadyExists, () => Start(name));
        await Stopped(info.Id);
        (await Start(name)).Run.ShouldBe(2);
        await OutputUntil(info.Id, "second");
    }

    [Fact]
    public async Task A_deleted_one_leaves_its_process_alone()
    {
        var name = await Save("""{"command": "sleep", "args": ["1000"]}""");
        var info = await Start(name);

        await Manager.Templates.DeleteAsync(name, Cancel);

        (await Manager.GetAsync(info.Id, Cancel)).Phase.ShouldBe(Phase.Running);
        await Refused(ErrorCode.NotFound, () => Start(name));
        await Refused(ErrorCode.NotFound, () => Manager.Templates.GetAsync(name, Cancel));
        await Refused(ErrorCode.NotFound, () => Manager.Templates.DeleteAsync(name, Cancel));
    }

    [Fact]
    public async Task A_process_is_saved_as_one_with_its_secrets_as_variables()
    {
        var made = await Start(Scripts.Shell("echo \"$PLAIN|$TOKEN|${OTHER-none}\"; exec sleep 1000") with
        {
            Environment = [new("PLAIN", "${as it is}"), new("TOKEN", new EnvironmentValue("hunter2", Secret: true))],
            Labels = [new("tier", "web")],
        });
        var name = NewName();

        var saved = await Manager.Templates.SaveFromAsync(name, made.Id, cancellationToken: Cancel);
        var info = await Start(name, new KeyValuePair<string, string>("TOKEN", "other"));

        saved.Variables.Select(variable => variable.Name).ShouldBe(["TOKEN"]);
        await OutputUntil(info.Id, "${as it is}|other|none");
        info.Labels["tier"].ShouldBe("web");
        (await Manager.GetSpecAsync(info.Id, Cancel)).Environment["TOKEN"].ShouldBe(new EnvironmentValue(null, Secret: true));
    }

    [Fact]
    public async Task Secrets_that_are_written_in_it_are_not_shown_and_come_back_unchanged()
    {
        var name = await Save("""{"command": "sh", "args": ["-c", "echo $TOKEN; exec sleep 1000"], "environment": {"TOKEN": {"secret": "hunter2"}, "OTHER": {"secret": "${other:-x}"}}}""");

        var shown = await Manager.Templates.GetAsync(name, Cancel);
        System.Text.Json.JsonSerializer.Serialize(shown, ProcessManagerJson.Options).ShouldNotContain("hunter2");
        await Manager.Templates.SaveAsync(shown, Cancel);

        await OutputUntil((await Start(name)).Id, "hunter2");
    }

    [Fact]
    public async Task One_that_can_not_be_right_is_not_kept()
    {
        var bound = Template.Read(Node("""{"command": "sleep", "argz": ["${seconds}"], "stop": {"grace": "soon"}}"""), NewName());

        bound.Faults.Select(fault => fault.Path).ShouldBe(["argz", "stop.grace"], ignoreOrder: true);
        await Refused(ErrorCode.InvalidSpec, () => Task.FromResult(bound.Value));
    }

    [Fact]
    public async Task Its_comings_and_goings_are_events()
    {
        var name = NewName();
        var before = new EventQuery { Types = [EventType.TemplateLoaded, EventType.TemplateRemoved], After = "" };
        await Save("""{"command": "sleep", "args": ["1"]}""", name);
        await Manager.Templates.DeleteAsync(name, Cancel);

        var seen = await Events(before, one => one.Type == EventType.TemplateRemoved && one.Data.Template == name, $"removal of {name}");

        seen.ShouldContain(one => one.Type == EventType.TemplateLoaded && one.Data.Template == name);
    }

    private static SpecNode Node(string json) => SpecJson.Parse(Encoding.UTF8.GetBytes(json));

    private string NewName()
    {
        _names.Add(NewId().Value);
        return _names[^1];
    }

    private async Task<string> Save(string json, string? name = null)
    {
        name ??= NewName();
        if (!_names.Contains(name))
        {
            _names.Add(name);
        }

        (await Manager.Templates.SaveAsync(Template.Read(Node(json), name).Value, Cancel)).Name.ShouldBe(name);
        return name;
    }

    private Task<ProcessInfo> Start(string name, params KeyValuePair<string, string>[] arguments) =>
        Manager.Templates.StartAsync(name, new TemplateStart { Arguments = new(arguments) }, Cancel);
}
