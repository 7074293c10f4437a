#pragma warning disable RS0030 // mount(8) is a tool of the test, not a managed process.
using System.Diagnostics;

namespace ProcessManager.Embedded.Tests;

/// <summary>A file system of its own that a test may fill or make read-only. Only for root, and where mounting is allowed.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    public string Path => _path;

    public long Free => new DriveInfo(_path).AvailableFreeSpace;

    /// <summary>Skips the test where it can't be mounted.</summary>
    public static async Task<SmallDisk> MountAsync(string path, string size)
    {
        Directory.CreateDirectory(path);
        var problem = await RunAsync("mount", "-t", "tmpfs", "-o", $"size={size}", "procman-test", path);
        Xunit.Assert.SkipWhen(problem is not null, $"A small file system can't be mounted here, which this test needs: {problem}");
        return new SmallDisk(path);
    }

    public async Task MakeReadOnlyAsync()
    {
        if (await RunAsync("mount", "-o", "remount,ro", _path) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }
    }

    public async ValueTask DisposeAsync() => await RunAsync("umount", "-l", _path);

    private static async Task<string?> RunAsync(string command, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(command, args) { RedirectStandardError = true, UseShellExecute = false })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : said.Trim();
    }
}
