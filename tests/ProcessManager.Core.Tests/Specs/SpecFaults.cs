using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class SpecFaults
{
    [Theory]
    [InlineData("""{}""", "command", "is required")]
    [InlineData("""{"command": null}""", "command", "is required")]
    [InlineData("""{"command": ["a"]}""", "command", "must be text, not a list")]
    [InlineData("""[]""", "", "must be a map, not a list")]
    [InlineData("""{"command": "x" """, "", "is not JSON")]
    [InlineData("", "", "must be a map, not null")]
    [InlineData("""{"command": "x", "workingDir": "/"}""", "workingDir", "did you mean `workingDirectory`?")]
    [InlineData("""{"command": "x", "working_directory": "/"}""", "working_directory", "did you mean `workingDirectory`?")]
    [InlineData("""{"command": "x", "env": {}}""", "env", "did you mean `environment`?")]
    [InlineData("""{"command": "x", "zzzzzz": 1}""", "zzzzzz", "known are ")]
    [InlineData("""{"command": "x", "stop": {"gracee": "5s"}}""", "stop.gracee", "did you mean `grace`?")]
    [InlineData("""{"command": "x", "command": "y"}""", "command", "is given twice")]
    [InlineData("""{"command": "x", "args": ["a", "b", {}]}""", "args[2]", "must be text, not a map")]
    [InlineData("""{"command": "x", "args": "a b"}""", "args", "must be a list, not the text \"a b\"")]
    [InlineData("""{"command": "x", "args": [null]}""", "args[0]", "must be text, not null")]
    [InlineData("""{"command": "x", "shell": "yes"}""", "shell", "must be true or false")]
    [InlineData("""{"command": "x", "id": "../x"}""", "id", "is not an id")]
    [InlineData("""{"command": "x", "timeout": "5"}""", "timeout", "has no unit")]
    [InlineData("""{"command": "x", "timeout": "0s"}""", "timeout", "leave it out for none")]
    [InlineData("""{"command": "x", "timeout": "-1s"}""", "timeout", "is negative")]
    [InlineData("""{"command": "x", "timeout": []}""", "timeout", "must be a duration")]
    [InlineData("""{"command": "x", "stop": {"signal": "SIGFOO"}}""", "stop.signal", "must be a signal")]
    [InlineData("""{"command": "x", "stop": {"killMode": "all"}}""", "stop.killMode", "one of tree, process")]
    [InlineData("""{"command": "x", "restart": {"when": "often"}}""", "restart.when", "one of never, onAbnormal, onFailure, always")]
    [InlineData("""{"command": "x", "restart": {"max": 1.5}}""", "restart.max", "must be a whole number")]
    [InlineData("""{"command": "x", "restart": {"max": 99999999999}}""", "restart.max", "at most 2147483647")]
    [InlineData("""{"command": "x", "restart": "always"}""", "restart", "must be a map")]
    [InlineData("""{"command": "x", "umask": 22}""", "umask", "octal text")]
    [InlineData("""{"command": "x", "umask": "089"}""", "umask", "octal text")]
    [InlineData("""{"command": "x", "stdin": "text"}""", "stdin", "none, pipe, {text: …} or {file: …}")]
    [InlineData("""{"command": "x", "stdin": {"text": "a", "file": "b"}}""", "stdin", "none, pipe, {text: …} or {file: …}")]
    [InlineData("""{"command": "x", "output": {"budget": "big"}}""", "output.budget", "not a size")]
    [InlineData("""{"command": "x", "output": "file"}""", "output", "one of split, merged, discard, pipe, terminal")]
    [InlineData("""{"command": "x", "limits": {"nofile": {"soft": 1}}}""", "limits.nofile.hard", "is required")]
    [InlineData("""{"command": "x", "resources": {"cpuMax": "half"}}""", "resources.cpuMax", "must be a number of cores, as 1.5")]
    [InlineData("""{"command": "x", "resources": {"memory": 1}}""", "resources.memory", "did you mean")]
    [InlineData("""{"command": "x", "limits": {"nofile": true}}""", "limits.nofile", "must be a number, a size, unlimited or {soft, hard}")]
    [InlineData("""{"command": "x", "environment": {"A": []}}""", "environment.A", "text, {secret: text} or null")]
    [InlineData("""{"command": "x", "environment": {"A": {}}}""", "environment.A.secret", "is required")]
    [InlineData("""{"command": "x", "inheritEnvironment": "some"}""", "inheritEnvironment", "all, none or a list of names")]
    [InlineData("""{"command": "x", "labels": {"a.b": {}}}""", "labels[\"a.b\"]", "must be text")]
    [InlineData("""{"command": "\ud800"}""", "command", "isn't valid Unicode")]
    [InlineData("""{"command": "x", "onNodeLost": "elsewhere"}""", "onNodeLost", "must be one of wait, fail, not the text \"elsewhere\"")]
    [InlineData("""{"command": "x", "spread": "zone"}""", "spread", "unknown key")]
    [InlineData("""{"command": "x", "dependOn": ["db"]}""", "dependOn", "did you mean `dependsOn`?")]
    [InlineData("""{"command": "x", "dependsOn": "db"}""", "dependsOn", "must be a list")]
    [InlineData("""{"command": "x", "dependsOn": ["a b"]}""", "dependsOn[0]", "is not an id")]
    [InlineData("""{"command": "x", "dependsOn": ["a", {"condition": "healthy"}]}""", "dependsOn[1].id", "is required")]
    [InlineData("""{"command": "x", "dependsOn": [{"id": "a", "condition": "alive"}]}""", "dependsOn[0].condition", "must be one of started, running")]
    [InlineData("""{"command": "x", "dependsOn": [{"id": "a", "timeout": 0}]}""", "dependsOn[0].timeout", "leave it out for none")]
    [InlineData("""{"command": "x", "dependsOn": [{"id": "a", "conditions": "healthy"}]}""", "dependsOn[0].conditions", "did you mean `condition`?")]
    public void Is_told_with_its_path(string json, string path, string message)
    {
        var fault = Bind(json).Faults.ShouldHaveSingleItem();
        fault.Path.ShouldBe(path);
        fault.Message.ShouldContain(message);
    }

    [Fact]
    public void Twenty_faults_in_one_spec_are_all_told()
    {
        var paths = Bind(
            """
            {"id": "..", "name": "", "labels": {"": "x"}, "args": [1, []], "shell": 1, "environment": {"PROCMAN_X": "a", "A=B": "b"}, "user": "",
             "umask": "7777", "nice": 20, "cpuAffinity": [-1], "limits": {"files": 1, "core": {"soft": 2, "hard": 1}}, "stdin": "tty",
             "output": {"budget": "1MiB"}, "timeout": "0s", "idleTimeout": "soon", "stop": {"grace": "-1s"}, "restart": {"factor": 0.5, "jitter": 2},
             "retentions": "1h"}
            """).Faults.Select(fault => fault.Path);
        paths.ShouldBe(
            [
                "id", "name", "labels[\"\"]", "command", "args[1]", "shell", "environment.PROCMAN_X", "environment[\"A=B\"]", "user", "umask", "nice",
                "cpuAffinity[0]", "limits.files", "limits.core", "stdin", "output.budget", "timeout", "idleTimeout", "stop.grace", "restart.factor",
                "restart.jitter", "retentions",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public void Thousands_of_faults_are_cut_and_counted()
    {
        var json = "{\"command\": \"x\"," + string.Join(',', Enumerable.Range(0, 5000).Select(n => $"\"key{n}\": 1")) + "}";
        var faults = Bind(json).Faults;
        faults.Count.ShouldBe(101);
        faults[^1].Message.ShouldBe("and 4900 more faults");
    }

    [Fact]
    public async Task A_million_unknown_keys_are_told_at_once()
    {
        var json = "{\"command\": \"x\"," + string.Join(',', Enumerable.Range(0, 1_000_000).Select(n => $"\"working{n}\":1")) + "}";
        var reading = Task.Run(() => Bind(json).Faults.Count);
        (await reading.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(101);
    }

    [Fact]
    public void A_known_place_is_told()
    {
        var node = SpecNode.Map([new("command", SpecNode.OfText("x")), new("nice", SpecNode.Plain("99", new SourcePosition(3, 7)))]);
        SpecBinder.Process(node).Faults.ShouldHaveSingleItem().Message.ShouldBe("must be from -20 to 19, and is 99 (line 3, column 7)");
    }

    [Fact]
    public void Deep_nesting_is_a_fault()
    {
        Bind(new string('[', 100_000)).Faults.ShouldHaveSingleItem().Message.ShouldContain("is not JSON");
        Bind("{\"command\": \"x\", \"args\": " + new string('[', 50) + new string(']', 50) + "}").Faults.ShouldHaveSingleItem().Path.ShouldBe("args[0]");
    }

    [Fact]
    public void Ten_megabytes_are_a_fault() =>
        Bind("{\"command\": \"" + new string('x', 10_000_000) + "\"}").Faults.ShouldHaveSingleItem().Message.ShouldContain("at most 1048576");

    private static Bound<ProcessSpec> Bind(string json) => SpecBinder.Process(SpecJson.Parse(Encoding.UTF8.GetBytes(json)));
}
