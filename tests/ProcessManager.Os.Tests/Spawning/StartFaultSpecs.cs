using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

public sealed class StartFaultSpecs : IDisposable
{
    private readonly SpawnLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_command_that_is_nowhere_in_the_childs_PATH_is_not_found()
    {
        var failed = await _lab.FailAsync(_lab.Request("no-such-command") with { Environment = ["PATH=/usr/bin:/nowhere"] });

        failed.Error.ShouldBe(new ErrorInfo(ErrorCode.CommandNotFound, "The command \"no-such-command\" was not found in PATH (/usr/bin:/nowhere)."));
        failed.Transient.ShouldBeFalse();
    }

    [Fact]
    public async Task A_missing_path_is_named_in_full()
    {
        var failed = await _lab.FailAsync(_lab.Request("./missing"));

        failed.Error.ShouldBe(new ErrorInfo(ErrorCode.CommandNotFound, $"The command \"{_lab.PathOf("missing")}\" doesn't exist."));
    }

    [Fact]
    public async Task A_file_in_the_way_of_a_path_is_a_command_not_found()
    {
        await _lab.ScriptAsync("file", "");

        (await _lab.FailAsync(_lab.Request("file/command"))).Error.Code.ShouldBe(ErrorCode.CommandNotFound);
    }

    [Fact]
    public async Task The_childs_PATH_counts_and_its_relative_entries_start_at_the_childs_directory()
    {
        Directory.CreateDirectory(_lab.PathOf("bin"));
        await _lab.ScriptAsync("bin/only-here", "#!/bin/sh\necho found\n");

        var (_, output) = await _lab.RunAsync(_lab.Request("only-here") with { Environment = ["PATH=/usr/bin:bin"] });

        output.ShouldBe("found\n");
    }

    [Fact]
    public async Task A_file_that_cant_be_executed_doesnt_hide_one_later_in_PATH()
    {
        Directory.CreateDirectory(_lab.PathOf("a/tool"));
        Directory.CreateDirectory(_lab.PathOf("b"));
        Directory.CreateDirectory(_lab.PathOf("c"));
        await _lab.ScriptAsync("b/tool", "", mode: "0644");
        await _lab.ScriptAsync("c/tool", "#!/bin/sh\necho the third\n");

        var (_, output) = await _lab.RunAsync(_lab.Request("tool") with { Environment = ["PATH=a:b:c"] });

        output.ShouldBe("the third\n");
    }

    [Fact]
    public async Task A_missing_interpreter_is_named()
    {
        var script = await _lab.ScriptAsync("script", "#! /no/such/interpreter -x\n");

        var failed = await _lab.FailAsync(_lab.Request(script));

        failed.Error.ShouldBe(new ErrorInfo(ErrorCode.StartFailed, $"\"{script}\" names the interpreter \"/no/such/interpreter\" in its first line, which doesn't exist."));
    }

    [Fact]
    public async Task A_missing_interpreter_is_named_too_where_limits_are_set()
    {
        var script = await _lab.ScriptAsync("script", "#!/no/such/interpreter\n");

        var failed = await _lab.FailAsync(_lab.Request(script) with { Limits = new Dictionary<string, ResourceLimit> { ["core"] = new(0, 0) } });

        failed.Error.Code.ShouldBe(ErrorCode.StartFailed);
        failed.Error.Message.ShouldContain("/no/such/interpreter");
    }

    [Fact]
    public async Task An_interpreter_with_a_carriage_return_is_not_guessed_away()
    {
        var failed = await _lab.FailAsync(_lab.Request(await _lab.ScriptAsync("script", "#!/bin/sh\r\n")));

        failed.Error.Message.ShouldContain("/bin/sh\r");
    }

    [Fact]
    public async Task A_program_whose_loader_is_missing_says_so()
    {
        var program = await File.ReadAllBytesAsync("/bin/true");
        var at = program.AsSpan().IndexOf("/ld-"u8);
        at.ShouldBeGreaterThan(0);
        program[at + 1] = (byte)'x';
        await File.WriteAllBytesAsync(_lab.PathOf("copy"), program);
        (await _lab.RunAsync(_lab.Request("install", "-m", "0755", "copy", "program"))).Status.ShouldBe(new ExitStatus.Code(0));

        var failed = await _lab.FailAsync(_lab.Request("./program"));

        failed.Error.Code.ShouldBe(ErrorCode.StartFailed);
        failed.Error.Message.ShouldContain("loader");
        failed.Error.Message.ShouldContain("/xd-");
    }

