using System.Net;
using System.Net.Sockets;
using ProcessManager.Contract;
using ProcessManager.Embedded.Tests.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests.Stacks;

/// <summary>200 processes in ten layers; each waits for three of the layer before.</summary>
public sealed class LargeStackSpecs(EmbeddedHost host) : ManagerSpecs(host)
{
    private const int Layers = 10;
    private const int Width = 20;

    /// <summary>From its start until a process is first asked whether it is ready: each layer takes that long, whatever is done at the same time.</summary>
    private static readonly TimeSpan Warming = TimeSpan.FromMilliseconds(300);

    private readonly string _name = $"large-{Guid.NewGuid().ToString("N")[..8]}";

    [Fact]
    public async Task It_comes_up_in_parallel_and_goes_down_in_reverse_under_one_deadline()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var answering = AnswerAsync(listener);
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        (await Manager.Stacks.UpAsync(Stack((_, _) => Probed(port)), Cancel)).Success.ShouldBeTrue();
        await Task.WhenAll(Enumerable.Range(0, Width).Select(i => Manager.WaitAsync(Id(Layers - 1, i), new WaitOptions { For = WaitFor.Ready }, Cancel)));
        var took = clock.GetElapsedTime(began);

        // On a machine of its own it is within 2 s of its longest chain. One after another it would be a minute.
        took.ShouldBeLessThan((Warming * Layers) + TimeSpan.FromSeconds(15));
        var up = (await Manager.Stacks.GetAsync(_name, Cancel)).Processes;
        up.Count.ShouldBe(Layers * Width);
        up.ShouldAllBe(info => info.Ready && info.Healthy);
        TestContext.Current.TestOutputHelper?.WriteLine($"up in {took}");
        var started = up.ToDictionary(info => info.Id, info => info.StartedAt!.Value);
        Each((from, to) => started[from].ShouldBeGreaterThanOrEqualTo(started[to], $"{from} waits for {to}"));

        began = clock.GetTimestamp();
        var down = await Manager.Stacks.DownAsync(_name, null, Cancel);
        TestContext.Current.TestOutputHelper?.WriteLine($"down in {clock.GetElapsedTime(began)}");
        down.Success.ShouldBeTrue();
        down.Processes.ShouldAllBe(one => one.Info!.Reason == EndReason.Stopped);
        var ended = down.Processes.ToDictionary(one => one.Id, one => one.Info!.EndedAt!.Value);
        Each((from, to) => ended[to].ShouldBeGreaterThanOrEqualTo(ended[from], $"{from} waits for {to}"));
        listener.Stop();
        await answering;
    }

    [Fact]
    public async Task A_member_that_fails_fails_all_above_it_at_once_each_naming_it()
    {
        // What the first layer has to do before it is done is to fail, when it is told.
        var release = Path.Combine(Directory, "release");
        var failing = Scripts.Shell($"while [ ! -e '{release}' ]; do sleep 0.02; done; exit 3");
        await Manager.Stacks.UpAsync(
            Stack((layer, i) => (layer, i) == (0, 0) ? failing : layer == 0 ? Scripts.Exits(0) : Scripts.Sleeps, DependencyCondition.CompletedSuccessfully), Cancel);

        await File.WriteAllTextAsync(release, "", Cancel);

        var first = await Ended(Id(0, 0));
        var direct = await Ended(Id(1, 0));
        direct.Reason.ShouldBe(EndReason.DependencyFailed);
        direct.LastError!.Message.ShouldBe($"its dependency \"{Id(0, 0)}\" exited with 3 (Failed)");
        (direct.EndedAt!.Value - first.EndedAt!.Value).ShouldBeLessThan(TimeSpan.FromSeconds(1)); // Some 5 ms on a machine of its own.
        var last = await Ended(Id(Layers - 1, 0));
        last.LastError!.Message.ShouldContain($"\"{Id(0, 0)}\" exited with 3");
        TestContext.Current.TestOutputHelper?.WriteLine($"direct after {direct.EndedAt!.Value - first.EndedAt!.Value}, the last layer after {last.EndedAt!.Value - first.EndedAt.Value}");
    }

    /// <summary>Takes connections, and hangs up.</summary>
    private static async Task AnswerAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptSocketAsync(Cancel);
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static ProcessSpec Probed(int port) => Scripts.Sleeps with
    {
        Health = new HealthSpec { Readiness = new ProbeSpec { Target = new ProbeTarget.Tcp(port) { Host = "127.0.0.1" }, InitialDelay = Warming, Interval = TimeSpan.FromSeconds(1) } },
    };

    private StackSpec Stack(Func<int, int, ProcessSpec> make, DependencyCondition? condition = null) => new(
        _name,
        [
            .. Enumerable.Range(0, Layers * Width).Select(at => make(at / Width, at % Width) with
            {
                Id = Id(at / Width, at % Width),
                Group = _name,
                DependsOn = [.. Below(at / Width, at % Width).Select(below => new Dependency(below, condition))],
            }),
        ]);

    private IEnumerable<ProcessId> Below(int layer, int i) => layer == 0 ? [] : Enumerable.Range(0, 3).Select(k => Id(layer - 1, (i + (k * 7)) % Width));

    private void Each(Action<ProcessId, ProcessId> edge)
    {
        for (var at = Width; at < Layers * Width; at++)
        {
            foreach (var on in Below(at / Width, at % Width))
            {
                edge(Id(at / Width, at % Width), on);
            }
        }
    }

    private ProcessId Id(int layer, int i) => ProcessId.Parse($"{_name}.l{layer}-{i}");
}
