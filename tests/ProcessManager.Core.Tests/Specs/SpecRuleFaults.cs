using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

/// <summary>Specs that a program made, each with one thing wrong.</summary>
public class SpecRuleFaults
{
    private static readonly ProcessSpec Good = new() { Command = "sleep", Args = ["1"] };

    private static Dependency On(string id) => new(ProcessId.Parse(id));

    private static Dependency Line(string pattern) => On("db") with { Condition = DependencyCondition.LogLine, Pattern = pattern };

    public static TheoryData<string, string, Func<ProcessSpec, ProcessSpec>> Cases => new()
    {
        { "command", "must not be empty", spec => spec with { Command = "" } },
        { "command", "NUL", spec => spec with { Command = "a\0b" } },
        { "command", "surrogate", spec => spec with { Command = "\ud800" } },
        { "args[1]", "NUL", spec => spec with { Args = ["a", "\0"] } },
        { "args[0]", "not null", spec => spec with { Args = [null!] } },
        { "id", "must have a value", spec => spec with { Id = default(ProcessId) } },
        { "name", "must not be empty", spec => spec with { Name = "" } },
        { "name", "has 257 characters; at most 256", spec => spec with { Name = new string('x', 257) } },
        { "group", "must not be empty", spec => spec with { Group = "" } },
        { "labels", "has 65; at most 64", spec => spec with { Labels = Enumerable.Range(0, 65).Select(n => KeyValuePair.Create($"l{n}", "")).ToValueMap() } },
        { "labels.a", "the value has 257 characters", spec => spec with { Labels = [new("a", new string('x', 257))] } },
        { "labels[\"a=b\"]", "must not contain =", spec => spec with { Labels = [new("a=b", "")] } },
        { "node", "\"a b\" is not the name of a node", spec => spec with { Node = "a b" } },
        { "node", "letters, digits", spec => spec with { Node = "" } },
        { "nodeLabels[\"a=b\"]", "must not contain =", spec => spec with { NodeLabels = [new("a=b", "")] } },
        { "onNodeLost", "must be one of wait, fail", spec => spec with { OnNodeLost = (OnNodeLost)7 } },
        { "dependsOn", "has 101; at most 100", spec => spec with { DependsOn = [.. Enumerable.Range(0, 101).Select(n => On($"p{n}"))] } },
        { "dependsOn[1]", "a second time", spec => spec with { DependsOn = [On("db"), On("db") with { Optional = true }] } },
        { "dependsOn[0].id", "must have a value", spec => spec with { DependsOn = [new Dependency(default)] } },
        { "dependsOn[0].condition", "must be one of", spec => spec with { DependsOn = [On("db") with { Condition = (DependencyCondition)9 }] } },
        { "dependsOn[0].timeout", "leave it out", spec => spec with { DependsOn = [On("db") with { Timeout = TimeSpan.Zero }] } },
        { "dependsOn[0].exitCodes", "go with the condition", spec => spec with { DependsOn = [On("db") with { ExitCodes = [1] }] } },
        {
            "dependsOn[0].exitCodes", "from 0 to 255",
            spec => spec with { DependsOn = [On("db") with { Condition = DependencyCondition.CompletedSuccessfully, ExitCodes = [256] }] }
        },
        { "dependsOn[0].pattern", "goes with the condition", spec => spec with { DependsOn = [On("db") with { Pattern = "x" }] } },
        { "dependsOn[0].pattern", "is required", spec => spec with { DependsOn = [On("db") with { Condition = DependencyCondition.LogLine }] } },
        { "dependsOn[0].pattern", "is not a regular expression", spec => spec with { DependsOn = [Line("(")] } },
        { "dependsOn[0].pattern", "is not a regular expression", spec => spec with { DependsOn = [Line("(?=x)")] } },
        { "dependsOn[0].pattern", "1 to 1024 characters", spec => spec with { DependsOn = [Line(new string('x', 1025))] } },
        { "workingDirectory", "NUL", spec => spec with { WorkingDirectory = "/\0" } },
        { "environment[\"\"]", "must not be empty", spec => spec with { Environment = [new("", "x")] } },
        { "environment[\"A=B\"]", "must not contain =", spec => spec with { Environment = [new("A=B", "x")] } },
        { "environment.A", "NUL", spec => spec with { Environment = [new("A", "\0")] } },
        { "environment.A", "must have a text", spec => spec with { Environment = [new("A", new EnvironmentValue(null))] } },
        { "environment.PROCMAN_RUN", "reserved", spec => spec with { Environment = [new("PROCMAN_RUN", null)] } },
        { "inheritEnvironment", "not both", spec => spec with { InheritEnvironment = new EnvironmentInheritance { Everything = true, Names = ["A"] } } },
        { "inheritEnvironment[0]", "at its end only", spec => spec with { InheritEnvironment = new EnvironmentInheritance { Names = ["L*C"] } } },
        { "user", "must not be empty", spec => spec with { User = "" } },
        { "supplementaryGroups[0]", "must not be empty", spec => spec with { SupplementaryGroups = [""] } },
        { "umask", "\"1000\"", spec => spec with { Umask = 512 } },
        { "nice", "from -20 to 19", spec => spec with { Nice = -21 } },
        { "cpuAffinity", "at least one", spec => spec with { CpuAffinity = [] } },
        { "cpuAffinity[0]", "from 0", spec => spec with { CpuAffinity = [-1] } },
        { "limits.files", "known are as, core", spec => spec with { Limits = [new("files", new ResourceLimit(1, 1))] } },
        { "limits.core", "2 is over 1", spec => spec with { Limits = [new("core", new ResourceLimit(2, 1))] } },
        { "limits.core", "unlimited is over 1", spec => spec with { Limits = [new("core", new ResourceLimit(null, 1))] } },
        { "limits.core", "must be 0 or more", spec => spec with { Limits = [new("core", new ResourceLimit(-1, 1))] } },
        { "resources.memoryMax", "must be more than 0", spec => spec with { Resources = new ResourceSpec { MemoryMax = 0 } } },
        { "resources.memoryHigh", "2B is over 1B", spec => spec with { Resources = new ResourceSpec { MemoryMax = 1, MemoryHigh = 2 } } },
        { "resources.cpuMax", "from 0.01 to 100000 cores, and is 0", spec => spec with { Resources = new ResourceSpec { CpuMax = 0 } } },
        { "resources.cpuMax", "and is NaN", spec => spec with { Resources = new ResourceSpec { CpuMax = double.NaN } } },
        { "resources.pidsMax", "at least 1, and is 0", spec => spec with { Resources = new ResourceSpec { PidsMax = 0 } } },
        { "resources.required", "without a limit", spec => spec with { Resources = new ResourceSpec { Required = true } } },
        { "stdin", "mode text needs a text", spec => spec with { Stdin = new StdinSpec { Mode = StdinMode.Text } } },
        { "stdin", "mode none takes no text", spec => spec with { Stdin = new StdinSpec { Text = "x" } } },
        { "stdin", "mode pipe takes no file", spec => spec with { Stdin = new StdinSpec { Mode = StdinMode.Pipe, Path = "x" } } },
        { "stdin", "must be one of", spec => spec with { Stdin = new StdinSpec { Mode = (StdinMode)9 } } },
        { "output.budget", "at least 24MiB, and is 1MiB", spec => spec with { Output = new OutputSpec { Budget = 1 << 20 } } },
        { "output.mode", "must be one of", spec => spec with { Output = new OutputSpec { Mode = (OutputMode)9 } } },
        { "output.size", "is of a terminal", spec => spec with { Output = new OutputSpec { Size = new TerminalSize(80, 24) } } },
        { "output.size", "and has 0 and 24", spec => spec with { Output = new OutputSpec { Mode = OutputMode.Terminal, Size = new TerminalSize(0, 24) } } },
        { "output.echo", "nothing to show", spec => spec with { Output = new OutputSpec { Mode = OutputMode.Discard, Echo = true } } },
        { "stdin", "none or pipe with output terminal", spec => spec with { Output = new OutputSpec { Mode = OutputMode.Terminal }, Stdin = new StdinSpec { Mode = StdinMode.Text, Text = "x" } } },
        { "lifetime", "WithManager with output terminal", spec => spec with { Output = new OutputSpec { Mode = OutputMode.Terminal }, Lifetime = Lifetime.Keep } },
        { "idleTimeout", "needs output", spec => spec with { IdleTimeout = TimeSpan.FromSeconds(1), Output = new OutputSpec { Mode = OutputMode.Discard } } },
        { "timeout", "leave it out for none", spec => spec with { Timeout = TimeSpan.Zero } },
        { "timeout", "must not be negative", spec => spec with { Timeout = TimeSpan.FromSeconds(-1) } },
        { "timeout", "at most 36500d", spec => spec with { Timeout = TimeSpan.MaxValue } },
        { "idleTimeout", "leave it out for none", spec => spec with { IdleTimeout = TimeSpan.Zero } },
        { "retention", "must not be negative", spec => spec with { Retention = TimeSpan.MinValue } },
        { "lifetime", "must be one of Keep, WithManager", spec => spec with { Lifetime = (Lifetime)7 } },
        { "stop.grace", "must not be negative", spec => spec with { Stop = new StopSpec { Grace = TimeSpan.FromTicks(-1) } } },
        { "stop.signal", "from 1 to 64", spec => spec with { Stop = new StopSpec { Signal = default } } },
        { "stop.command", "must not be empty", spec => spec with { Stop = new StopSpec { Command = "" } } },
        { "stop.killMode", "must be one of", spec => spec with { Stop = new StopSpec { KillMode = (KillMode)9 } } },
        { "restart.max", "0 or more", spec => spec with { Restart = new RestartPolicy { Max = -1 } } },
        { "restart.window", "leave it out for none", spec => spec with { Restart = new RestartPolicy { Window = TimeSpan.Zero } } },
        { "restart.maxDelay", "60s is shorter than 120s", spec => spec with { Restart = new RestartPolicy { Delay = TimeSpan.FromMinutes(2) } } },
        { "restart.factor", "from 1 to 1000, and is NaN", spec => spec with { Restart = new RestartPolicy { Factor = double.NaN } } },
        { "restart.jitter", "from 0 to 1", spec => spec with { Restart = new RestartPolicy { Jitter = 1.1 } } },
        { "restart.successExitCodes[1]", "from 0 to 255", spec => spec with { Restart = new RestartPolicy { SuccessExitCodes = [0, 256] } } },
        { "", "at most 1048576", spec => spec with { Stdin = new StdinSpec { Mode = StdinMode.Text, Text = new string('x', 1 << 20) } } },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Is_told_with_its_path(string path, string message, Func<ProcessSpec, ProcessSpec> change)
    {
        var fault = SpecRules.Check(change(Good)).ShouldHaveSingleItem();
        fault.Path.ShouldBe(path);
        fault.Message.ShouldContain(message);
    }

    [Fact]
    public void A_good_one_has_none() => SpecRules.Check(Good).ShouldBeEmpty();
}
