using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class SpecForms
{
    [Fact]
    public void Any_valid_spec_is_written_read_by_the_binder_and_equal() =>
        Prop.ForAll(AnySpec.Valid.ToArbitrary(), spec =>
        {
            SpecRules.Check(spec).ShouldBeEmpty();
            var json = JsonSerializer.SerializeToUtf8Bytes(spec, ProcessManagerJson.Options);
            SpecBinder.Process(SpecJson.Parse(json)).Value.ShouldBe(spec);
            JsonSerializer.Deserialize<ProcessSpec>(json, ProcessManagerJson.Options).ShouldBe(spec);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void The_canonical_form_names_every_field_and_leaves_nothing_out()
    {
        var json = JsonSerializer.Serialize(new ProcessSpec { Command = "sleep" }, ProcessManagerJson.Options);
        json.ShouldBe(
            """
            {"id":null,"name":null,"labels":{},"group":null,"command":"sleep","args":[],"shell":false,"workingDirectory":null,
            "environment":{},"environmentFile":null,"inheritEnvironment":null,"user":null,"osGroup":null,"supplementaryGroups":null,"umask":null,"nice":null,
            "cpuAffinity":null,"limits":{},"noNewPrivileges":false,
            "resources":{"memoryMax":null,"memoryHigh":null,"cpuMax":null,"pidsMax":null,"required":false},"stdin":"none","output":{"mode":"split","budget":67108864,"echo":false,"size":null},"lifetime":null,
            "timeout":null,"idleTimeout":null,"health":null,"ready":null,"watchdog":null,"stop":{"signal":"SIGTERM","grace":"10s","command":null,"killMode":"tree"},
            "restart":{"when":"never","max":5,"window":"600s","delay":"1s","maxDelay":"60s","factor":2,"jitter":0.25,"resetAfter":"600s",
            "successExitCodes":[0],"preventExitCodes":[],"unknownIs":"failure"},"dependsOn":[],"schedule":null,"hooks":null,"node":null,"nodeLabels":{},"onNodeLost":"wait",
            "retention":"36000s","replicas":1,"replica":null,"pattern":null}
            """.ReplaceLineEndings(""));
        using var document = JsonDocument.Parse(json);
        document.RootElement.EnumerateObject().Select(property => property.Name)
            .ShouldBe(typeof(ProcessSpec).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)));
    }

    [Fact]
    public void Short_forms_are_read()
    {
        var spec = Bind(
            """
            {"command": "run", "output": "merged", "stdin": {"file": "/in"}, "umask": "022", "inheritEnvironment": ["PATH"], "timeout": "1h30m",
             "limits": {"nofile": 1024, "core": "unlimited", "as": {"soft": "1GiB", "hard": "unlimited"}}, "restart": {"when": "OnFailure", "max": "unlimited",
             "window": "unlimited", "jitter": "10%"}, "stop": {"signal": 9, "grace": 0}, "resources": {"memoryMax": "512MiB", "cpuMax": "150%", "pidsMax": 20}, "environment": {"PORT": 8080, "DEBUG": true, "OLD": null, "KEY": {"secret": "x"}}}
            """).Value;
        spec.Output.ShouldBe(new OutputSpec { Mode = OutputMode.Merged });
        Bind("""{"command": "vi", "output": {"mode": "terminal", "size": {"columns": 132, "rows": 50}, "echo": true}}""").Value.Output
            .ShouldBe(new OutputSpec { Mode = OutputMode.Terminal, Size = new TerminalSize(132, 50), Echo = true });
        spec.Stdin.ShouldBe(new StdinSpec { Mode = StdinMode.File, Path = "/in" });
        spec.Umask.ShouldBe(18);
        spec.InheritEnvironment!.Names.ShouldBe(["PATH"]);
        spec.Timeout.ShouldBe(TimeSpan.FromMinutes(90));
        spec.Limits["nofile"].ShouldBe(new ResourceLimit(1024, 1024));
        spec.Limits["core"].ShouldBe(new ResourceLimit(null, null));
        spec.Limits["as"].ShouldBe(new ResourceLimit(1L << 30, null));
        spec.Restart.ShouldBe(new RestartPolicy { When = RestartWhen.OnFailure, Max = null, Window = null, Jitter = 0.1 });
        spec.Stop.ShouldBe(new StopSpec { Signal = Signal.Kill, Grace = TimeSpan.Zero });
        spec.Resources.ShouldBe(new ResourceSpec { MemoryMax = 512 << 20, CpuMax = 1.5, PidsMax = 20 });
        spec.Environment["PORT"].ShouldBe(new EnvironmentValue("8080"));
        spec.Environment["DEBUG"].ShouldBe(new EnvironmentValue("true"));
        spec.Environment["OLD"].ShouldBeNull();
        spec.Environment["KEY"].ShouldBe(new EnvironmentValue("x", Secret: true));
    }

    [Fact]
    public void A_stored_spec_may_have_fields_of_a_later_version_and_lack_some_of_ours() =>
        JsonSerializer.Deserialize<ProcessSpec>("""{"command":"x","sparkles":3,"stop":{"colour":1}}""", ProcessManagerJson.Options)
            .ShouldBe(new ProcessSpec { Command = "x" });

    [Fact]
    public void Scalars_without_quotes_say_what_they_are()
    {
        SpecNode.Plain("8080").Kind.ShouldBe(SpecNodeKind.Number);
        SpecNode.Plain("-1.5e3").Kind.ShouldBe(SpecNodeKind.Number);
        SpecNode.Plain("022").Kind.ShouldBe(SpecNodeKind.Text);
        SpecNode.Plain("10m").Kind.ShouldBe(SpecNodeKind.Text);
        SpecNode.Plain("yes").Kind.ShouldBe(SpecNodeKind.Text);
        SpecNode.Plain("True").Kind.ShouldBe(SpecNodeKind.Boolean);
        SpecNode.Plain("~").Kind.ShouldBe(SpecNodeKind.Null);
    }

    [Fact]
    public void Any_input_of_a_run_arrives_as_it_was_sent() =>
        Prop.ForAll<byte[]>(input =>
        {
            var run = new RunRequest(new ProcessSpec { Command = "cat" }, input);
            var json = JsonSerializer.SerializeToUtf8Bytes(run, ProcessManagerJson.Options);
            var bound = SpecBinder.Run(SpecJson.Parse(json)).Value;
            return bound.Input!.Value.Span.SequenceEqual(input) && bound.Spec == run.Spec;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_secret_is_shown_without_its_text_and_sent_back_means_unchanged()
    {
        var spec = new ProcessSpec { Command = "x", Environment = [new("KEY", new EnvironmentValue("hush", Secret: true)), new("A", "b")] };
        var shown = JsonSerializer.Serialize(spec.Redacted(), ProcessManagerJson.Options);
        shown.ShouldNotContain("hush");
        shown.ShouldContain("\"KEY\":{\"secret\":true}");
        var back = SpecBinder.Process(SpecJson.Parse(Encoding.UTF8.GetBytes(shown))).Value;
        back.WithSecretsOf(spec).ShouldBe(spec);
        Should.Throw<ProcessManagerException>(() => back.WithSecretsOf(null)).Faults.ShouldHaveSingleItem().Path.ShouldBe("environment.KEY");
    }

    [Fact]
    public void A_difference_names_the_fields_and_whether_they_touch_the_child()
    {
        var spec = new ProcessSpec { Command = "x" };
        SpecDifference.Between(null, spec).Effect.ShouldBe(UpdateEffect.Create);
        SpecDifference.Between(spec, spec with { }).ShouldBe(new UpdatePlan(UpdateEffect.Nothing, []));
        SpecDifference.Between(spec, spec with { Labels = [new("a", "b")], Stop = new StopSpec { Grace = TimeSpan.Zero } })
            .ShouldBe(new UpdatePlan(UpdateEffect.InPlace, ["labels", "stop"]));
        SpecDifference.Between(spec, spec with { Name = "n", Args = ["1"] }).ShouldBe(new UpdatePlan(UpdateEffect.Restart, ["name", "args"]));
    }

    [Fact]
    public void A_difference_knows_every_field() =>
        Prop.ForAll(AnySpec.Valid.Two().ToArbitrary(), pair =>
        {
            var (left, right) = (pair.Item1, pair.Item2 with { Id = pair.Item1.Id });
            return SpecDifference.Between(left, right).Effect == UpdateEffect.Nothing == (left == right)
                && SpecDifference.Between(left, right).Changed.Count
                    == typeof(ProcessSpec).GetProperties().Count(property => !Equals(property.GetValue(left), property.GetValue(right)));
        }).QuickCheckThrowOnFailure();

    private static Bound<ProcessSpec> Bind(string json) => SpecBinder.Process(SpecJson.Parse(Encoding.UTF8.GetBytes(json)));
}
