using System.Globalization;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests.Logs;

/// <summary>Needs the machine for itself: a writer at full speed against a watcher that has to keep up.</summary>
[Collection("Alone")]
public sealed class LogBudgetSpecs : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly LogFolder _logs = new();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task Two_gigabytes_at_full_speed_stay_below_80_MiB_of_disk_and_offsets_stay_true()
    {
        Assert.SkipUnless(_logs.Store.HolesSupported, "This file system can't free the head of a file.");
        const int Lines = 20_000_000;
        _logs.Begin();
        var writer = _logs.ShellAsync($"seq -f '%099.0f' 1 {Lines / 20}; yes '{new string('y', 99)}' | head -n {(Lines / 20 * 19) - 1}; echo end", _logs.Patience);
        var most = 0L;
        while (!writer.IsCompleted)
        {
            most = Math.Max(most, _logs.DiskBytes);
            await Task.WhenAny(writer, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, _logs.Patience));
        }

        await writer;
        TestContext.Current.TestOutputHelper?.WriteLine($"most on disk: {most / (double)MiB:F1} MiB");
        most.ShouldBeLessThan(80 * MiB);
        new FileInfo(_logs.Stdout).Length.ShouldBe(((Lines - 1) * 100L) + 4);

        (await _logs.TextAsync(new LogQuery { Stream = LogStream.Stdout, Tail = 2 })).ShouldBe(new string('y', 99) + "\nend\n");
        var kept = await _logs.ReadAsync(new LogQuery { Stream = LogStream.Stdout, Offset = 0 });
        kept[0].Offset.ShouldBeGreaterThan(1800 * MiB);
        (kept[0].Offset % 100).ShouldBe(0, "the first line that is kept is whole");
        LogFolder.Text([kept[0]])[..100].ShouldBe(new string('y', 99) + "\n");
    }

    [Fact]
    public async Task Offsets_find_the_same_lines_after_the_head_was_freed()
    {
        Assert.SkipUnless(_logs.Store.HolesSupported, "This file system can't free the head of a file.");
        _logs.Begin(output: new OutputSpec { Budget = 24 * MiB });
        await _logs.ShellAsync("seq -f '%099.0f' 0 999999", _logs.Patience);
        foreach (var line in new[] { 999_999, 950_000 })
        {
            var text = await _logs.TextAsync(new LogQuery { Stream = LogStream.Stdout, Offset = line * 100L });
            text[..99].ShouldBe(line.ToString("D99", CultureInfo.InvariantCulture));
        }

        var first = (await _logs.ReadAsync())[0];
        first.Offset.ShouldBeGreaterThan(60 * MiB);
        LogFolder.Text([first])[..99].ShouldBe((first.Offset / 100).ToString("D99", CultureInfo.InvariantCulture));
        _logs.DiskBytes.ShouldBeLessThan(24 * MiB);
    }

    [Fact]
    public async Task A_follower_that_keeps_up_sees_all_that_goes_through_the_budget()
    {
        _logs.Begin();
        var writer = _logs.ShellAsync("for i in 0 1 2 3 4 5 6 7 8 9; do seq -f '%099.0f' ${i}00000 ${i}99999; sleep 0.1; done", _logs.Patience);
        var next = 0L;
        await foreach (var chunk in _logs.Store.ReadAsync(LogFolder.Id, new LogQuery { Follow = true }, writer, _logs.Patience))
        {
            chunk.Offset.ShouldBe(next);
            next += chunk.Bytes.Length;
        }

        next.ShouldBe(1_000_000 * 100L);
    }

    [Fact]
    public async Task What_was_freed_is_known_to_the_next_manager_also_when_the_index_is_lost()
    {
        Assert.SkipUnless(_logs.Store.HolesSupported, "This file system can't free the head of a file.");
        _logs.Begin(output: new OutputSpec { Budget = 24 * MiB });
        await _logs.ShellAsync("seq -f '%099.0f' 0 999999", _logs.Patience);
        var first = (await _logs.ReadAsync())[0];

        _logs.Restart();
        (await _logs.ReadAsync())[0].ShouldSatisfyAllConditions(
            again => again.Offset.ShouldBe(first.Offset), again => again.Bytes.Span[..100].SequenceEqual(first.Bytes.Span[..100]).ShouldBeTrue());

        File.Delete(_logs.Index);
        _logs.Restart();
        var found = (await _logs.ReadAsync())[0];
        found.Offset.ShouldBeInRange(first.Offset - 200, first.Offset);
        LogFolder.Text([found])[..99].ShouldBe((found.Offset / 100).ToString("D99", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Nothing_is_freed_below_the_budget_and_then_at_least_8_MiB()
    {
        LogBudget.HoleEnd(55 * MiB, 0, 64 * MiB).ShouldBeNull();
        LogBudget.HoleEnd(56 * MiB, 0, 64 * MiB).ShouldBe(8 * MiB);
        LogBudget.HoleEnd(1000 * MiB, 945 * MiB, 64 * MiB).ShouldBeNull();
        LogBudget.HoleEnd((1000 * MiB) + 1, 0, 64 * MiB).ShouldBe(952 * MiB);
        LogBudget.HoleEnd(1000 * MiB, 0, long.MaxValue).ShouldBeNull();
    }
}
