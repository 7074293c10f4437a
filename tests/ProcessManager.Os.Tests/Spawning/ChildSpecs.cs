using System.Globalization;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

/// <summary>What a child is made of.</summary>
public sealed class ChildSpecs : IDisposable
{
    private readonly SpawnLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Arguments_are_passed_exactly()
    {
        string[] args = ["", "two words", "\"quoted\" 'too'", "a\nb\\n", "$HOME `x` *", "äöü→🙂", "--", ""];

        var (_, output) = await _lab.RunAsync(_lab.Request("/bin/sh", ["-c", "for a; do printf '<%s>|' \"$a\"; done", "sh", .. args]));

        output.ShouldBe(string.Concat(args.Select(arg => $"<{arg}>|")));
    }

    [Fact]
    public async Task The_name_that_was_asked_for_is_argv_0()
    {
        (await _lab.ShAsync("head -z -n1 /proc/self/cmdline")).ShouldBe("head\0");
        var (_, output) = await _lab.RunAsync(_lab.Request("cat", "/proc/self/cmdline"));
        output.ShouldBe("cat\0/proc/self/cmdline\0");
    }

    [Fact]
    public async Task The_environment_is_the_one_given_and_nothing_else()
    {
        string[] environment = ["PATH=/usr/bin", "EMPTY=", "LINES=a\nb", "EQUAL=a=b", "WIDE=ä→🙂"];

        var (_, output) = await _lab.RunAsync(_lab.Request("env", "-0") with { Environment = environment });

        output.Split('\0', StringSplitOptions.RemoveEmptyEntries).ShouldBe(environment);
    }

    [Fact]
    public async Task An_empty_environment_is_empty()
    {
        var (_, output) = await _lab.RunAsync(_lab.Request("/usr/bin/env") with { Environment = [] });

        output.ShouldBe("");
    }

    [Fact]
    public async Task Stdin_is_empty_unless_given()
    {
        (await _lab.ShAsync("cat; readlink /proc/self/fd/0")).ShouldBe("/dev/null\n");
    }

    [Fact]
    public async Task Stdin_is_the_descriptor_given()
    {
        await _lab.ScriptAsync("input", "line 1\nline 2");
        using var input = File.OpenHandle(_lab.PathOf("input"));

        (await _lab.ShAsync("cat", request => request with { StdinFd = (int)input.DangerousGetHandle() })).ShouldBe("line 1\nline 2");
    }

    [Fact]
    public async Task No_descriptor_but_the_three_leaks_into_the_child()
    {
        // One that would: opened without O_CLOEXEC.
        var leaky = Libc.Open("/dev/null", Libc.O_RDONLY, 0);
        try
        {
            // 3 is the listing's own.
            (await _lab.ShAsync("ls /proc/self/fd", request => request with { MarkerPath = _lab.PathOf("marker") })).ShouldBe("0\n1\n2\n3\n");
        }
        finally
        {
            _ = Libc.Close(leaky);
        }
    }

    [Fact]
    public async Task No_signal_is_blocked_or_ignored()
    {
        var status = await StatusAsync(_lab.Request("cat", "/proc/self/status"));

        status["SigBlk"].ShouldBe("0000000000000000");
        status["SigIgn"].ShouldBe("0000000000000000");
        status["SigCgt"].ShouldBe("0000000000000000");
    }

    [Fact]
    public async Task It_leads_a_session_of_its_own()
    {
        var spawned = await _lab.StartAsync(_lab.Request("sleep", "60"));

        ProcStat.TryRead(spawned.Child.OsPid, out var stat).ShouldBeTrue();
        stat.Session.ShouldBe(spawned.Child.OsPid);
        stat.ProcessGroup.ShouldBe(spawned.Child.OsPid);
        stat.ParentPid.ShouldBe(Environment.ProcessId);
        stat.StartTicks.ShouldBe(spawned.Child.StartTicks);

        spawned.PidFd.SendSignal(Signal.Kill).ShouldBe(SignalOutcome.Sent);
        await _lab.EndAsync(spawned);
    }

