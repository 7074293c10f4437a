using System.Net.Sockets;
using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

/// <summary>Processes that speak of themselves by sd_notify(3).</summary>
public class NotifySpecs
{
    /// <summary>A child of the shell's, in perl, which every Debian has: its own message by its own process.</summary>
    private const string Perl = """
        use Socket; socket(my $s, AF_UNIX, SOCK_DGRAM, 0); my $a = $ENV{NOTIFY_SOCKET}; $a =~ s/^@/\0/;
        sub say_ { send($s, shift, 0, pack_sockaddr_un($a)) or die $! }
        """;

    [Fact]
    public async Task It_is_ready_when_it_says_so_and_its_words_are_told()
    {
        await using var machine = new Machine();
        await StartAsync(machine, """say_("STATUS=loading"); sleep 1; say_("READY=1\nSTATUS=serving 3 requests\nWHATEVER=5"); sleep 1000""");
        (await machine.WaitForAsync<SupervisorReport.Noticed>("a")).Message.ShouldBe("loading");
        await machine.WaitForAsync<SupervisorReport.BecameReady>("a");
        (await machine.WaitForAsync<SupervisorReport.Noticed>("a")).Message.ShouldBe("serving 3 requests");
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task What_it_said_before_anybody_listened_counts()
    {
        await using var machine = new Machine();
        await machine.StartAsync("a", Spec("say_('READY=1'); open(F, '>said'); sleep 1000") with { WorkingDirectory = machine.Root });
        await Machine.UntilAsync(() => File.Exists(Path.Combine(machine.Root, "said")), () => "It never spoke.");
        Watch(machine);
        await machine.WaitForAsync<SupervisorReport.BecameReady>("a");
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task Any_member_of_its_tree_may_speak_for_it_also_one_that_hides_its_mark()
    {
        await using var machine = new Machine();
        await StartAsync(machine, "if (!fork) { delete $ENV{PROCMAN_RUN}; exec('perl', '-e', $ENV{HELPER}) } sleep 1000", helper: "say_('READY=1'); sleep 1000");
        await machine.WaitForAsync<SupervisorReport.BecameReady>("a");
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task Nobody_else_is_believed()
    {
        await using var machine = new Machine();
        await StartAsync(machine, "open(F, '>address'); print F $ENV{NOTIFY_SOCKET}; close F; rename('address', 'there'); sleep 1000");
        var address = await Machine.ReadAsync(Path.Combine(machine.Root, "there"), text => text.Length > 0);
        address.ShouldBe(Path.Combine(machine.Root, "notify"));
        await machine.StartAsync("other", Spec($"$a = '{address}'; say_('READY=1'); sleep 1000") with { Ready = null });

        Say(address, "READY=1");
        await Machine.UntilAsync(() => machine.Faults.All.Count(fault => fault.Contains("refused")) >= 2, () => string.Join("; ", machine.Faults.All));
        machine.Reports().ShouldNotContain(report => report.Report is SupervisorReport.BecameReady);
        machine.Tell("other", new SupervisorCommand.EndTree(Signal.Kill, KillMode.Tree));
        await machine.WaitForAsync<SupervisorReport.TreeEmpty>("other");
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task It_says_that_it_reloads_and_stops_and_wants_more_time()
    {
        await using var machine = new Machine();
        await StartAsync(machine, "say_('EXTEND_TIMEOUT_USEC=60000000'); sleep 2; say_('RELOADING=1'); sleep 2; say_('STOPPING=1'); sleep 1000");
        var since = TimeProvider.System.GetUtcNow();
        (await machine.WaitForAsync<SupervisorReport.Noticed>("a")).ReadyExtendedTo.ShouldNotBeNull().ShouldBe(since.AddSeconds(60), TimeSpan.FromSeconds(30));
        (await machine.WaitForAsync<SupervisorReport.Noticed>("a")).Stage.ShouldBe(ServiceStage.Reloading);
        (await machine.WaitForAsync<SupervisorReport.Noticed>("a")).Stage.ShouldBe(ServiceStage.Stopping);
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task It_can_hand_over_to_another_member_of_its_tree_whose_end_is_then_its_own()
    {
        await using var machine = new Machine();
        await StartAsync(machine, """
            if (!($p = fork)) { setpgrp; sleep 1 while 1 } say_("MAINPID=1"); say_("MAINPID=$p"); say_('READY=1'); select(undef, undef, undef, 0.05) until -e 'go'; exit 0
            """);
        var other = (await machine.WaitForAsync<SupervisorReport.MainChanged>("a")).Child;
        await machine.WaitForAsync<SupervisorReport.BecameReady>("a");
        await File.WriteAllTextAsync(Path.Combine(machine.Root, "go"), "", TestContext.Current.CancellationToken);
        Machine.IsAlive(other.OsPid).ShouldBeTrue();
        machine.Tell("a", new SupervisorCommand.SendSignal(Signal.Term, Tree: false));
        var end = await machine.ExitAsync("a");
        (end.Status is ExitStatus.BySignal { Signal.Number: 15 } or ExitStatus.Unknown).ShouldBeTrue($"{end.Status}");
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task A_watchdog_expires_when_no_sign_of_life_comes_any_more_and_not_before()
    {
        await using var machine = new Machine();
        var spec = Spec("say_('READY=1'); for (1..20) { say_('WATCHDOG=1'); select(undef, undef, undef, 0.2) } open(F, '>silent'); sleep 1000") with
        {
            Watchdog = TimeSpan.FromSeconds(2),
            WorkingDirectory = machine.Root,
        };
        await machine.StartAsync("a", spec);
        Watch(machine, spec.Watchdog);
        await machine.WaitForAsync<SupervisorReport.WatchdogExpired>("a");
        File.Exists(Path.Combine(machine.Root, "silent")).ShouldBeTrue();
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task A_watchdog_can_be_asked_to_expire_at_once_and_its_limit_stands_in_the_environment()
    {
        await using var machine = new Machine();
        var spec = Spec("die unless $ENV{WATCHDOG_USEC} == 3600000000; say_('READY=1'); say_('WATCHDOG=trigger'); sleep 1000") with { Watchdog = TimeSpan.FromHours(1) };
        await machine.StartAsync("a", spec);
        Watch(machine, spec.Watchdog);
        await machine.WaitForAsync<SupervisorReport.WatchdogExpired>("a");
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task An_adopted_child_is_heard_at_the_same_place()
    {
        var root = Directory.CreateTempSubdirectory("procman-").FullName;
        try
        {
            ChildIdentity child;
            var spec = Spec("$SIG{USR1} = sub { say_('READY=1') }; open(F, '>there'); close F; sleep 1 while 1") with { WorkingDirectory = root };
            await using (var first = new Machine(root))
            {
                first.Tell("a", new SupervisorCommand.Spawn(spec));
                child = (await first.WaitForAsync<SupervisorReport.Spawned>("a")).Child;
                await Machine.UntilAsync(() => File.Exists(Path.Combine(root, "there")), () => "It never came up.");
                await first.LeaveAsync();

                await using var second = new Machine(root);
                second.Tell("a", new SupervisorCommand.Adopt(spec, child));
                (await second.WaitForAsync<SupervisorReport.Spawned>("a")).Adopted.ShouldBeTrue();
                Watch(second);
                second.Tell("a", new SupervisorCommand.SendSignal(new Signal(10), Tree: false));
                await second.WaitForAsync<SupervisorReport.BecameReady>("a");
                await second.EndAsync("a");
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task One_that_floods_keeps_nobody_from_being_heard()
    {
        await using var machine = new Machine();
        await machine.StartAsync("flood", Spec("say_('STATUS=' . $i++) while 1"));
        machine.Tell("flood", new SupervisorCommand.WatchHealth(null, new ReadySpec { By = ReadyBy.Notify }, null, null, IsReady: false));
        await StartAsync(machine, "say_('READY=1'); sleep 1000");
        await machine.WaitForAsync<SupervisorReport.BecameReady>("a");
        machine.Tell("flood", new SupervisorCommand.EndTree(Signal.Kill, KillMode.Tree));
        await machine.WaitForAsync<SupervisorReport.TreeEmpty>("flood");
        machine.Reports().Count(report => report.Report is SupervisorReport.Noticed).ShouldBeLessThan(40, "once a second at most");
        await machine.EndAsync("a");
    }

    [Theory]
    [InlineData("")]
    [InlineData("READY")]
    [InlineData("READY=2\nMAINPID=-5\nWATCHDOG_USEC=99999999999999999999\nEXTEND_TIMEOUT_USEC=-1\n=\n==\nSTATUS")]
    public void What_makes_no_sense_says_nothing(string text) => NotifyMessage.Parse(Encoding.UTF8.GetBytes(text)).ShouldBe(new NotifyMessage());

    [Fact]
    public void A_message_says_all_of_its_lines() => NotifyMessage.Parse("READY=1\nSTATUS=a=b\nMAINPID=77\nWATCHDOG_USEC=5000000\r\nX=1"u8).ShouldBe(new NotifyMessage
    {
        Ready = true,
        Status = "a=b",
        MainPid = 77,
        WatchdogLimit = TimeSpan.FromSeconds(5),
    });

    private static ProcessSpec Spec(string script) => new()
    {
        Command = "perl",
        Args = ["-e", Perl + script],
        Ready = new ReadySpec { By = ReadyBy.Notify },
    };

    private static async Task StartAsync(Machine machine, string script, string helper = "")
    {
        await machine.StartAsync("a", Spec(script) with { WorkingDirectory = machine.Root, Environment = [new("HELPER", Perl + helper)] });
        Watch(machine);
    }

    private static void Watch(Machine machine, TimeSpan? watchdog = null) =>
        machine.Tell("a", new SupervisorCommand.WatchHealth(null, new ReadySpec { By = ReadyBy.Notify }, watchdog, null, IsReady: false));

    private static void Say(string address, string text)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.SendTo(Encoding.UTF8.GetBytes(text), new UnixDomainSocketEndPoint(address));
    }
}
