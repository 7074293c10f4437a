using System.Diagnostics;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests.Metrics;

public sealed class MetricsSpecs : IDisposable
{
    private static readonly ProcessId Id = ProcessId.Parse("app");

#pragma warning disable RS0030 // Any process will do: what is measured here needn't be a child of the code under test.
    private readonly List<Process> _started = [];

    public void Dispose()
    {
        foreach (var process in _started)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    private ChildIdentity Start(string script)
    {
        var process = Process.Start(new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", script }, RedirectStandardOutput = true, UseShellExecute = false })!;
        _started.Add(process);
        process.StandardOutput.ReadLine().ShouldBe("ready");
        return ChildIdentities.Read(process.Id)!;
    }
#pragma warning restore RS0030

    [Fact]
    public async Task Cpu_percent_is_of_the_time_since_the_sample_before()
    {
        var busy = Start("echo ready; while :; do :; done");
        var idle = Start("echo ready; exec sleep 1000");
        var trees = new Dictionary<ProcessId, IReadOnlyList<ChildIdentity>> { [Id] = [busy], [ProcessId.Parse("idle")] = [idle] };
        var sampler = new ProcSampler(TimeProvider.System);

        sampler.Sample(trees)[Id].CpuPercent.ShouldBe(0);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        var samples = sampler.Sample(trees);
        samples[Id].CpuPercent.ShouldBeInRange(5, 130, "a busy loop on a busy machine");
        samples[Id].CpuSeconds.ShouldBeGreaterThan(0);
        samples[ProcessId.Parse("idle")].CpuPercent.ShouldBeLessThan(5);
    }

    [Fact]
    public void A_tree_is_the_sum_of_its_living_members()
    {
        var one = Start("echo ready; exec sleep 1000");
        var other = Start("echo ready; exec sleep 1000");
        var stranger = one with { StartTicks = one.StartTicks - 1 };
        var sampler = new ProcSampler(TimeProvider.System);

        var alone = Sample(sampler, one);
        var both = Sample(sampler, one, other, stranger);
        both.Children.ShouldBe(1);
        both.Threads.ShouldBe(2);
        alone.MemoryBytes.ShouldBeGreaterThan(64 << 10);
        both.MemoryBytes.ShouldBeGreaterThan(alone.MemoryBytes);
        both.Descriptors.ShouldBeNull();
        sampler.Sample(Trees(one), descriptors: true)[Id].Descriptors!.Value.ShouldBeGreaterThanOrEqualTo(3);
        sampler.Sample(Trees(stranger)).ShouldBeEmpty();
    }

    [Fact]
    public void Bytes_for_the_storage_are_counted()
    {
        var file = Path.GetTempFileName();
        try
        {
            // A builtin of the shell writes, so that it is the shell's own count.
            var writer = Start($"exec 3>'{file}'; i=0; while [ $i -lt 100 ]; do echo {new string('x', 4000)} >&3; i=$((i+1)); done; echo ready; exec sleep 1000");
            Sample(new ProcSampler(TimeProvider.System), writer).WrittenBytes.ShouldBeGreaterThan(0);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void The_status_of_a_child_is_read_now()
    {
        var child = Start("echo ready; exec sleep 1000");

        // In the middle of its exec it has next to nothing.
        SpinWait.SpinUntil(() => OsStatusReader.Read(child) is { State: OsState.Sleeping, MemoryBytes: > 64 << 10 }, TimeSpan.FromSeconds(30));
        var status = OsStatusReader.Read(child);
        status.State.ShouldBeOneOf(OsState.Sleeping, OsState.Running);
        status.OsPid.ShouldBe(child.OsPid);
        status.ParentOsPid.ShouldBe(Environment.ProcessId);
        status.Uids.Count.ShouldBe(4);
        status.Gids.Count.ShouldBe(4);
        status.Threads.ShouldBe(1);
        status.MemoryBytes!.Value.ShouldBeGreaterThan(64 << 10);
        status.VoluntaryContextSwitches.ShouldNotBeNull();
        status.InvoluntaryContextSwitches.ShouldNotBeNull();
    }

    [Fact]
    public void A_stopped_child_says_so()
    {
        var child = Start("echo ready; kill -STOP $$");
        SpinWait.SpinUntil(() => OsStatusReader.Read(child).State == OsState.Stopped, TimeSpan.FromSeconds(30))
            .ShouldBeTrue($"seen: {OsStatusReader.Read(child).State}");
    }

    [Fact]
    public void One_that_has_gone_and_one_whose_number_was_reused_and_one_of_another_boot_are_terminated()
    {
        var child = Start("echo ready; exec sleep 1000");
        OsStatusReader.Read(child with { StartTicks = child.StartTicks + 1 }).State.ShouldBe(OsState.Terminated);
        OsStatusReader.Read(child with { BootId = "another" }).State.ShouldBe(OsState.Terminated);
        OsStatusReader.Read(child with { OsPid = 4_194_304 }).ShouldBe(new OsStatus { State = OsState.Terminated });
    }

    [Theory]
    [InlineData('R', OsState.Running)]
    [InlineData('S', OsState.Sleeping)]
    [InlineData('D', OsState.DiskSleep)]
    [InlineData('T', OsState.Stopped)]
    [InlineData('t', OsState.TracingStop)]
    [InlineData('Z', OsState.Zombie)]
    [InlineData('I', OsState.Idle)]
    [InlineData('X', OsState.Terminated)]
    [InlineData('?', OsState.Unavailable)]
    public void Each_letter_of_the_kernel_has_its_state(char letter, OsState state) => OsStatusReader.FromLetter(letter).ShouldBe(state);

    private static TreeMetrics Sample(ProcSampler sampler, params ChildIdentity[] members) => sampler.Sample(Trees(members))[Id];

    private static Dictionary<ProcessId, IReadOnlyList<ChildIdentity>> Trees(params ChildIdentity[] members) => new() { [Id] = members };
}