    [Fact]
    public async Task It_starts_in_its_directory()
    {
        (await _lab.ShAsync("pwd -P", request => request with { WorkingDirectory = "/usr/share" })).ShouldBe("/usr/share\n");
    }

    [Theory]
    [InlineData(0x12 /* 022 */)]
    [InlineData(0x3F /* 077 */)]
    [InlineData(0)]
    public async Task It_has_the_umask_asked_for(int umask)
    {
        var status = await StatusAsync(_lab.Request("cat", "/proc/self/status") with { Umask = umask });

        Convert.ToInt32(status["Umask"], 8).ShouldBe(umask);
    }

    [Fact]
    public async Task Nice_CPUs_and_no_new_privileges_are_set()
    {
        var request = _lab.Request("/bin/sh", "-c", "cat /proc/self/status; nice") with { Nice = 7, CpuAffinity = [0], NoNewPrivileges = true };

        var (_, output) = await _lab.RunAsync(request);

        Fields(output)["NoNewPrivs"].ShouldBe("1");
        Fields(output)["Cpus_allowed_list"].ShouldBe("0");
        output.TrimEnd().ShouldEndWith("\n7");
    }

    [Fact]
    public async Task What_one_child_is_given_the_next_one_hasnt()
    {
        var before = Fields(await _lab.ShAsync("cat /proc/self/status; nice"));
        await _lab.ShAsync("true", request => request with
        {
            Nice = 5,
            CpuAffinity = [0],
            NoNewPrivileges = true,
        });

        // These on the thread that makes the next child too.
        await _lab.ShAsync("true", request => request with
        {
            Umask = 0x3F,
            WorkingDirectory = "/",
            RunAs = SpawnLab.IsRoot ? new Credentials(65534, 65534, [65534]) : null,
        });

        var after = Fields(await _lab.ShAsync("cat /proc/self/status; nice"));

        foreach (var name in new[] { "Umask", "Uid", "Gid", "Groups", "CapEff", "CapPrm", "NoNewPrivs", "Cpus_allowed_list" })
        {
            after[name].ShouldBe(before[name], name);
        }
    }

    [Fact]
    public async Task Limits_are_set_and_the_command_is_itself()
    {
        var limits = new Dictionary<string, ResourceLimit> { ["core"] = new(0, 0), ["nofile"] = new(100, 200), ["as"] = new(1L << 33, null), ["stack"] = new(1 << 20, null) };

        var (_, output) = await _lab.RunAsync(_lab.Request("cat", "/proc/self/limits", "/proc/self/comm") with { Limits = limits });

        Limit(output, "Max open files").ShouldBe(("100", "200"));
        Limit(output, "Max core file size").ShouldBe(("0", "0"));
        Limit(output, "Max address space").ShouldBe((8589934592.ToString(CultureInfo.InvariantCulture), "unlimited"));
        Limit(output, "Max stack size").ShouldBe(("1048576", "unlimited"));
        output.TrimEnd().ShouldEndWith("cat");
    }

