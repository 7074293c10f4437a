using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class LogSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task Both_streams_are_kept_apart()
    {
        var id = await Ran(Scripts.Shell("echo out; echo err >&2"));

        (await Output(id)).ShouldBe("out\n");
        (await Output(id, LogStream.Stderr)).ShouldBe("err\n");
        var both = await Logs(id, new LogQuery());
        Text(both.Where(chunk => chunk.Stream == LogStream.Stdout)).ShouldBe("out\n");
        Text(both.Where(chunk => chunk.Stream == LogStream.Stderr)).ShouldBe("err\n");
    }

    [Fact]
    public async Task Offsets_are_true_and_one_can_go_on_from_any_of_them()
    {
        var id = await Ran(Scripts.Counts(30_000));
        var whole = await OutputBytes(id);

        var chunks = await Logs(id, new LogQuery { Stream = LogStream.Stdout });
        long at = 0;
        foreach (var chunk in chunks)
        {
            chunk.Offset.ShouldBe(at);
            at += chunk.Bytes.Length;
        }

        at.ShouldBe(whole.Length);
        foreach (var offset in new long[] { 0, 1, 6, whole.Length / 2, whole.Length - 1, whole.Length })
        {
            var rest = await Logs(id, new LogQuery { Stream = LogStream.Stdout, Offset = offset });
            Text(rest).ShouldBe(Encoding.UTF8.GetString(whole.AsSpan((int)offset)), $"from {offset}");
            rest.FirstOrDefault()?.Offset.ShouldBe(offset);
        }
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "5000\n")]
    [InlineData(3, "4998\n4999\n5000\n")]
    public async Task The_tail_is_the_last_lines(int lines, string expected)
    {
        var id = await Ran(Scripts.Counts(5000));

        Text(await Logs(id, new LogQuery { Stream = LogStream.Stdout, Tail = lines })).ShouldBe(expected);
    }

    [Fact]
    public async Task A_tail_of_more_than_there_is_is_all_and_a_last_line_without_end_counts()
    {
        var id = await Ran(Scripts.Shell("printf 'a\\nb\\nc'"));

        Text(await Logs(id, new LogQuery { Stream = LogStream.Stdout, Tail = 100 })).ShouldBe("a\nb\nc");
        Text(await Logs(id, new LogQuery { Stream = LogStream.Stdout, Tail = 2 })).ShouldBe("b\nc");
    }

    [Fact]
    public async Task The_tail_is_of_each_stream()
    {
        var id = await Ran(Scripts.Shell("seq 1 10; seq 11 20 >&2"));

        var both = await Logs(id, new LogQuery { Tail = 2 });

        Text(both.Where(chunk => chunk.Stream == LogStream.Stdout)).ShouldBe("9\n10\n");
        Text(both.Where(chunk => chunk.Stream == LogStream.Stderr)).ShouldBe("19\n20\n");
    }

    [Fact]
    public async Task Since_a_time_are_the_lines_seen_from_then_on()
    {
        var info = await Start(Scripts.Echoes);
        await Manager.WriteStdinAsync(info.Id, "before\n"u8.ToArray(), cancellationToken: Cancel);
        await OutputUntil(info.Id, "before\n");
        var first = (await Logs(info.Id, new LogQuery { Stream = LogStream.Stdout })).First().Time;
        await Patience.Until("a later moment", () => TimeProvider.System.GetUtcNow() > first.AddSeconds(1.5));

        await Manager.WriteStdinAsync(info.Id, "after\n"u8.ToArray(), cancellationToken: Cancel);
        await OutputUntil(info.Id, "after\n");

        Text(await Logs(info.Id, new LogQuery { Stream = LogStream.Stdout, Since = first })).ShouldBe("before\nafter\n");
        await Patience.Until(
            "only what came later",
            async () => Text(await Logs(info.Id, new LogQuery { Stream = LogStream.Stdout, Since = first.AddSeconds(1.2) })),
            text => text == "after\n");
        Text(await Logs(info.Id, new LogQuery { Stream = LogStream.Stdout, Since = TimeProvider.System.GetUtcNow().AddHours(1) })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Grep_gives_the_lines_that_match()
    {
        var id = await Ran(Scripts.Counts(2000));

        Text(await Logs(id, new LogQuery { Stream = LogStream.Stdout, Grep = "^19.0$" })).ShouldBe(
            string.Concat(Enumerable.Range(0, 10).Select(digit => $"19{digit}0\n")));
        Text(await Logs(id, new LogQuery { Stream = LogStream.Stdout, Grep = "nothing like it" })).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_query_that_makes_no_sense_is_refused()
    {
        var id = await Ran(Scripts.Exits(0));

        foreach (var query in new[]
        {
            new LogQuery { Grep = "(" },
            new LogQuery { Tail = -1 },
            new LogQuery { Stream = LogStream.Stdout, Offset = -1 },
            new LogQuery { Offset = 5 },
        })
        {
            await Refused(ErrorCode.InvalidSpec, () => Logs(id, query));
        }
    }

    [Fact]
    public async Task What_never_ran_has_an_empty_log()
    {
        var info = await Declare(Scripts.Sleeps);

        (await Logs(info.Id, new LogQuery())).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_log_goes_on_over_attempts_and_runs()
    {
        var info = await Start(Scripts.Shell("echo attempt; exit 1") with
        {
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Max = 1, Delay = TimeSpan.FromMilliseconds(20) },
        });
        await Ended(info.Id);
        await Manager.StartAsync(info.Id, Cancel);
        await Ended(info.Id);

        (await Output(info.Id)).ShouldBe("attempt\nattempt\nattempt\nattempt\n");
    }

    [Fact]
    public async Task Merged_output_is_one_stream_in_the_order_it_was_written()
    {
        var id = await Ran(Scripts.Shell("for i in $(seq 1 200); do echo o$i; echo e$i >&2; done") with
        {
            Output = new OutputSpec { Mode = OutputMode.Merged },
        });

        (await Output(id)).ShouldBe(string.Concat(Enumerable.Range(1, 200).Select(number => $"o{number}\ne{number}\n")));
        (await Output(id, LogStream.Stderr)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Discarded_output_is_nowhere()
    {
        var id = await Ran(Scripts.Shell("echo out; echo err >&2; readlink /proc/self/fd/1 > fd") with
        {
            WorkingDirectory = Directory,
            Output = new OutputSpec { Mode = OutputMode.Discard },
        });

        (await Logs(id, new LogQuery())).ShouldBeEmpty();
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_kept_as_they_are()
    {
        var id = await Ran(Scripts.Shell("printf '\\000\\377\\376\\n\\200'"));

        (await OutputBytes(id)).ShouldBe([0, 0xff, 0xfe, (byte)'\n', 0x80]);
    }

    [Fact]
    public async Task A_child_that_truncates_its_own_output_is_told_of_and_offsets_still_rise()
    {
        var info = await Start(Scripts.Shell("seq 1 1000; read go; echo short > /dev/stdout; read go; echo more; exec sleep 1000") with
        {
            Stdin = new StdinSpec { Mode = StdinMode.Pipe },
        });
        await OutputUntil(info.Id, "\n1000\n");
        var end = (await Logs(info.Id, new LogQuery { Stream = LogStream.Stdout })).Max(chunk => chunk.Offset + chunk.Bytes.Length);

        await Manager.WriteStdinAsync(info.Id, "\n"u8.ToArray(), cancellationToken: Cancel);

        await EventsUntil(info.Id, EventType.LogTruncated);
        await OutputUntil(info.Id, "short\n");
        var after = await Logs(info.Id, new LogQuery { Stream = LogStream.Stdout });
        after.First(chunk => Text([chunk]).Contains("short", StringComparison.Ordinal)).Offset.ShouldBeGreaterThanOrEqualTo(end);
        await Manager.WriteStdinAsync(info.Id, "\n"u8.ToArray(), cancellationToken: Cancel);
        await OutputUntil(info.Id, "short\nmore\n");
    }

    [Fact]
    public async Task Output_over_the_budget_is_freed_at_the_head_and_offsets_stay_true()
    {
        const int Lines = 1_250_000; // 100 MB of 80 bytes each
        var info = await Start(Scripts.Dummy($"fill={Lines}") with { Output = new OutputSpec { Budget = 24 << 20 } });
        await Ended(info.Id);

        var last = await Logs(info.Id, new LogQuery { Stream = LogStream.Stdout, Tail = 1 });
        Text(last).ShouldBe(Lines.ToString("D79") + "\n");
        last[0].Offset.ShouldBe(80L * (Lines - 1));
        var kept = await Patience.Until(
            "no more than the budget",
            async () => (await Logs(info.Id, new LogQuery { Stream = LogStream.Stdout })).Sum(chunk => (long)chunk.Bytes.Length),
            kept => kept <= 40 << 20);
        kept.ShouldBeGreaterThan(1 << 20);
        var first = (await Logs(info.Id, new LogQuery { Stream = LogStream.Stdout })).First();
        Text([first]).ShouldStartWith(((first.Offset / 80) + 1).ToString("D79") + "\n");
    }

    private async Task<ProcessId> Ran(ProcessSpec spec)
    {
        var info = await Start(spec);
        await Ended(info.Id);
        return info.Id;
    }
}
