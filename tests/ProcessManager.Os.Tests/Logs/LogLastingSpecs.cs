using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests.Logs;

/// <summary>What is known of logs after the manager was away, and of what children do to them.</summary>
public sealed class LogLastingSpecs : IDisposable
{
    private static readonly Epoch Second = new(1, 2);

    private readonly LogFolder _logs = new();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public void Each_attempt_has_its_own_part_also_after_a_restart_of_the_manager()
    {
        _logs.Begin();
        _logs.Write("one\n");
        _logs.WriteError("bad one\n");
        _logs.Store.Ended(LogFolder.Id, LogFolder.First);
        File.Exists(_logs.Index).ShouldBeFalse("a first attempt needs no index");

        _logs.Restart(killed: true);
        _logs.Begin(Second);
        _logs.Write("two\n");
        _logs.Restart(killed: true);
        _logs.Store.Adopt(LogFolder.Id, Second, new OutputSpec());
        _logs.WriteError("bad two\n");

        Output(LogFolder.First).ShouldBe("one\n");
        Output(Second).ShouldBe("two\n");
        Output(new Epoch(2, 1)).ShouldBe("");
        _logs.Store.LastErrorLines(LogFolder.Id, LogFolder.First).ShouldBe("bad one\n");
        _logs.Store.LastErrorLines(LogFolder.Id, Second).ShouldBe("bad two\n");
    }

    [Fact]
    public void Merged_errors_are_found_in_the_output()
    {
        _logs.Begin(output: new OutputSpec { Mode = OutputMode.Merged });
        _logs.Write("failed\n");
        _logs.Store.LastErrorLines(LogFolder.Id, LogFolder.First).ShouldBe("failed\n");
        _logs.Store.Ended(LogFolder.Id, LogFolder.First);
        _logs.Restart();
        _logs.Store.LastErrorLines(LogFolder.Id, LogFolder.First).ShouldBe("failed\n");
    }

    [Fact]
    public void Last_error_lines_are_whole_and_at_most_8_KiB_of_UTF8()
    {
        _logs.Begin();
        _logs.WriteError(string.Concat(Enumerable.Range(0, 2000).Select(i => $"Zeile {i} größer\n")));
        var lines = _logs.Store.LastErrorLines(LogFolder.Id, LogFolder.First)!;
        lines.ShouldStartWith("Zeile ");
        lines.ShouldEndWith("Zeile 1999 größer\n");
        Encoding.UTF8.GetByteCount(lines).ShouldBeInRange(8000, 8192);

        _logs.WriteError(new string('€', 10_000));
        lines = _logs.Store.LastErrorLines(LogFolder.Id, LogFolder.First)!;
        lines.ShouldBe(new string('€', 8192 / 3));

        File.AppendAllBytes(_logs.Stderr, [.. Enumerable.Repeat((byte)0xFF, 10_000)]);
        Encoding.UTF8.GetByteCount(_logs.Store.LastErrorLines(LogFolder.Id, LogFolder.First)!).ShouldBeLessThanOrEqualTo(8192);
    }

    [Fact]
    public void A_long_output_is_bounded_to_its_end_and_says_so()
    {
        _logs.Begin();
        _logs.Write("€€€end");
        var output = _logs.Store.ReadAttempt(LogFolder.Id, LogFolder.First, LogStream.Stdout, 8);
        Encoding.UTF8.GetString(output.Bytes.Span).ShouldBe("€end");
        output.Truncated.ShouldBeTrue();
        output.Offset.ShouldBe(6);
        _logs.Store.ReadAttempt(LogFolder.Id, LogFolder.First, LogStream.Stdout, 12).Truncated.ShouldBeFalse();
    }

    [Fact]
    public async Task A_child_that_truncates_its_own_log_is_told_and_offsets_still_rise()
    {
        _logs.Begin();
        _logs.Write("before\n");
        (await _logs.TextAsync()).ShouldBe("before\n");
        await _logs.ShellAsync($"echo x > '{_logs.Stdout}'", _logs.Patience);

        var after = await _logs.ReadAsync(new LogQuery { Stream = LogStream.Stdout, Offset = 7 });
        after.Select(chunk => (chunk.Offset, LogFolder.Text([chunk]))).ShouldBe([(7L, "x\n")]);
        _logs.Truncations.ShouldBe([new LogTruncation(LogFolder.Id, LogFolder.First, LogStream.Stdout, 7)]);

        _logs.Restart(killed: true);
        (await _logs.ReadAsync())[0].Offset.ShouldBe(7);
        _logs.Write("more\n");
        (await _logs.ReadAsync(new LogQuery { Stream = LogStream.Stdout, Offset = 9 }))[0].Offset.ShouldBe(9);
        _logs.Truncations.Count.ShouldBe(1, "it is told once");
    }

