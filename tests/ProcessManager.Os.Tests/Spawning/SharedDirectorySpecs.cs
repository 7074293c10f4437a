using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

/// <summary>Where seccomp forbids unshare (containers): the same, by other means. Changes the umask of the whole process for moments.</summary>
[Collection("Alone")]
public sealed class SharedDirectorySpecs : IDisposable
{
    private readonly SpawnLab _lab = new(ownsDirectory: false);

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_child_starts_in_its_directory_with_its_umask()
    {
        var own = Directory.GetCurrentDirectory();
        var umask = (await File.ReadAllLinesAsync("/proc/self/status")).First(line => line.StartsWith("Umask", StringComparison.Ordinal));

        (await _lab.ShAsync("pwd -P; umask", request => request with { WorkingDirectory = "/usr/share", Umask = 0x17 })).ShouldBe("/usr/share\n0027\n");

        Directory.GetCurrentDirectory().ShouldBe(own);
        (await File.ReadAllLinesAsync("/proc/self/status")).ShouldContain(umask);
    }

    [Theory]
    [InlineData("/no/such/directory", "doesn't exist")]
    [InlineData("/etc/passwd", "not a directory")]
    public async Task A_bad_working_directory_is_told_apart_from_a_bad_command(string directory, string words)
    {
        var failed = await _lab.FailAsync(_lab.Request("true") with { WorkingDirectory = directory });

        failed.Error.Code.ShouldBe(ErrorCode.BadWorkingDirectory);
        failed.Error.Message.ShouldContain(words);
    }

    [Fact]
    public async Task Relative_commands_start_at_the_childs_directory()
    {
        await _lab.ScriptAsync("here", "#!/bin/sh\necho found\n");

        (await _lab.RunAsync(_lab.Request("./here") with { MarkerPath = _lab.PathOf("first") })).Output.ShouldBe("found\n");
        (await _lab.RunAsync(_lab.Request("here") with { Environment = ["PATH=:/bin:/usr/bin"] })).Output.ShouldBe("found\n");
        (await _lab.FailAsync(_lab.Request("./missing"))).Error.Code.ShouldBe(ErrorCode.CommandNotFound);
    }
}
