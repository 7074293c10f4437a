using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class AttachSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private const string Sleeps = "exec sleep 1000";

    [Fact]
    public async Task It_stands_there_as_it_was_started()
    {
        using var stranger = await Stranger.Start("exec sleep 1000 1");
        await Patience.Until("its own command line", () => File.ReadAllText($"/proc/{stranger.Pid}/cmdline").StartsWith("sleep", StringComparison.Ordinal));

        var info = await Attach(stranger);

        info.ShouldBeRunning().OsPid.ShouldBe(stranger.Pid);
        (info.Command, info.Args.ToString(), info.Attached).ShouldBe(("sleep", "1000 1", true));
        info.StartedAt.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(info.CreatedAt);
        info.Lifetime.ShouldBe(Lifetime.Keep);
        (await Manager.GetAsync(info.Id, Cancel)).OsPid.ShouldBe(stranger.Pid);
        (await EventsUntil(info.Id, EventType.Ready)).ShouldTell(EventType.Created, EventType.Attached, EventType.Ready);
    }

    [Fact]
    public async Task It_is_signalled_and_measured_like_any_other()
    {
        using var stranger = await Stranger.Start("sleep 1000 & wait");
        await Patience.Until("its child", () => stranger.Children().Count == 1);
        var info = await Attach(stranger);

        (await Manager.GetMetricsAsync(info.Id, Cancel)).Children.ShouldBe(1);
        await Manager.SuspendAsync(info.Id, Cancel);
        await Patience.Until("stopped", () => Manager.GetStatusAsync(info.Id, Cancel), status => status.State == OsState.Stopped);
        await Manager.ResumeAsync(info.Id, Cancel);
        await Patience.Until("going on", () => Manager.GetStatusAsync(info.Id, Cancel), status => status.State != OsState.Stopped);
    }

    [Fact]
    public async Task A_stop_ends_all_that_descends_from_it_and_nobody_else_of_its_session()
    {
        using var shell = await Stranger.Start("sh -c 'sleep 1001 & setsid sleep 1002 & wait' & sleep 1003 & wait");
        await Patience.Until("both children", () => shell.Children().Count == 2);
        var (parent, mate) = (shell.Children()[0], shell.Children()[1]);
        using var family = new Stranger(parent);
        using var bystander = new Stranger(mate);
        await Patience.Until("the family", () => family.Children().Count == 2);
        var members = family.Children();
        var info = await Attach(family);

        (await Stopped(info.Id)).ShouldBeDown(EndReason.Stopped);

        members.ShouldAllBe(member => !member.IsAlive);
        mate.IsAlive.ShouldBeTrue();
        shell.Process.IsAlive.ShouldBeTrue();
    }

    [Fact]
    public async Task Its_end_is_seen_and_its_status_never_guessed()
    {
        using var stranger = await Stranger.Start(Sleeps);
        var info = await Attach(stranger);

        stranger.Process.Signal(Signal.Kill);

        var down = await Ended(info.Id);
        down.IsDown().ShouldBeTrue();
        down.Reason.ShouldBeOneOf(EndReason.Signaled, EndReason.Unknown);
        down.ExitCode.ShouldBe(down.Reason == EndReason.Signaled ? 137 : null);
    }

    [Fact]
    public async Task Without_a_command_nothing_can_be_started_in_its_place()
    {
        using var stranger = await Stranger.Start(Sleeps);
        var info = await Attach(stranger);

        (await Refused(ErrorCode.InvalidState, () => Manager.RestartAsync(info.Id, cancellationToken: Cancel))).Message.ShouldContain("without a command");
        stranger.Process.IsAlive.ShouldBeTrue();
        (await Manager.StartAsync(info.Id, Cancel)).OsPid.ShouldBe(stranger.Pid);
        await Stopped(info.Id);
        await Refused(ErrorCode.InvalidState, () => Manager.StartAsync(info.Id, Cancel));
    }

    [Fact]
    public async Task With_a_command_its_policy_starts_that_in_its_place()
    {
        using var stranger = await Stranger.Start(Sleeps);
        var info = await Attach(stranger.Pid, NewId(), Scripts.Shell("echo mine; exec sleep 1000") with
        {
            Restart = new RestartPolicy { When = RestartWhen.Always, Delay = TimeSpan.FromMilliseconds(10) },
        });

        stranger.Process.Signal(Signal.Kill);

        var ours = await Until(info.Id, "the next attempt", now => now is { Phase: Phase.Running, Attempt: 2 });
        ours.OsPid.ShouldNotBe(stranger.Pid);
        (ours.Attached, ours.RestartCount).ShouldBe((false, 1));
        await OutputUntil(info.Id, "mine");
    }

    [Fact]
    public async Task An_update_with_a_command_puts_that_in_its_place()
    {
        using var stranger = await Stranger.Start(Sleeps);
        var info = await Attach(stranger);
        var spec = await Manager.GetSpecAsync(info.Id, Cancel);

        await Refused(ErrorCode.InvalidState, () => Manager.UpdateAsync(spec with { WorkingDirectory = "/tmp" }, cancellationToken: Cancel));
        (await Manager.UpdateAsync(spec with { Group = "found" }, cancellationToken: Cancel)).OsPid.ShouldBe(stranger.Pid);
        await Manager.UpdateAsync(spec with { Command = "sleep", Args = ["2000"] }, cancellationToken: Cancel);

        var ours = await Until(info.Id, "ours", now => now is { Phase: Phase.Running, Run: 2 });
        (ours.Attached, ours.Args.ToString()).ShouldBe((false, "2000"));
        stranger.Process.IsAlive.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_isn_t_there_or_is_dead_isn_t_found_and_nothing_is_left()
    {
        using var stranger = await Stranger.Start(Sleeps);
        stranger.Process.Signal(Signal.Kill);
        await Patience.Until("dead", () => !stranger.Process.IsAlive);
        var id = NewId();

        await Refused(ErrorCode.NotFound, () => Attach(stranger.Pid, id));
        await Refused(ErrorCode.NotFound, () => Attach(int.MaxValue, id));
        await Refused(ErrorCode.InvalidSpec, () => Attach(0, id));
        await Refused(ErrorCode.InvalidSpec, () => Attach(1, id));
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(id, Cancel));
    }

    [Fact]
    public async Task What_is_managed_already_is_refused()
    {
        using var stranger = await Stranger.Start(Sleeps);
        var attached = await Attach(stranger);
        var ours = await StartSaying("ready", Scripts.Shell("sleep 1000 & echo $!; echo ready; wait"));
        var child = int.Parse((await Output(ours.Id)).Split('\n')[0], System.Globalization.CultureInfo.InvariantCulture);

        foreach (var (pid, node) in new[] { (stranger.Pid, attached.Node), (ours.OsPid!.Value, ours.Node), (child, ours.Node) })
        {
            (await Refused(ErrorCode.AlreadyExists, () => Attach(pid, NewId(), node: node))).Message.ShouldContain("managed already");
        }

        using var other = await Stranger.Start(Sleeps);
        await Refused(ErrorCode.AlreadyExists, () => Attach(other.Pid, attached.Id));
        other.Process.IsAlive.ShouldBeTrue();
    }

    [Fact]
    public async Task Of_many_that_attach_the_same_one_one_wins()
    {
        using var stranger = await Stranger.Start(Sleeps);
        var ids = Enumerable.Range(0, 6).Select(_ => NewId()).ToList();

        var outcomes = await Task.WhenAll(ids.Select(async id =>
        {
            try
            {
                return (await Attach(stranger.Pid, id)).Id;
            }
            catch (ProcessManagerException late) when (late.Code == ErrorCode.AlreadyExists)
            {
                return default(ProcessId?);
            }
        }));

        var winner = outcomes.Single(id => id is not null)!.Value;
        foreach (var id in ids.Where(id => id != winner))
        {
            await Refused(ErrorCode.NotFound, () => Manager.GetAsync(id, Cancel));
        }

        (await Manager.GetAsync(winner, Cancel)).OsPid.ShouldBe(stranger.Pid);
    }

    [Fact]
    public async Task It_has_no_output_here()
    {
        using var stranger = await Stranger.Start(Sleeps);
        var info = await Attach(stranger);

        (await Refused(ErrorCode.InvalidState, () => Logs(info.Id, new LogQuery()))).Message.ShouldContain("attached");
    }

    [Fact]
    public async Task What_makes_no_sense_of_one_that_runs_already_is_refused_with_its_path()
    {
        using var stranger = await Stranger.Start(Sleeps);

        await Refused("restart.when", new ProcessSpec { Command = "", Restart = new RestartPolicy { When = RestartWhen.Always } });
        await Refused("args", new ProcessSpec { Command = "", Args = ["x"] });
        await Refused("lifetime", new ProcessSpec { Command = "true", Lifetime = Lifetime.WithManager });
        stranger.Process.IsAlive.ShouldBeTrue();

        async Task Refused(string path, ProcessSpec spec) =>
            (await ManagerSpecs.Refused(ErrorCode.InvalidSpec, () => Attach(stranger.Pid, NewId(), spec))).Faults.ShouldContain(fault => fault.Path == path);
    }

    [Fact]
    public async Task A_sync_leaves_it_alone()
    {
        using var stranger = await Stranger.Start(Sleeps);
        var group = NewId().Value;
        var attached = await Attach(stranger.Pid, NewId(), new ProcessSpec { Command = "", Group = group });
        var declared = await Start(Scripts.Sleeps with { Group = group });
        await Patience.Until(
            "both of the group", () => Manager.ListAsync(new ProcessQuery { Group = group }, Cancel), page => page.Items.Count == 2);

        (await Manager.SyncKnownAsync(new SyncScope { Group = group, Known = [] }, Cancel)).Orphans.ShouldBe([declared.Id]);

        (await Manager.GetAsync(attached.Id, Cancel)).OsPid.ShouldBe(stranger.Pid);
    }

    private Task<ProcessInfo> Attach(Stranger stranger) => Attach(stranger.Pid, NewId());

    /// <summary>On a cluster a node has to be named.</summary>
    private async Task<ProcessInfo> Attach(int osPid, ProcessId id, ProcessSpec? spec = null, string? node = null) => await Manager.AttachAsync(
        osPid, id, (spec ?? new ProcessSpec { Command = "" }) with { Node = node ?? (await Manager.GetNodesAsync(Cancel))[0].Name }, Cancel);
}