    [Fact]
    public async Task It_runs_as_the_user_given_with_no_capability()
    {
        Assert.SkipUnless(SpawnLab.IsRoot, "Only root may change users.");
        Directory.CreateDirectory(_lab.PathOf("markers"));
        File.SetUnixFileMode(_lab.PathOf("markers"), (UnixFileMode)0x1DB /* 0733 */);
        File.SetUnixFileMode(_lab.Folder, (UnixFileMode)0x1C0 /* 0700 */);
        var request = _lab.Request("cat", "/proc/self/status") with
        {
            RunAs = new Credentials(65534, 65533, [65533, 4242]),
            WorkingDirectory = "/",
            MarkerPath = _lab.PathOf("markers/1"),
        };

        var status = await StatusAsync(request);

        status["Uid"].ShouldBe("65534\t65534\t65534\t65534");
        status["Gid"].ShouldBe("65533\t65533\t65533\t65533");
        status["Groups"].ShouldBe("4242 65533");
        foreach (var name in new[] { "CapInh", "CapPrm", "CapEff", "CapAmb" })
        {
            status[name].ShouldBe("0000000000000000", name);
        }

        File.Exists(_lab.PathOf("markers/1")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_manager_itself_stays_as_it_was()
    {
        string[] Own() => ["cwd " + Directory.GetCurrentDirectory(), .. File.ReadLines("/proc/self/status").Where(line => line.Split(':')[0] is "Umask" or "Uid" or "Gid" or "Groups" or "CapEff" or "NoNewPrivs" or "Cpus_allowed_list")];
        var before = Own();

        await _lab.ShAsync("true", request => request with
        {
            Umask = 0x3F,
            Nice = 3,
            CpuAffinity = [0],
            NoNewPrivileges = true,
            WorkingDirectory = "/usr",
            RunAs = SpawnLab.IsRoot ? new Credentials(65534, 65534, [65534]) : null,
        });
        await _lab.ShAsync("true", request => request with { Umask = 0x3F, WorkingDirectory = "/usr" });

        Own().ShouldBe(before);
        foreach (var thread in Directory.GetDirectories("/proc/self/task"))
        {
            if (!File.Exists(thread + "/comm") || (await File.ReadAllTextAsync(thread + "/comm")).StartsWith("spawn", StringComparison.Ordinal))
            {
                continue;
            }

            var status = Fields(await File.ReadAllTextAsync(thread + "/status"));
            status["Uid"].ShouldBe(before.First(line => line.StartsWith("Uid", StringComparison.Ordinal))[5..]);
            status["Umask"].ShouldBe(before.First(line => line.StartsWith("Umask", StringComparison.Ordinal))[7..]);
        }
    }

    [Fact]
    public async Task The_marker_is_there_when_the_command_runs()
    {
        (await _lab.ShAsync("stat -c %a:%s marker", request => request with { MarkerPath = _lab.PathOf("marker") })).ShouldBe("600:0\n");
    }

    [Fact]
    public async Task A_marker_that_is_there_already_keeps_the_command_from_running()
    {
        await _lab.ScriptAsync("marker", "");
        var request = _lab.Request("/bin/sh", "-c", "echo ran > effect") with { MarkerPath = _lab.PathOf("marker") };

        (await _lab.Spawner.SpawnAsync(request)).ShouldBeOfType<SpawnOutcome.MarkerExists>();

        File.Exists(_lab.PathOf("effect")).ShouldBeFalse();
        File.Exists(_lab.PathOf("marker")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_marker_that_cant_be_written_keeps_the_command_from_running()
    {
        var request = _lab.Request("/bin/sh", "-c", "echo ran > effect") with { MarkerPath = _lab.PathOf("none/marker") };

        var failed = (SpawnOutcome.Failed)await _lab.Spawner.SpawnAsync(request);

        failed.Error.Code.ShouldBe(ErrorCode.StorageUnavailable);
        File.Exists(_lab.PathOf("effect")).ShouldBeFalse();
    }

    internal static Dictionary<string, string> Fields(string status) => status.Split('\n')
        .Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2).DistinctBy(parts => parts[0])
        .ToDictionary(parts => parts[0], parts => parts[1].Trim(), StringComparer.Ordinal);

    internal static (string Soft, string Hard) Limit(string limits, string name)
    {
        var words = limits.Split('\n').First(line => line.StartsWith(name, StringComparison.Ordinal))[26..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (words[0], words[1]);
    }

    private async Task<Dictionary<string, string>> StatusAsync(SpawnRequest request) => Fields((await _lab.RunAsync(request)).Output);
}
