using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>A data directory or database that can't be used is a coded error at the start, and nothing is touched.</summary>
public sealed class UnusableStorageSpecs
{
    [Fact]
    public async Task A_database_that_is_none()
    {
        await using var lab = new Lab();
        await File.WriteAllTextAsync(Database(lab), new string('x', 20_000), Lab.Cancel);
        await IsRefused(lab, "journal.db");

        // It let go of the directory: put right, it starts.
        File.Delete(lab.Database);
        (await lab.OpenAndReportAsync()).Found.Processes.ShouldBe(0);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(4096 + 1000)]
    [InlineData(4096 * 3)]
    public async Task A_database_that_was_cut_off(int length)
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        for (var i = 0; i < 30; i++)
        {
            await manager.CreateAsync(new ProcessSpec { Id = ProcessId.Parse($"p{i}"), Command = "true", Labels = [new("pad", new string('x', 200))] }, start: false, Lab.Cancel);
        }

        await manager.ShutdownAsync();
        await using (var file = File.OpenWrite(lab.Database))
        {
            file.Length.ShouldBeGreaterThan(length);
            file.SetLength(length);
        }

        await IsRefused(lab, "journal.db");
    }

    [Fact]
    public async Task A_database_of_a_newer_version()
    {
        await using var lab = new Lab();
        await (await lab.OpenAsync()).ShutdownAsync();
        using (var journal = new JournalFile(lab.Database))
        {
            journal.Ask("PRAGMA user_version = 99");
        }

        await IsRefused(lab, "newer version");
    }

    [Fact]
    public async Task A_data_directory_that_is_a_file()
    {
        await using var lab = new Lab();
        await File.WriteAllTextAsync(lab.Data, "", Lab.Cancel);
        await IsRefused(lab, lab.Data);
    }

    [Fact]
    public async Task A_data_directory_that_is_read_only()
    {
        await using var lab = new Lab();
        await using var disk = await SmallDisk.MountAsync(lab.Data, "40m");
        await (await lab.OpenAsync()).ShutdownAsync();
        await disk.MakeReadOnlyAsync();
        await IsRefused(lab, lab.Data);
    }

    private static string Database(Lab lab)
    {
        Directory.CreateDirectory(lab.Data);
        return lab.Database;
    }

    private static async Task IsRefused(Lab lab, string named)
    {
        var refused = await Should.ThrowAsync<ProcessManagerException>(() => lab.OpenAsync());
        refused.Code.ShouldBe(ErrorCode.StorageUnavailable, refused.Message);
        refused.Message.ShouldContain(named);
    }
}
