using System.Globalization;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

public sealed class ExitWatcherSpecs : IDisposable
{
    private readonly SpawnLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(255)]
    public async Task An_exit_code_is_told(int code)
    {
        var (status, _) = await _lab.RunAsync(_lab.Request("/bin/sh", "-c", string.Create(CultureInfo.InvariantCulture, $"exit {code}")));

        status.ShouldBe(new ExitStatus.Code(code));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    [InlineData("PIPE")]
    [InlineData("USR1")]
    public async Task A_signal_is_told(string name)
    {
        Signal.TryParse(name, out var signal).ShouldBeTrue();

        var (status, _) = await _lab.RunAsync(_lab.Request("/bin/sh", "-c", $"kill -{name} $$"));

        status.ShouldBe(new ExitStatus.BySignal(signal, CoreDumped: false));
    }

    [Fact]
    public async Task A_core_dump_is_told()
    {
        var pattern = await File.ReadAllTextAsync("/proc/sys/kernel/core_pattern");
        Assert.SkipWhen(pattern.StartsWith('|'), "Cores go to a program here.");
        var request = _lab.Request("/bin/sh", "-c", "kill -ABRT $$") with { Limits = new Dictionary<string, ResourceLimit> { ["core"] = new(null, null) } };

        (await _lab.RunAsync(request)).Status.ShouldBe(new ExitStatus.BySignal(new Signal(6), CoreDumped: true));
    }

    [Fact]
    public async Task One_that_ended_before_it_was_watched_is_told_all_the_same()
    {
        var spawned = await _lab.StartAsync(_lab.Request("/bin/sh", "-c", "exit 3"));
        for (ProcStat stat = default; stat.State != 'Z';)
        {
            ProcStat.TryRead(spawned.Child.OsPid, out stat).ShouldBeTrue();
            await Task.Yield();
        }

        (await _lab.EndAsync(spawned)).ShouldBe(new ExitStatus.Code(3));
    }

    [Fact]
    public async Task The_pidfd_may_be_disposed_of_while_it_is_watched()
    {
        var spawned = await _lab.StartAsync(_lab.Request("sleep", "600"));
        using var killer = PidFd.Open(spawned.Child).ShouldNotBeNull();
        var end = new TaskCompletionSource<ExitStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        _lab.Watcher.Watch(spawned.PidFd, ours: true, (status, _) => end.SetResult(status));

        spawned.PidFd.Dispose();
        killer.SendSignal(Signal.Term);

        (await end.Task.WaitAsync(SpawnLab.Patience)).ShouldBe(new ExitStatus.BySignal(Signal.Term, CoreDumped: false));
    }

    [Fact]
    public async Task A_watch_that_was_ended_tells_nothing()
    {
        var spawned = await _lab.StartAsync(_lab.Request("sleep", "600"));
        var told = 0;
        _lab.Watcher.Watch(spawned.PidFd, ours: true, (_, _) => Interlocked.Increment(ref told)).Dispose();

        spawned.PidFd.SendSignal(Signal.Kill);

        (await _lab.EndAsync(spawned)).ShouldBe(new ExitStatus.BySignal(Signal.Kill, CoreDumped: false));
        told.ShouldBe(0);
    }

    [Fact]
    public async Task Those_that_the_kernel_has_no_room_to_watch_are_told_all_the_same()
    {
        using var watcher = new ExitWatcher(TimeProvider.System, new EpollSet(full: true));
        var ends = new List<Task<ExitStatus>>();
        foreach (var line in new[] { "exit 3", "sleep 0.2; exit 4", "kill -KILL $$" })
        {
            var spawned = await _lab.StartAsync(_lab.Request("/bin/sh", "-c", line));
            var end = new TaskCompletionSource<ExitStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
            watcher.Watch(spawned.PidFd, ours: true, (status, _) => end.SetResult(status));
            spawned.PidFd.Dispose();
            ends.Add(end.Task);
        }

        (await Task.WhenAll(ends).WaitAsync(SpawnLab.Patience))
            .ShouldBe([new ExitStatus.Code(3), new ExitStatus.Code(4), new ExitStatus.BySignal(Signal.Kill, CoreDumped: false)]);
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("exit 0", 0)]
    public async Task The_status_of_one_that_isnt_ours_is_read_while_its_parent_hasnt_collected_it(string line, int code)
    {
        var adopted = await GrandchildAsync(line, collects: false);

        (await adopted.End.WaitAsync(SpawnLab.Patience)).ShouldBe(new ExitStatus.Code(code));

        await adopted.FinishAsync();
    }

    [Fact]
    public async Task The_status_of_one_that_isnt_ours_is_never_guessed_when_its_parent_collects_it()
    {
        var adopted = await GrandchildAsync("exit 7", collects: true);

        // The kernel tells from Linux 6.15 on; where it doesn't, unknown is the only honest answer.
        var status = await adopted.End.WaitAsync(SpawnLab.Patience);
        (status is ExitStatus.Code { Value: 7 } or ExitStatus.Unknown).ShouldBeTrue(status.ToString());
        if (Environment.OSVersion.Version >= new Version(6, 15))
        {
            status.ShouldBe(new ExitStatus.Code(7));
        }

        await adopted.FinishAsync();
    }

    /// <summary>A child's child: ours to watch and not to wait for. Its parent collects it at once, or only at its own end.</summary>
    private async Task<(Task<ExitStatus> End, Func<Task> FinishAsync)> GrandchildAsync(string line, bool collects)
    {
        // Ends when "go" is written to; the shell waits for it or sleeps instead (exec: it no longer collects).
        await _lab.ScriptAsync("grandchild", $"#!/bin/sh\nread x < go\n{line}\n");
        await _lab.ScriptAsync("parent", $"#!/bin/sh\n./grandchild & echo $! > pid.new; mv pid.new pid\n{(collects ? "wait; " : "")}exec sleep 600\n");
        Libc.MkFifo(_lab.PathOf("go"), 0x1B6).ShouldBe(0);
        var parent = await _lab.StartAsync(_lab.Request("./parent"));
        while (!File.Exists(_lab.PathOf("pid")))
        {
            await Task.Yield();
        }

        var pid = int.Parse(await File.ReadAllTextAsync(_lab.PathOf("pid")), CultureInfo.InvariantCulture);
        var process = PidFd.Open(ChildIdentities.Read(pid).ShouldNotBeNull()).ShouldNotBeNull();
        var end = new TaskCompletionSource<ExitStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        _lab.Watcher.Watch(process, ours: false, (status, _) => end.SetResult(status));
        await File.WriteAllTextAsync(_lab.PathOf("go"), "go\n");
        return (end.Task, async () =>
        {
            process.Dispose();
            parent.PidFd.SendSignal(Signal.Kill);
            await _lab.EndAsync(parent);
        }
        );
    }
}
