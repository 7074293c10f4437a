using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

/// <summary>Alone: the limit is the whole process', and low descriptors are taken from everybody.</summary>
[Collection("Alone")]
public sealed class OpenFileLimitSpecs
{
    [Fact]
    public async Task A_child_gets_the_soft_limit_that_the_manager_was_started_with()
    {
        using var lab = new SpawnLab(OpenFileLimit.For(512));
        var own = await File.ReadAllTextAsync("/proc/self/limits");

        var child = await lab.ShAsync("cat /proc/self/limits");

        ChildSpecs.Limit(child, "Max open files").Soft.ShouldBe("512");
        ChildSpecs.Limit(child, "Max open files").Hard.ShouldBe(ChildSpecs.Limit(own, "Max open files").Hard);
        ChildSpecs.Limit(await File.ReadAllTextAsync("/proc/self/limits"), "Max open files").ShouldBe(ChildSpecs.Limit(own, "Max open files"));
    }

    [Fact]
    public async Task A_child_gets_it_too_when_low_descriptors_are_taken_and_nobody_runs_out_of_them()
    {
        using var lab = new SpawnLab(OpenFileLimit.For(512));
        var taken = new List<int>();
        try
        {
            for (int fd; (fd = Libc.Open("/dev/null", Libc.O_RDONLY | Libc.O_CLOEXEC, 0)) is >= 0 and < 600; taken.Add(fd))
            {
            }

            await WithAnotherThreadThatOpensFilesAsync(async () =>
            {
                for (var i = 0; i < 20; i++)
                {
                    ChildSpecs.Limit(await lab.ShAsync("cat /proc/self/limits"), "Max open files").Soft.ShouldBe("512");
                }
            });
        }
        finally
        {
            taken.ForEach(fd => _ = Libc.Close(fd));
        }
    }

    [Fact]
    public async Task More_children_than_the_lowered_limit_leave_low_descriptors_free()
    {
        using var lab = new SpawnLab(OpenFileLimit.For(512));
        var children = new List<SpawnOutcome.Spawned>();
        try
        {
            await WithAnotherThreadThatOpensFilesAsync(async () =>
            {
                foreach (var batch in Enumerable.Range(0, 600).Chunk(16))
                {
                    children.AddRange(await Task.WhenAll(batch.Select(_ => lab.StartAsync(lab.Request("/bin/sleep", "600")))));
                }
            });
        }
        finally
        {
            children.ForEach(child => child.PidFd.SendSignal(Signal.Kill));
            await Task.WhenAll(children.Select(child => lab.EndAsync(child)));
        }

        children.Count.ShouldBe(600);
    }

    private static async Task WithAnotherThreadThatOpensFilesAsync(Func<Task> work)
    {
        var failures = 0;
        using var over = new CancellationTokenSource();
        var opener = new Thread(() =>
        {
            while (!over.IsCancellationRequested)
            {
                var fd = Libc.Open("/dev/null", Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
                failures += fd < 0 ? 1 : 0;
                _ = Libc.Close(fd);
            }
        });
        opener.Start();
        try
        {
            await work();
        }
        finally
        {
            await over.CancelAsync();
            opener.Join();
        }

        failures.ShouldBe(0);
    }
}
