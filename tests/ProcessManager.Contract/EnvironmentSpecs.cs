using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>What a child gets: exactly what the spec says.</summary>
public abstract class EnvironmentSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task Arguments_are_passed_exactly()
    {
        string[] args = ["plain", "with space", "", "\"quoted\"", "it's", "line\nbreak", "tab\t", "$HOME", "*", "\\", "zwölf 日本 🚀", "-n", "--", "trailing "];

        var output = await OutputOf(new ProcessSpec { Command = "sh", Args = ["-c", "printf '%s\\0' \"$@\"", "sh", .. args] });

        output.Split('\0')[..^1].ShouldBe(args);
    }

    [Fact]
    public async Task A_shell_line_gets_its_arguments_as_positions() =>
        (await OutputOf(Scripts.Shell("echo \"$1|$2|$#\"") with { Args = ["a b", "$HOME"] })).ShouldBe("a b|$HOME|2\n");

    [Fact]
    public async Task A_shell_is_never_implied() => (await OutputOf(new ProcessSpec { Command = "echo", Args = ["$HOME; echo two"] })).ShouldBe("$HOME; echo two\n");

    [Fact]
    public async Task The_environment_is_what_the_spec_says()
    {
        var output = await OutputOf(new ProcessSpec
        {
            Command = "env",
            Args = ["-0"],
            InheritEnvironment = EnvironmentInheritance.None,
            Environment = [new("PATH", "/usr/bin:/bin"), new("EMPTY", ""), new("TEXT", "a=b c\nd"), new("GONE", null)],
        });

        var variables = output.Split('\0')[..^1].Where(line => !line.StartsWith("PROCMAN_", StringComparison.Ordinal));
        variables.Order(StringComparer.Ordinal).ShouldBe(["EMPTY=", "PATH=/usr/bin:/bin", "TEXT=a=b c\nd"]);
    }

    [Fact]
    public async Task It_knows_its_own_id() =>
        (await Variables(Scripts.Sleeps with { Id = NewId() })).ShouldContain(line => line.StartsWith("PROCMAN_", StringComparison.Ordinal));

    [Fact]
    public async Task Named_variables_are_inherited_and_null_removes_one()
    {
        var some = await Variables(new ProcessSpec { Command = "env", InheritEnvironment = new EnvironmentInheritance { Names = ["PATH"] } });
        var removed = await Variables(new ProcessSpec
        {
            Command = "/usr/bin/env",
            InheritEnvironment = EnvironmentInheritance.All,
            Environment = [new("PATH", null)],
        });

        some.Where(line => !line.StartsWith("PROCMAN_", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldStartWith("PATH=");
        removed.ShouldNotContain(line => line.StartsWith("PATH=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_command_with_a_relative_path_is_looked_up_in_its_directory()
    {
        Scripts.File(Directory, "here", "#!/bin/sh\npwd -P\n");

        (await OutputOf(new ProcessSpec { Command = "./here", WorkingDirectory = Directory })).Trim().ShouldBe(Directory);
    }

    [Fact]
    public async Task A_command_is_found_in_the_path_of_the_spec()
    {
        Scripts.File(Directory, "only-here", "#!/bin/sh\necho found\n");

        (await OutputOf(new ProcessSpec { Command = "only-here", Environment = [new("PATH", $"/no/such:{Directory}")] })).ShouldBe("found\n");
    }

    [Fact]
    public async Task Umask_nice_and_limits_are_set_before_it_runs()
    {
        var output = await OutputOf(Scripts.Shell("umask; nice; ulimit -Sn; ulimit -Hn") with
        {
            Umask = 0x15, // 0o025
            Nice = 7,
            Limits = [new("nofile", new ResourceLimit(123, 456))],
        });

        output.ShouldBe("0025\n7\n123\n456\n");
    }

    [Fact]
    public async Task It_may_run_on_the_given_cpus_alone()
    {
        var output = await OutputOf(new ProcessSpec { Command = "grep", Args = ["Cpus_allowed_list", "/proc/self/status"], CpuAffinity = [0] });

        output.Split(':')[1].Trim().ShouldBe("0");
    }

    [Fact]
    public async Task Another_user_is_a_matter_of_root()
    {
        Assert.SkipUnless(string.Equals(Environment.UserName, "root", StringComparison.Ordinal), "only root can start a child as somebody else");

        var output = await OutputOf(Scripts.Shell("id -un; id -gn; cd / && pwd") with { User = "nobody", WorkingDirectory = "/" });

        output.ShouldStartWith("nobody\n");
        output.ShouldEndWith("/\n");
    }

    [Fact]
    public async Task No_descriptor_but_the_three_is_open_in_it()
    {
        var output = await OutputOf(new ProcessSpec { Command = "ls", Args = ["/proc/self/fd"] });

        // The fourth is the directory that ls reads.
        output.ShouldBe("0\n1\n2\n3\n");
    }

    [Fact]
    public async Task It_is_the_leader_of_a_session_of_its_own_with_no_signal_blocked_or_ignored()
    {
        var output = await OutputOf(new ProcessSpec { Command = "grep", Args = ["-E", "^Sig(Blk|Ign)", "/proc/self/status"] });
        var session = await OutputOf(Scripts.Shell("read -r _ _ _ _ group session _ < /proc/$$/stat; [ $group = $$ ] && [ $session = $$ ] && echo leader"));

        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(line => line.EndsWith("\t0000000000000000", StringComparison.Ordinal));
        session.ShouldBe("leader\n");
    }

    private async Task<string> OutputOf(ProcessSpec spec) =>
        (await Manager.RunAsync(spec with { Id = NewId() }, cancellationToken: Cancel)).EnsureSuccess().Output;

    private async Task<string[]> Variables(ProcessSpec spec) =>
        (await OutputOf(spec with { Command = spec.Command.Contains("env") ? spec.Command : "env", Args = ["-0"] })).Split('\0')[..^1];
}