    [Fact]
    public async Task A_truncation_while_no_manager_ran_is_noticed_by_the_next_one()
    {
        _logs.Begin();
        _logs.Write("a long line before\n");
        _logs.Begin(Second);
        _logs.Restart(killed: true);
        File.WriteAllText(_logs.Stdout, "short\n");

        (await _logs.ReadAsync()).Select(chunk => (chunk.Offset, LogFolder.Text([chunk]))).ShouldBe([(19L, "short\n")]);
        _logs.Truncations.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Times_outlast_the_manager()
    {
        _logs.Begin();
        var now = DateTimeOffset.UnixEpoch.AddYears(50);
        for (var i = 0; i < 3; i++)
        {
            _logs.Write($"{i}\n");
            File.SetLastWriteTimeUtc(_logs.Stdout, now.AddSeconds(i).UtcDateTime);
            _logs.Begin(new Epoch(1, i + 2));
        }

        _logs.Restart(killed: true);
        (await _logs.ReadAsync()).Select(chunk => chunk.Time).ShouldBe([now, now.AddSeconds(1), now.AddSeconds(2)]);
        (await _logs.TextAsync(new LogQuery { Since = now.AddSeconds(1) })).ShouldBe("1\n2\n");
    }

    [Fact]
    public async Task An_unreadable_index_is_set_aside_with_what_can_be_read_kept()
    {
        _logs.Begin();
        _logs.Write("one\n");
        _logs.Begin(Second);
        _logs.Write("two\n");
        File.AppendAllText(_logs.Index, "\0\0garbage\n");

        _logs.Restart(killed: true);
        (await _logs.TextAsync()).ShouldBe("one\ntwo\n");
        Output(Second).ShouldBe("two\n");
        _logs.Store.Problems.ShouldHaveSingleItem().ShouldContain("set aside");
        File.Exists(_logs.Index + ".unreadable").ShouldBeTrue();

        _logs.Restart();
        Output(Second).ShouldBe("two\n");
        _logs.Store.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_last_line_of_the_index_that_was_cut_by_a_crash_is_dropped_silently()
    {
        _logs.Begin();
        _logs.Write("one\n");
        _logs.Begin(Second);
        File.AppendAllText(_logs.Index, "A 1.3 spl");

        _logs.Restart(killed: true);
        _logs.Write("two\n");
        _logs.Begin(new Epoch(1, 4));
        Output(Second).ShouldBe("two\n");
        _logs.Store.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Output_of_old_attempts_can_be_dropped()
    {
        _logs.Begin();
        _logs.Write(new string('x', 100_000) + "\n");
        _logs.Begin(Second);
        _logs.Write("two\n");

        _logs.Store.DropBefore(LogFolder.Id, Second);
        (await _logs.ReadAsync()).Select(chunk => (chunk.Offset, LogFolder.Text([chunk]))).ShouldBe([(100_001L, "two\n")]);
        _logs.DiskBytes.ShouldBeLessThan(64 << 10);

        _logs.Store.Ended(LogFolder.Id, Second);
        _logs.Store.DropBefore(LogFolder.Id, new Epoch(2, 1));
        (await _logs.ReadAsync()).ShouldBeEmpty();
        _logs.Begin(new Epoch(2, 1));
        _logs.Write("three\n");
        (await _logs.ReadAsync()).Select(chunk => (chunk.Offset, LogFolder.Text([chunk]))).ShouldBe([(100_005L, "three\n")]);
    }

    [Fact]
    public async Task The_index_stays_small_over_thousands_of_attempts()
    {
        for (var attempt = 1; attempt <= 10_000; attempt++)
        {
            _logs.Begin(new Epoch(1, attempt));
        }

        _logs.Write("last\n");
        new FileInfo(_logs.Index).Length.ShouldBeLessThan(256 << 10);
        _logs.Restart(killed: true);
        Output(new Epoch(1, 10_000)).ShouldBe("last\n");
        (await _logs.TextAsync()).ShouldBe("last\n");
    }

    [Fact]
    public void The_last_write_is_known_without_watching()
    {
        _logs.Begin();
        var at = DateTime.UnixEpoch.AddYears(50);
        File.SetLastWriteTimeUtc(_logs.Stdout, at);
        File.SetLastWriteTimeUtc(_logs.Stderr, at.AddHours(-1));
        _logs.Store.LastWrite(LogFolder.Id)!.Value.UtcDateTime.ShouldBe(at);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_a_coded_error()
    {
        File.WriteAllText(Path.Combine(_logs.Root, LogFolder.Id.Value), "in the way");
        Should.Throw<ProcessManagerException>(() => _logs.Begin()).Code.ShouldBe(ErrorCode.StartFailed);
    }

    private string Output(Epoch epoch) =>
        Encoding.UTF8.GetString(_logs.Store.ReadAttempt(LogFolder.Id, epoch, LogStream.Stdout, 1 << 20).Bytes.Span);
}