    [Fact]
    public async Task A_file_that_isnt_executable_is_permission_denied()
    {
        var failed = await _lab.FailAsync(_lab.Request(await _lab.ScriptAsync("script", "#!/bin/sh\n", mode: "0644")));

        failed.Error.Code.ShouldBe(ErrorCode.PermissionDenied);
        failed.Error.Message.ShouldContain("not executable (mode 0644)");
    }

    [Fact]
    public async Task A_directory_as_command_is_called_a_directory()
    {
        var failed = await _lab.FailAsync(_lab.Request("/usr"));

        failed.Error.ShouldBe(new ErrorInfo(ErrorCode.PermissionDenied, "The command \"/usr\" is a directory."));
    }

    [Theory]
    [InlineData("/no/such/directory", "doesn't exist")]
    [InlineData("/etc/passwd", "not a directory")]
    public async Task A_bad_working_directory_is_told_apart_from_a_bad_command(string directory, string words)
    {
        var failed = await _lab.FailAsync(_lab.Request("true") with { WorkingDirectory = directory });

        failed.Error.Code.ShouldBe(ErrorCode.BadWorkingDirectory);
        failed.Error.Message.ShouldContain(directory);
        failed.Error.Message.ShouldContain(words);
    }

    [Fact]
    public async Task A_command_that_is_being_written_is_worth_another_try()
    {
        (await _lab.RunAsync(_lab.Request("cp", "/bin/true", "program"))).Status.ShouldBe(new ExitStatus.Code(0));
        SpawnOutcome.Failed failed;
        await using (File.OpenWrite(_lab.PathOf("program")))
        {
            failed = await _lab.FailAsync(_lab.Request("./program"));
        }

        failed.Error.Code.ShouldBe(ErrorCode.StartFailed);
        failed.Error.Message.ShouldContain("ETXTBSY");
        failed.Transient.ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_that_is_no_program_is_refused_with_its_errno()
    {
        var failed = await _lab.FailAsync(_lab.Request(await _lab.ScriptAsync("data", "just text\n")));

        failed.Error.Code.ShouldBe(ErrorCode.StartFailed);
        failed.Error.Message.ShouldContain("ENOEXEC");
    }

    [Fact]
    public async Task Arguments_that_are_too_long_are_refused_with_their_size()
    {
        var failed = await _lab.FailAsync(_lab.Request("true", new string('x', 200_000)));

        failed.Error.Code.ShouldBe(ErrorCode.StartFailed);
        failed.Error.Message.ShouldContain("E2BIG");
        failed.Error.Message.ShouldContain("200001");
        failed.Transient.ShouldBeFalse();
    }

    [Fact]
    public async Task A_NUL_in_an_argument_is_invalid()
    {
        (await _lab.FailAsync(_lab.Request("true", "a\0b"))).Error.Code.ShouldBe(ErrorCode.InvalidSpec);
    }

    [Fact]
    public async Task An_unknown_limit_is_invalid()
    {
        var failed = await _lab.FailAsync(_lab.Request("true") with { Limits = new Dictionary<string, ResourceLimit> { ["files"] = new(1, 1) } });

        failed.Error.Code.ShouldBe(ErrorCode.InvalidSpec);
        failed.Error.Message.ShouldContain("nofile");
    }

    [Fact]
    public async Task A_CPU_that_the_machine_hasnt_is_refused()
    {
        (await _lab.FailAsync(_lab.Request("true") with { CpuAffinity = [1000] })).Error.Message.ShouldContain("1000");
    }

    [Fact]
    public async Task What_another_user_may_not_reach_is_told_as_that_user()
    {
        Assert.SkipUnless(SpawnLab.IsRoot, "Only root may change users.");
        Directory.CreateDirectory(_lab.PathOf("private"), (UnixFileMode)0x1C0 /* 0700 */);
        await _lab.ScriptAsync("private/tool", "#!/bin/sh\n");
        var nobody = new Credentials(65534, 65534, [65534]);
        var request = _lab.Request(_lab.PathOf("private/tool")) with { RunAs = nobody, WorkingDirectory = "/" };

        var command = (SpawnOutcome.Failed)await _lab.Spawner.SpawnAsync(request);
        var directory = (SpawnOutcome.Failed)await _lab.Spawner.SpawnAsync(request with { Executable = "true", WorkingDirectory = _lab.PathOf("private") });

        command.Error.Code.ShouldBe(ErrorCode.PermissionDenied);
        command.Error.Message.ShouldContain("65534");
        directory.Error.Code.ShouldBe(ErrorCode.BadWorkingDirectory);
    }
}
