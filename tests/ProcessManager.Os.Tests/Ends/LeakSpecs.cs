using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class Alone;

/// <summary>Counts what the whole process has, so nothing else may run meanwhile.</summary>
[Collection("Alone")]
public sealed class LeakSpecs
{
    [Fact]
    public async Task A_thousand_children_leave_nothing_behind()
    {
        using (var lab = new SpawnLab())
        {
            await RunAsync(lab, 64);
            var before = Counts();

            await RunAsync(lab, 1000);

            var after = Counts();
            after.Descriptors.ShouldBe(before.Descriptors);
            after.Zombies.ShouldBe(0);

            // The pool's own come and go.
            after.Threads.ShouldBeLessThanOrEqualTo(before.Threads + 4);
        }
    }

    [Fact]
    public async Task A_spawner_and_a_watcher_leave_nothing_behind()
    {
        using (var first = new SpawnLab())
        {
            await RunAsync(first, 16);
        }

        var before = Counts();
        for (var i = 0; i < 10; i++)
        {
            using var lab = new SpawnLab();
            await RunAsync(lab, 4);
        }

        Counts().Descriptors.ShouldBe(before.Descriptors);
        Counts().Threads.ShouldBeLessThanOrEqualTo(before.Threads + 4);
    }

    private static async Task RunAsync(SpawnLab lab, int count)
    {
        foreach (var batch in Enumerable.Range(0, count).Chunk(16))
        {
            var ends = await Task.WhenAll(batch.Select(async number =>
            {
                var request = (number % 4) switch
                {
                    0 => lab.Request("/bin/sh", "-c", "exit 9"),
                    1 => lab.Request("no-such-command"),
                    2 => lab.Request("true") with { NoNewPrivileges = number % 32 == 2, MarkerPath = lab.PathOf(Guid.NewGuid().ToString("N")) },
                    _ => lab.Request("/bin/sh", "-c", "kill -9 $$"),
                };
                return await lab.Spawner.SpawnAsync(request) is SpawnOutcome.Spawned spawned ? await lab.EndAsync(spawned) : null;
            }));
            for (var i = 0; i < ends.Length; i++)
            {
                ends[i].ShouldBe((batch[i] % 4) switch
                {
                    0 => new ExitStatus.Code(9),
                    1 => null,
                    2 => new ExitStatus.Code(0),
                    _ => new ExitStatus.BySignal(Signal.Kill, CoreDumped: false),
                });
            }
        }
    }

    private static (int Descriptors, int Threads, int Zombies) Counts()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var zombies = Directory.GetDirectories("/proc").Count(folder => int.TryParse(Path.GetFileName(folder), out var pid)
            && ProcStat.TryRead(pid, out var stat) && stat.ParentPid == Environment.ProcessId && stat.State == 'Z');
        return (Directory.GetFiles("/proc/self/fd").Length, Directory.GetDirectories("/proc/self/task").Length, zombies);
    }
}
