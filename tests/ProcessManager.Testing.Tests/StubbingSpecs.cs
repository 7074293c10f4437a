using Shouldly;
using Xunit;

namespace ProcessManager.Testing.Tests;

public sealed class StubbingSpecs : IDisposable
{
    private readonly FakeProcessManager _processes = new();

    public void Dispose() => _processes.Dispose();

    [Fact]
    public async Task A_command_without_a_stub_exits_with_0_and_says_nothing()
    {
        var result = await Run("git", "status");

        (result.ExitCode, result.Output, result.ErrorOutput, result.Reason).ShouldBe((0, "", "", EndReason.Completed));
    }

    [Fact]
    public async Task A_stub_says_what_a_command_writes_and_how_it_ends()
    {
        _processes.On("git *").Does(FakeChild.That.Prints("out").PrintsError("err").Exits(3));

        var result = await Run("/usr/bin/git", "status");

        (result.ExitCode, result.Output, result.ErrorOutput).ShouldBe((3, "out\n", "err\n"));
        Should.Throw<CommandException>(result.EnsureSuccess).Message.ShouldContain("err");
        (await Run("svn", "status")).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("git", false)]
    [InlineData("git *", true)]
    [InlineData("git s?atus -s", true)]
    [InlineData("*", true)]
    [InlineData("git status", false)]
    [InlineData("* -s", true)]
    public async Task A_pattern_is_a_glob_over_the_whole_command_line(string pattern, bool matches)
    {
        _processes.On(pattern).Does(FakeChild.That.Exits(7));

        (await Run("git", "status", "-s")).ExitCode.ShouldBe(matches ? 7 : 0);
    }

    [Fact]
    public async Task Of_two_stubs_that_match_the_newer_one_is_meant()
    {
        _processes.On("git *").Does(FakeChild.That.Exits(1));
        _processes.On(spec => spec.Args.Contains("push")).Does(spec => FakeChild.That.Prints($"to {spec.Args[^1]}"));

        (await Run("git", "push", "origin")).Output.ShouldBe("to origin\n");
        (await Run("git", "pull")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Described_in_turn_each_start_does_the_next_and_one_too_many_is_told()
    {
        _processes.On("flaky").DoesInTurn(FakeChild.That.Exits(1), FakeChild.That.Prints("fine"));

        (await Run("flaky")).ExitCode.ShouldBe(1);
        (await Run("flaky")).Output.ShouldBe("fine\n");
        (await Should.ThrowAsync<StrayCommandException>(() => Run("flaky"))).Message.ShouldContain("once more");

        _processes.On("flaky").DoesInTurn(FakeChild.That.Exits(1)).Does(FakeChild.That.Exits(9));
        (await Run("flaky")).ExitCode.ShouldBe(1);
        (await Run("flaky")).ExitCode.ShouldBe(9);
        (await Run("flaky")).ExitCode.ShouldBe(9);
    }

    [Fact]
    public async Task A_failed_start_throws_its_code()
    {
        _processes.On("missing").Does(FakeChild.That.FailsToStart(ErrorCode.CommandNotFound, "no such thing"));

        var error = await Should.ThrowAsync<ProcessManagerException>(() => Run("missing"));

        (error.Code, error.Message).ShouldBe((ErrorCode.CommandNotFound, "no such thing"));
    }

    [Fact]
    public async Task An_exception_of_the_test_s_own_is_thrown_by_the_call()
    {
        var mine = new InvalidOperationException("mine");
        _processes.On("odd").Does(FakeChild.That.Throws(mine));

        (await Should.ThrowAsync<InvalidOperationException>(() => Run("odd"))).ShouldBe(mine);
        (await Should.ThrowAsync<InvalidOperationException>(() => _processes.CreateAsync(new ProcessSpec { Command = "odd" }))).ShouldBe(mine);
    }

    [Fact]
    public async Task Stray_commands_can_be_prevented_and_the_message_names_the_stubs()
    {
        _processes.PreventStray().On("git *").Does(FakeChild.That);
        await Run("git", "status");

        var error = await Should.ThrowAsync<StrayCommandException>(() => Run("rm", "-rf", "/"));

        error.Message.ShouldContain("rm -rf /");
        error.Message.ShouldContain("git *");
        _processes.AssertRanTimes("*", 1);
    }

    [Fact]
    public async Task Input_reaches_the_child()
    {
        _processes.On("cat").Does(FakeChild.That.Echoes());

        (await _processes.RunAsync(new ProcessSpec { Command = "cat" }, "given"u8.ToArray())).Output.ShouldBe("given");
        _processes.Started[0].Input.ShouldBe("given");
        (await _processes.RunAsync(new ProcessSpec { Command = "cat", Stdin = new StdinSpec { Mode = StdinMode.Text, Text = "text" } })).Output.ShouldBe("text");
    }

    [Fact]
    public async Task A_pipe_is_read_line_by_line()
    {
        _processes.On("ask").Does(FakeChild.That.Prints("who?").ReadsLine().Prints("hello").Exits(0));
        var info = await _processes.CreateAsync(new ProcessSpec { Command = "ask", Stdin = new StdinSpec { Mode = StdinMode.Pipe } });
        info.Phase.ShouldBe(Phase.Running);

        await _processes.WriteStdinAsync(info.Id, "me\n"u8.ToArray());

        (await _processes.WaitAsync(info.Id)).Reason.ShouldBe(EndReason.Completed);
        _processes.OutputOf(info.Id).ShouldBe("who?\nhello\n");
    }

    private Task<ProcessResult> Run(string command, params string[] args) => _processes.RunAsync(new ProcessSpec { Command = command, Args = [.. args] });
}
