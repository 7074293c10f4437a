using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>Variables from a file, on the machine that the process starts on.</summary>
public abstract class EnvironmentFileSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task The_file_is_over_what_is_inherited_and_under_what_the_spec_says()
    {
        Scripts.File(Directory, ".env", "HOME=file\nA=file\nexport B='file b' # said\n");

        var said = await Said(Prints("$HOME|$A|$B|${PROCMAN_ID:+own}") with { Environment = [new("A", "spec")], InheritEnvironment = EnvironmentInheritance.All });

        said.ShouldBe("file|spec|file b|own\n");
    }

    [Fact]
    public async Task The_spec_removes_what_the_file_sets()
    {
        Scripts.File(Directory, ".env", "A=file\n");

        (await Said(Prints("${A-gone}") with { Environment = [new("A", null)] })).ShouldBe("gone\n");
    }

    [Fact]
    public async Task It_is_read_at_each_start()
    {
        Scripts.File(Directory, ".env", "A=first\n");
        var info = await Start(Prints("$A"));
        await Ended(info.Id);
        Scripts.File(Directory, ".env", "A=second\n");

        await Manager.StartAsync(info.Id, Cancel);
        await Ended(info.Id);

        (await Output(info.Id)).ShouldBe("first\nsecond\n");
    }

    [Fact]
    public async Task A_missing_file_fails_the_start_and_is_named()
    {
        var id = NewId();

        var error = await Refused(ErrorCode.StartFailed, () => Start(Prints("never") with { Id = id }));

        error.Message.ShouldContain($"{Directory}/.env");
        error.Message.ShouldContain("there is no such file");
        var info = await Manager.GetAsync(id, Cancel);
        info.Reason.ShouldBe(EndReason.StartFailed);
        info.OsPid.ShouldBeNull();
    }

    [Theory]
    [InlineData("A=1\nB='open\n", "line 2: B has a quote")]
    [InlineData("A=1\nhunter2\n", "line 2: it isn't NAME=value")]
    public async Task A_line_that_can_not_be_read_fails_the_start_and_is_named_without_its_text(string text, string fault)
    {
        Scripts.File(Directory, ".env", text);

        var error = await Refused(ErrorCode.StartFailed, () => Start(Prints("never")));

        error.Message.ShouldContain($"{Directory}/.env");
        error.Message.ShouldContain(fault);
        error.Message.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task What_never_ends_or_is_no_file_is_refused()
    {
        (await Refused(ErrorCode.StartFailed, () => Start(Prints("never") with { EnvironmentFile = "/dev/zero" }))).Message.ShouldContain("isn't a regular file");
        (await Refused(ErrorCode.StartFailed, () => Start(Prints("never") with { EnvironmentFile = Directory }))).Message.ShouldContain("isn't a regular file");
    }

    /// <summary>A shell line that writes what <paramref name="text"/> is there, in the test's directory, with its file <c>.env</c>.</summary>
    private ProcessSpec Prints(string text) => Scripts.Shell($"echo \"{text}\"") with { WorkingDirectory = Directory, EnvironmentFile = ".env" };

    private async Task<string> Said(ProcessSpec spec) => (await Manager.RunAsync(spec with { Id = NewId() }, cancellationToken: Cancel)).EnsureSuccess().Output;
}
