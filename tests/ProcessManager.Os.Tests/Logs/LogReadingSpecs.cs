using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests.Logs;

public sealed class LogReadingSpecs : IDisposable
{
    private readonly LogFolder _logs = new();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task A_process_without_logs_has_none()
    {
        (await _logs.ReadAsync()).ShouldBeEmpty();
        _logs.Store.LastWrite(LogFolder.Id).ShouldBeNull();
        _logs.Store.ReadAttempt(LogFolder.Id, LogFolder.First, LogStream.Stdout, 100).ShouldBe(AttemptOutput.Empty);
        _logs.Store.LastErrorLines(LogFolder.Id, LogFolder.First).ShouldBeNull();
        Directory.GetFileSystemEntries(_logs.Root).ShouldBeEmpty("reading makes no folder");
    }

    [Fact]
    public async Task A_child_writes_to_the_descriptors_and_both_streams_are_read()
    {
        using (var files = _logs.Store.Open(LogFolder.Id, LogFolder.First, new OutputSpec()))
        {
            RandomAccess.Write(files.Stdout, "out\n"u8, 0);
            RandomAccess.Write(files.Stderr, "err\n"u8, 0);
        }

        var chunks = await _logs.ReadAsync();
        chunks.Select(chunk => (chunk.Stream, LogFolder.Text([chunk]))).ShouldBe([(LogStream.Stdout, "out\n"), (LogStream.Stderr, "err\n")], ignoreOrder: true);
        (await _logs.TextAsync(new LogQuery { Stream = LogStream.Stderr })).ShouldBe("err\n");
        File.GetUnixFileMode(_logs.Stdout).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Merged_output_has_one_descriptor_and_discarded_output_no_file()
    {
        using var merged = _logs.Store.Open(LogFolder.Id, LogFolder.First, new OutputSpec { Mode = OutputMode.Merged });
        merged.Stderr.ShouldBeSameAs(merged.Stdout);
        File.Exists(_logs.Stderr).ShouldBeFalse();

        var other = ProcessId.Parse("quiet");
        using var discarded = _logs.Store.Open(other, LogFolder.First, new OutputSpec { Mode = OutputMode.Discard });
        RandomAccess.Write(discarded.Stdout, "gone"u8, 0);
        Directory.Exists(Path.Combine(_logs.Root, other.Value)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("a\nb\nc\n", 2, "b\nc\n")]
    [InlineData("a\nb\nc", 2, "b\nc")]
    [InlineData("a\nb\nc\n", 9, "a\nb\nc\n")]
    [InlineData("a\nb\nc\n", 0, "")]
    [InlineData("\n\n\n", 2, "\n\n")]
    [InlineData("", 3, "")]
    public async Task Tail_is_the_last_lines(string written, int lines, string expected)
    {
        _logs.Begin();
        _logs.Write(written);
        (await _logs.TextAsync(new LogQuery { Tail = lines })).ShouldBe(expected);
    }

    [Fact]
    public async Task Tail_reads_back_over_blocks_and_overlong_lines()
    {
        _logs.Begin();
        var overlong = new string('x', 200_000);
        _logs.Write($"first\n{overlong}\nlast\n");
        (await _logs.TextAsync(new LogQuery { Tail = 2 })).ShouldBe($"{overlong}\nlast\n");

        _logs.Write(string.Concat(Enumerable.Range(0, 500_000).Select(i => $"line {i}\n")));
        (await _logs.TextAsync(new LogQuery { Tail = 100_000 })).ShouldStartWith("line 400000\n");
    }

    [Fact]
    public async Task An_overlong_line_comes_in_pieces_that_cut_no_character()
    {
        _logs.Begin();
        var line = "a" + string.Concat(Enumerable.Repeat("€", 100_000));
        _logs.Write(line + "\nend");
        var chunks = await _logs.ReadAsync();

        chunks.Count.ShouldBeGreaterThan(4);
        chunks.ShouldAllBe(chunk => chunk.Bytes.Length <= 64 << 10);
        chunks.ShouldAllBe(chunk => !LogFolder.Text(new[] { chunk }).Contains('\uFFFD'));
        LogFolder.Text(chunks).ShouldBe(line + "\nend");
        chunks.Skip(1).Select(chunk => chunk.Offset).ShouldBe(chunks.SkipLast(1).Select(chunk => chunk.Offset + chunk.Bytes.Length));
    }

    [Fact]
    public async Task Chunks_end_with_their_lines_and_a_last_line_without_end_comes_as_it_is()
    {
        _logs.Begin();
        _logs.Write(string.Concat(Enumerable.Range(0, 50_000).Select(i => $"this is line {i}\n")) + "no end");
        var chunks = await _logs.ReadAsync();
        chunks.SkipLast(1).ShouldAllBe(chunk => LogFolder.Text(new[] { chunk }).EndsWith('\n'));
        LogFolder.Text(chunks).ShouldEndWith("49999\nno end");
    }

    [Fact]
    public async Task An_offset_goes_on_where_a_chunk_ended()
    {
        _logs.Begin();
        _logs.Write("one\ntwo\n");
        var first = (await _logs.ReadAsync())[0];
        _logs.Write("three\n");
        var query = new LogQuery { Stream = LogStream.Stdout, Offset = first.Offset + first.Bytes.Length };
        (await _logs.TextAsync(query)).ShouldBe("three\n");
        (await _logs.TextAsync(query with { Offset = 1 })).ShouldBe("ne\ntwo\nthree\n");
        (await _logs.TextAsync(query with { Offset = 1000 })).ShouldBe("");
    }

    [Fact]
    public async Task Grep_keeps_lines_that_match_and_tail_then_counts_those()
    {
        _logs.Begin();
        _logs.Write("error 1\nfine\r\nerror 2\nerror 3\r\nfine\nends in error");
        (await _logs.TextAsync(new LogQuery { Grep = "^err" })).ShouldBe("error 1\nerror 2\nerror 3\r\n");
        (await _logs.TextAsync(new LogQuery { Grep = "3$|error$" })).ShouldBe("error 3\r\nends in error");
        (await _logs.TextAsync(new LogQuery { Grep = "error", Tail = 2 })).ShouldBe("error 3\r\nends in error");
        (await _logs.ReadAsync(new LogQuery { Grep = "fine" })).Select(chunk => chunk.Offset).ShouldBe([8, 31]);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("(a)\\1")]
    public void An_expression_that_cannot_be_matched_is_an_invalid_spec(string expression) =>
        Should.Throw<ProcessManagerException>(() => _logs.Store.ReadAsync(LogFolder.Id, new LogQuery { Grep = expression }, Task.CompletedTask))
            .Code.ShouldBe(ErrorCode.InvalidSpec);

    [Fact]
    public void All_faults_of_a_query_are_told_at_once() =>
        Should.Throw<ProcessManagerException>(() => _logs.Store.ReadAsync(LogFolder.Id, new LogQuery { Tail = -1, Offset = 5 }, Task.CompletedTask))
            .Faults.Select(fault => fault.Path).ShouldBe(["tail", "stream"]);

    [Fact]
    public async Task Both_streams_come_in_the_order_in_which_they_were_written()
    {
        _logs.Begin();
        var now = DateTimeOffset.UnixEpoch.AddYears(50);
        for (var i = 0; i < 6; i++)
        {
            var path = i % 2 == 0 ? _logs.Stdout : _logs.Stderr;
            File.AppendAllText(path, $"{i}\n");
            File.SetLastWriteTimeUtc(path, now.AddSeconds(i).UtcDateTime);
            _ = _logs.Store.ReadAttempt(LogFolder.Id, LogFolder.First, LogStream.Stdout, 10);
        }

        var chunks = await _logs.ReadAsync();
        LogFolder.Text(chunks).ShouldBe("0\n1\n2\n3\n4\n5\n");
        chunks.Select(chunk => chunk.Time).ShouldBe(Enumerable.Range(0, 6).Select(i => now.AddSeconds(i)));

        (await _logs.TextAsync(new LogQuery { Since = now.AddSeconds(3) })).ShouldBe("3\n4\n5\n");
        (await _logs.TextAsync(new LogQuery { Since = now.AddSeconds(2.5), Tail = 1 })).ShouldBe("4\n5\n");
        (await _logs.TextAsync(new LogQuery { Since = now.AddSeconds(9) })).ShouldBe("");
    }

    [Fact]
    public async Task A_line_is_of_the_time_at_which_its_end_was_seen()
    {
        _logs.Begin();
        var now = DateTimeOffset.UnixEpoch.AddYears(50);
        foreach (var (text, seconds) in new[] { ("whole\nbegun, ", 0), ("ended\nnext\n", 5) })
        {
            _logs.Write(text);
            File.SetLastWriteTimeUtc(_logs.Stdout, now.AddSeconds(seconds).UtcDateTime);
            _ = _logs.Store.ReadAttempt(LogFolder.Id, LogFolder.First, LogStream.Stdout, 10);
        }

        var chunks = await _logs.ReadAsync();
        chunks.Select(chunk => (LogFolder.Text([chunk]), chunk.Time)).ShouldBe(
            [("whole\n", now), ("begun, ended\n", now.AddSeconds(5)), ("next\n", now.AddSeconds(5))]);
        (await _logs.TextAsync(new LogQuery { Since = now.AddSeconds(1) })).ShouldBe("begun, ended\nnext\n");
    }
}
