using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>Processes that speak of themselves, as with sd_notify(3), and watchdogs.</summary>
public abstract class NotifySpecs(IManagerHost host) : ManagerSpecs(host)
{
    /// <summary>Perl is on every Debian, and speaks with a socket of its own.</summary>
    private const string Speaks = """
        use Socket; socket(my $s, AF_UNIX, SOCK_DGRAM, 0); my $a = $ENV{NOTIFY_SOCKET}; $a =~ s/^@/\0/;
        sub speak { send($s, shift, 0, pack_sockaddr_un($a)) or die $! }
        sub await { my $f = shift; select(undef, undef, undef, 0.02) until -e $f }
        """;

    [Fact]
    public async Task It_is_ready_when_it_says_so()
    {
        var info = await Start(Script("await('go'); speak(\"READY=1\\nSTATUS=serving\"); sleep 1000"));
        info.Phase.ShouldBe(Phase.Starting);
        await Go();
        var ready = await Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Ready }, Cancel);
        (ready.Phase, ready.Ready).ShouldBe((Phase.Running, true));
        (await Until(info.Id, "its status is shown", now => now.Health?.Message is not null)).Health!.Message.ShouldBe("serving");
    }

    [Fact]
    public async Task It_is_not_ready_any_more_when_it_says_that_it_stops()
    {
        var info = await Start(Script("speak('READY=1'); await('go'); speak('STOPPING=1'); sleep 1000"));
        await Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Ready }, Cancel);
        await Go();
        var stopping = await Until(info.Id, "it is stopping", now => now.Health?.Stage == ServiceStage.Stopping);
        (stopping.Phase, stopping.Ready).ShouldBe((Phase.Running, false));
    }

    [Fact]
    public async Task It_can_ask_for_more_time_to_become_ready()
    {
        var info = await Start(Script("speak('EXTEND_TIMEOUT_USEC=600000000'); sleep 4; speak('READY=1'); sleep 1000") with
        {
            Ready = new ReadySpec { By = ReadyBy.Notify, Timeout = TimeSpan.FromSeconds(3) },
        });
        (await Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();
    }

    [Fact]
    public async Task One_that_gives_no_sign_of_life_any_more_is_ended_and_started_again()
    {
        var info = await Start(Script("speak('READY=1'); speak('WATCHDOG=1'); sleep 1000") with
        {
            Watchdog = TimeSpan.FromSeconds(1),
            Restart = new RestartPolicy { When = RestartWhen.OnAbnormal, Max = 1, Delay = TimeSpan.FromMilliseconds(20) },
        });
        var down = await Ended(info.Id);
        down.ShouldBeDown(EndReason.WatchdogExpired).Attempt.ShouldBe(2);
        down.LastError!.Message.ShouldContain("no sign of life within 1s");
    }

    [Fact]
    public async Task One_that_gives_signs_of_life_runs_on()
    {
        var info = await Start(Script("speak('READY=1'); for (1..40) { speak('WATCHDOG=1'); select(undef, undef, undef, 0.1) } exit 0") with
        {
            Watchdog = TimeSpan.FromSeconds(3),
        });
        (await Ended(info.Id)).ShouldBeDown(EndReason.Completed);
    }

    [Fact]
    public async Task Nobody_but_its_own_tree_is_believed()
    {
        var info = await Start(Script("open(F, '>address'); print F $a; close F; rename('address', 'there'); sleep 1000"));
        var address = await Patience.Until("its socket's address", () => Task.FromResult(Text("there")), text => text.Length > 0);
        var foreign = await Start(Script("$a = $ENV{ADDRESS}; $a =~ s/^@/\\0/; speak(\"READY=1\\nSTATUS=forged\"); print \"said\\n\"; $| = 1; sleep 1000") with
        {
            Ready = null,
            Environment = [new("ADDRESS", address)],
            Output = new OutputSpec { Mode = OutputMode.Split },
        });
        await Until(foreign.Id, "it runs", now => now.Phase == Phase.Running);
        var own = await Start(Script("speak('READY=1'); sleep 1000"));
        await Manager.WaitAsync(own.Id, new WaitOptions { For = WaitFor.Ready }, Cancel);

        var still = await Manager.GetAsync(info.Id, Cancel);
        (still.Phase, still.Health).ShouldBe((Phase.Starting, null));
    }

    private ProcessSpec Script(string script) => new()
    {
        Command = "perl",
        Args = ["-e", Speaks + script],
        WorkingDirectory = Directory,
        Ready = new ReadySpec { By = ReadyBy.Notify },
    };

    private Task Go() => File.WriteAllTextAsync(Path.Combine(Directory, "go"), "", Cancel);

    private string Text(string file) => Path.Combine(Directory, file) is var path && File.Exists(path) ? File.ReadAllText(path) : "";
}
