using Shouldly;
using Xunit;

namespace ProcessManager.Testing.Tests.Documentation;

// docs/testing.md shows what stands between the marks.
// <example>
public sealed class Release(IProcessManager processes)
{
    public async Task<string> PublishAsync()
    {
        var head = await processes.RunAsync(new ProcessSpec { Command = "git", Args = ["rev-parse", "HEAD"] });
        var commit = head.EnsureSuccess().Output.Trim();
        var build = await processes.RunAsync(new ProcessSpec { Command = "npm", Args = ["run", "build"], Timeout = TimeSpan.FromMinutes(10) });
        build.EnsureSuccess();
        await processes.RunAsync(new ProcessSpec { Command = "git", Args = ["tag", $"release-{commit[..4]}"] });
        return commit;
    }
}

public sealed class ReleaseTests : IDisposable
{
    private readonly FakeProcessManager _processes = new FakeProcessManager().PreventStray();

    public ReleaseTests()
    {
        _processes.On("git rev-parse *").Does(FakeChild.That.Prints("4f2a9c"));
        _processes.On("git tag *").Does(FakeChild.That);
    }

    [Fact]
    public async Task It_tags_what_it_has_built()
    {
        _processes.On("npm run build").Does(FakeChild.That.Prints("compiling").Waits(TimeSpan.FromMinutes(3)).Exits(0));

        var publishing = new Release(_processes).PublishAsync();
        _processes.AssertNotRan("git tag *");                        // still building: no time has passed
        _processes.Clock.Advance(TimeSpan.FromMinutes(3));

        (await publishing).ShouldBe("4f2a9c");
        _processes.AssertRanInOrder("git rev-parse HEAD", "npm run build", "git tag release-4f2a");
    }

    [Fact]
    public async Task It_tags_nothing_when_the_build_fails()
    {
        _processes.On("npm run build").Does(FakeChild.That.PrintsError("syntax error").Exits(1));

        var error = await Should.ThrowAsync<CommandException>(() => new Release(_processes).PublishAsync());

        error.Message.ShouldContain("syntax error");
        _processes.AssertNotRan("git tag *");
    }

    [Fact]
    public async Task It_gives_a_build_that_hangs_ten_minutes()
    {
        _processes.On("npm run build").Does(FakeChild.That.Stays());

        var publishing = new Release(_processes).PublishAsync();
        _processes.Clock.Advance(TimeSpan.FromMinutes(10));

        (await Should.ThrowAsync<CommandException>(() => publishing)).Code.ShouldBe(ErrorCode.TimedOut);
    }

    public void Dispose() => _processes.Dispose();
}
// </example>
