using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class FollowingSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task A_follow_gives_what_comes_and_ends_with_the_process()
    {
        var info = await Start(Scripts.Shell("for i in $(seq 1 50); do echo $i; sleep 0.01; done; echo last line without end | tr -d '\\n'"));

        var chunks = await Logs(info.Id, new LogQuery { Stream = LogStream.Stdout, Follow = true });

        Text(chunks).ShouldBe(string.Concat(Enumerable.Range(1, 50).Select(number => $"{number}\n")) + "last line without end");
        (await Ended(info.Id)).ShouldBeDown(EndReason.Completed);
    }

    [Fact]
    public async Task A_follow_misses_and_doubles_nothing_of_a_fast_writer()
    {
        var info = await Start(Scripts.Shell("seq 1 300000; seq 300001 300100 >&2"));

        var chunks = await Logs(info.Id, new LogQuery { Follow = true });

        Text(chunks.Where(chunk => chunk.Stream == LogStream.Stdout)).ShouldBe(Numbers(1, 300_000));
        Text(chunks.Where(chunk => chunk.Stream == LogStream.Stderr)).ShouldBe(Numbers(300_001, 300_100));
    }

    [Fact]
    public async Task A_line_comes_while_the_process_runs()
    {
        var info = await Start(Scripts.Echoes);
        using var limit = Limited();
        var lines = Manager.ReadLogsAsync(info.Id, new LogQuery { Stream = LogStream.Stdout, Follow = true }, limit.Token).GetAsyncEnumerator(limit.Token);
        try
        {
            foreach (var line in new[] { "one\n", "two\n" })
            {
                await Manager.WriteStdinAsync(info.Id, Encoding.UTF8.GetBytes(line), cancellationToken: Cancel);
                (await lines.MoveNextAsync()).ShouldBeTrue();
                Text([lines.Current]).ShouldBe(line);
            }

            (await Manager.GetAsync(info.Id, Cancel)).ShouldBeRunning();
            await Stopped(info.Id);
            (await lines.MoveNextAsync()).ShouldBeFalse();
        }
        finally
        {
            await lines.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_follow_of_one_that_has_ended_gives_all_and_ends()
    {
        var info = await Start(Scripts.Counts(10));
        await Ended(info.Id);

        Text(await Logs(info.Id, new LogQuery { Follow = true })).ShouldBe(Numbers(1, 10));
    }

    [Fact]
    public async Task A_follow_can_begin_with_the_tail_and_pick_lines()
    {
        var info = await Start(Scripts.Shell("seq 1 100; while [ ! -e go ]; do sleep 0.02; done; seq 101 200") with { WorkingDirectory = Directory });
        await OutputUntil(info.Id, "\n100\n");
        var picked = Logs(info.Id, new LogQuery { Stream = LogStream.Stdout, Follow = true, Grep = "^1.5$" });
        using var limit = Limited();
        var text = "";
        await foreach (var chunk in Manager.ReadLogsAsync(info.Id, new LogQuery { Stream = LogStream.Stdout, Follow = true, Tail = 2 }, limit.Token))
        {
            if (text.Length == 0)
            {
                await File.WriteAllTextAsync(Path.Combine(Directory, "go"), "", Cancel);
            }

            text += Text([chunk]);
        }

        text.ShouldBe(Numbers(99, 200));
        Text(await picked).ShouldBe("105\n115\n125\n135\n145\n155\n165\n175\n185\n195\n");
    }

    [Fact]
    public async Task A_follow_goes_on_over_the_restarts_of_a_run()
    {
        var info = await Start(Scripts.Shell("echo attempt; exit 1") with
        {
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Max = 2, Delay = TimeSpan.FromMilliseconds(300), Jitter = 0, Factor = 1 },
        });

        Text(await Logs(info.Id, new LogQuery { Stream = LogStream.Stdout, Follow = true })).ShouldBe("attempt\nattempt\nattempt\n");
    }

    [Fact]
    public async Task A_follow_ends_when_its_process_is_removed()
    {
        var info = await StartSaying("ready", Scripts.IgnoresTerm);
        var follow = Logs(info.Id, new LogQuery { Stream = LogStream.Stdout, Follow = true });

        await Manager.RemoveAsync(info.Id, new StopOptions { Grace = TimeSpan.Zero }, Cancel);

        // It may have been asked for before or after the removal.
        try
        {
            Text(await follow).ShouldBe("ready\n");
        }
        catch (ProcessManagerException error)
        {
            error.Code.ShouldBe(ErrorCode.NotFound);
        }
    }

    [Fact]
    public async Task Many_can_follow_the_same_log()
    {
        var info = await Start(Scripts.Shell("for i in $(seq 1 20); do seq 1 1000; sleep 0.02; done"));

        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Logs(info.Id, new LogQuery { Stream = LogStream.Stdout, Follow = true })));

        var expected = string.Concat(Enumerable.Repeat(Numbers(1, 1000), 20));
        all.ShouldAllBe(chunks => Text(chunks) == expected);
    }

    private static string Numbers(int first, int last) => string.Concat(Enumerable.Range(first, last - first + 1).Select(number => $"{number}\n"));
}
