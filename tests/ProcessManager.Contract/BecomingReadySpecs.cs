using System.Net;
using System.Net.Sockets;
using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>What makes a process ready.</summary>
public abstract class BecomingReadySpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task A_line_of_its_output_makes_it_ready()
    {
        var info = await Start(Scripts.Shell("echo starting; while [ ! -e go ]; do sleep 0.02; done; echo listening on 80; exec sleep 1000") with
        {
            WorkingDirectory = Directory,
            Ready = new ReadySpec { By = ReadyBy.LogLine, LogLine = "^listening on \\d+$" },
        });
        (info.Phase, info.Ready).ShouldBe((Phase.Starting, false));
        await OutputUntil(info.Id, "starting");
        await Refused(ErrorCode.DeadlineExceeded, () => Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Ready, Timeout = TimeSpan.FromMilliseconds(100) }, Cancel));

        await File.WriteAllTextAsync(Path.Combine(Directory, "go"), "", Cancel);
        var ready = await Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Ready }, Cancel);
        (ready.Phase, ready.Ready, ready.Healthy).ShouldBe((Phase.Running, true, true));
        (await EventsUntil(info.Id, EventType.Ready)).ShouldTell(EventType.Started, EventType.Ready);
    }

    [Fact]
    public async Task A_port_that_takes_connections_makes_it_ready()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var info = await Start(Scripts.Sleeps with { Ready = new ReadySpec { By = ReadyBy.Port, Port = port } });
        (await Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();
    }

    [Fact]
    public async Task One_that_is_not_ready_in_time_ends_as_unhealthy()
    {
        var info = await Start(Scripts.Sleeps with
        {
            Ready = new ReadySpec { By = ReadyBy.LogLine, LogLine = "never", Timeout = TimeSpan.FromMilliseconds(300) },
        });
        var down = await Ended(info.Id);
        down.ShouldBeDown(EndReason.Unhealthy).LastError.ShouldBe(new ErrorInfo(ErrorCode.DeadlineExceeded, "it wasn't ready within 0.3s"));
        (await Manager.GetRunsAsync(info.Id, Cancel)).ShouldHaveSingleItem().Error.ShouldBe(down.LastError);
        (await EventsUntil(info.Id, EventType.Terminated)).Select(seen => seen.Type).ShouldNotContain(EventType.Ready);
    }

    [Fact]
    public async Task Who_waits_for_one_that_ends_before_it_is_ready_is_answered()
    {
        var info = await Start(Scripts.Shell("sleep 0.2; exit 3") with { Ready = new ReadySpec { By = ReadyBy.Notify } });
        (await Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).ExitCode.ShouldBe(3);
    }

    [Fact]
    public async Task Whatever_waits_to_be_ready_can_be_signalled_and_stopped()
    {
        var info = await Start(Scripts.Sleeps with { Ready = new ReadySpec { By = ReadyBy.Notify } });
        await Manager.SuspendAsync(info.Id, Cancel);
        await Manager.ResumeAsync(info.Id, Cancel);
        (await Stopped(info.Id)).ShouldBeDown(EndReason.Stopped);
    }

    [Fact]
    public async Task Whoever_starts_it_again_is_answered_when_its_child_runs()
    {
        var info = await Start(Scripts.Sleeps with { Ready = new ReadySpec { By = ReadyBy.Notify } });
        (await Manager.StartAsync(info.Id, Cancel)).OsPid.ShouldBe(info.OsPid);
        var next = await Manager.RestartAsync(info.Id, new StopOptions { Wait = true }, Cancel);
        (next.Phase, next.Run).ShouldBe((Phase.Starting, 2));
        next.OsPid.ShouldNotBe(info.OsPid);
    }
}
