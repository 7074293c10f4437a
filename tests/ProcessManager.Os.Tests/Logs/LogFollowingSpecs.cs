using System.Globalization;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests.Logs;

public sealed class LogFollowingSpecs : IDisposable
{
    private static readonly LogQuery Follow = new() { Follow = true };

    private readonly LogFolder _logs = new();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task Every_numbered_line_comes_once_and_in_order_and_the_follow_ends_with_the_process()
    {
        _logs.Begin();
        var writer = _logs.ShellAsync("seq 1 300000; seq 1 1000 >&2", _logs.Patience);
        var chunks = await _logs.ReadAsync(Follow, writer);

        Numbers(chunks, LogStream.Stdout).ShouldBe(Enumerable.Range(1, 300_000));
        Numbers(chunks, LogStream.Stderr).ShouldBe(Enumerable.Range(1, 1000));
    }

    [Fact]
    public async Task Several_followers_of_a_slow_writer_get_every_line_and_its_last_one_without_end()
    {
        _logs.Begin();
        var writer = _logs.ShellAsync("for i in 1 2 3 4 5 6 7 8 9; do echo $i; sleep 0.05; done; printf 10", _logs.Patience);
        var texts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _logs.TextAsync(Follow, writer)));
        texts.ShouldAllBe(text => text == "1\n2\n3\n4\n5\n6\n7\n8\n9\n10");
    }

    [Fact]
    public async Task A_line_comes_while_the_process_still_runs()
    {
        _logs.Begin();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _logs.Write("before\n");
        await using var follow = _logs.Store.ReadAsync(LogFolder.Id, Follow, ended.Task, _logs.Patience).GetAsyncEnumerator();
        (await follow.MoveNextAsync()).ShouldBeTrue();
        LogFolder.Text([follow.Current]).ShouldBe("before\n");

        var next = follow.MoveNextAsync();
        next.IsCompleted.ShouldBeFalse();
        _logs.Write("half");
        _logs.Write(" a line\n");
        (await next).ShouldBeTrue();
        LogFolder.Text([follow.Current]).ShouldBe("half a line\n");

        _logs.Write("the last");
        ended.SetResult();
        (await follow.MoveNextAsync()).ShouldBeTrue();
        LogFolder.Text([follow.Current]).ShouldBe("the last");
        (await follow.MoveNextAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_follow_goes_on_over_attempts_and_without_a_child()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = _logs.TextAsync(Follow, ended.Task);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            _logs.Begin(new Epoch(1, attempt));
            await _logs.ShellAsync($"echo {attempt}", _logs.Patience);
            _logs.Store.Ended(LogFolder.Id, new Epoch(1, attempt));
        }

        ended.SetResult();
        (await reading).ShouldBe("1\n2\n3\n");
    }

    [Fact]
    public async Task Followers_of_a_deleted_log_end()
    {
        _logs.Begin();
        _logs.Write("line\n");
        var ended = new TaskCompletionSource();
        await using var follow = _logs.Store.ReadAsync(LogFolder.Id, Follow, ended.Task, _logs.Patience).GetAsyncEnumerator();
        (await follow.MoveNextAsync()).ShouldBeTrue();

        _logs.Store.Delete(LogFolder.Id);
        (await follow.MoveNextAsync()).ShouldBeFalse();
        Directory.Exists(Path.GetDirectoryName(_logs.Stdout)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_follow_can_be_cancelled_while_nothing_is_written()
    {
        _logs.Begin();
        using var cancel = new CancellationTokenSource();
        await using var follow = _logs.Store.ReadAsync(LogFolder.Id, Follow, new TaskCompletionSource().Task, cancel.Token).GetAsyncEnumerator();
        var next = follow.MoveNextAsync().AsTask();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(next);
    }

    [Fact]
    public async Task A_follow_can_be_of_new_lines_alone_and_of_those_that_match()
    {
        _logs.Begin();
        _logs.Write("old\n");
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var follow = _logs.Store.ReadAsync(LogFolder.Id, new LogQuery { Follow = true, Tail = 0, Grep = "new" }, ended.Task, _logs.Patience)
            .GetAsyncEnumerator();
        var next = follow.MoveNextAsync();
        _logs.Write("other\nnew 1\n");
        (await next).ShouldBeTrue();
        LogFolder.Text([follow.Current]).ShouldBe("new 1\n");
        ended.SetResult();
        (await follow.MoveNextAsync()).ShouldBeFalse();
    }

    private static IEnumerable<int> Numbers(IEnumerable<LogChunk> chunks, LogStream stream) =>
        LogFolder.Text(chunks.Where(chunk => chunk.Stream == stream))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => int.Parse(line, CultureInfo.InvariantCulture));
}
