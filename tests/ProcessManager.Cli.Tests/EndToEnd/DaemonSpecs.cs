using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

public sealed class DaemonSpecs
{
    [Fact]
    public async Task A_process_is_declared_looked_at_stopped_and_removed()
    {
        await using var site = await Site.WithDaemonAsync();
        (await site.RunAsync("run", "-d", "--name", "w", "--", "sh", "-c", "echo hello; echo oops >&2; exec sleep 1000")).ShouldBe(new Ended(0, "w\n", ""));

        var list = await site.RunAsync("ps");
        list.Out.ShouldContain("w   Running");
        var info = await site.RunAsync("info", "w", "--json");
        var osPid = JsonDocument.Parse(info.Out).RootElement.GetProperty("osPid").GetInt32();
        (await site.RunAsync("info", $"@{osPid.ToString(CultureInfo.InvariantCulture)}")).Out.ShouldContain($"runs as os pid {osPid}");

        await using var logs = Executable.Start(site.Environment, "logs", "-f", "w", "w");
        await logs.UntilSaidAsync("w | hello");
        await logs.UntilSaidAsync("w | oops");

        (await site.RunAsync("suspend", "w")).Code.ShouldBe(0);
        (await site.RunAsync("resume", "w")).Code.ShouldBe(0);
        var stopped = await site.RunAsync("stop", "w", "nobody");
        stopped.Code.ShouldBe(3);
        stopped.Out.ShouldContain("w  ");
        stopped.Error.ShouldContain("nobody");
        (await logs.EndAsync()).Code.ShouldBe(0);

        (await site.RunAsync("events", "w")).Out.ShouldContain("  w  Stopped  run 1.1  ");
        (await site.RunAsync("info", "w")).Out.ShouldContain("it was stopped");
        (await site.RunAsync("rm", "w")).Out.ShouldBe("w  removed\n");
        (await site.RunAsync("info", "w")).Code.ShouldBe(3);
    }

    [Fact]
    public async Task What_it_runs_outlives_it_and_the_next_one_adopts_it()
    {
        await using var site = await Site.WithDaemonAsync();
        await site.RunAsync("run", "-d", "--name", "w", "--", "sleep", "1000");
        site.Daemon.Signal("KILL");
        await site.Daemon.EndAsync();
        (await site.RunAsync("ps")).Code.ShouldBe(4);

        var next = await site.ServeAsync();
        next.Out.ShouldContain("(1 process, 1 adopted)");
        (await site.RunAsync("info", "w")).Out.ShouldContain("w: Running");

        next.Signal("TERM");
        var ended = await next.EndAsync();
        ended.Code.ShouldBe(0);
        ended.Out.ShouldContain("1 process runs on without a manager: w.");
        ended.Out.ShouldContain("--stop-children");
    }

    [Fact]
    public async Task Told_to_it_ends_all_with_itself()
    {
        await using var site = await Site.WithDaemonAsync("--stop-children");
        await site.RunAsync("run", "-d", "--name", "w", "--", "sleep", "1000");
        site.Daemon.Signal("INT");
        var ended = await site.Daemon.EndAsync();
        ended.Code.ShouldBe(0);
        ended.Out.ShouldContain("1 process ended.");
        (await site.ServeAsync()).Out.ShouldContain("(1 process, 0 adopted)");
        (await site.RunAsync("info", "w")).Out.ShouldContain("it was stopped");
    }

    [Fact]
    public async Task A_second_one_on_the_same_data_directory_is_refused_and_the_first_goes_on()
    {
        await using var site = await Site.WithDaemonAsync();
        var second = await site.RunAsync("serve", "--socket", Path.Combine(site.Folder, "other.sock"), "--json");
        second.Code.ShouldBe(1);
        JsonDocument.Parse(second.Error).RootElement.GetProperty("code").GetString().ShouldBe("AlreadyRunning");
        (await site.RunAsync("ps")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Over_http_it_asks_for_the_token_in_the_file()
    {
        await using var site = new Site();
        var token = Path.Combine(site.Folder, "token");
        var daemon = await site.ServeAsync("--http", "http://127.0.0.1:0", "--token-file", token);
        var address = daemon.Out.Split(' ').Single(word => word.StartsWith("http://127.0.0.1:", StringComparison.Ordinal));
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        (await client.GetAsync("/v1/processes")).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        client.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(token)).Trim());
        (await client.GetAsync("/v1/processes")).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task It_tells_the_supervisor_that_started_it_when_it_is_ready()
    {
        await using var site = new Site();
        var path = Path.Combine(site.Folder, "notify");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        await using var daemon = Executable.Start(new Dictionary<string, string>(site.Environment) { ["NOTIFY_SOCKET"] = path }, "serve");
        var buffer = new byte[64];
        using var patience = new CancellationTokenSource(Executable.Patience);
        var length = await socket.ReceiveAsync(buffer, patience.Token);
        Encoding.UTF8.GetString(buffer, 0, length).ShouldBe("READY=1");
        daemon.Signal("TERM");
        (await daemon.EndAsync()).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_file_is_applied_and_applied_again()
    {
        await using var site = await Site.WithDaemonAsync();
        var file = Path.Combine(site.Folder, "shop.yaml");
        await File.WriteAllTextAsync(file, "processes: { a: { command: sleep, args: [1000] }, b: { command: sleep, args: [1000] } }");
        (await site.RunAsync("up", file)).Out.ShouldContain("shop.a  created  Running");
        await File.WriteAllTextAsync(file, "processes: { a: { command: sleep, args: [1000] }, b: { command: sleep, args: [2000] } }");
        var again = await site.RunAsync("up", file);
        again.Code.ShouldBe(0, again.Error);
        again.Out.ShouldContain("shop.a  none");
        again.Out.ShouldContain("shop.b  restarted (args)");
        (await site.RunAsync("kill", "a", "b")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Input_reaches_a_process_with_a_pipe()
    {
        await using var site = await Site.WithDaemonAsync();
        var file = Path.Combine(site.Folder, "x.yaml");
        await File.WriteAllTextAsync(file, "processes: { cat: { command: cat, stdin: pipe } }");
        await site.RunAsync("up", file);
        (await site.RunAsync("stdin", "cat", "one")).ShouldBe(new Ended(0, "", ""));
        (await site.RunFedAsync("two\nthree", "stdin", "cat", "--close")).ShouldBe(new Ended(0, "", ""));
        (await site.RunAsync("wait", "cat")).Out.ShouldContain("exit 0 (Completed)");
        (await site.RunAsync("logs", "cat")).Out.ShouldBe("one\ntwo\nthree\n");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_clear_line()
    {
        await using var site = new Site();
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://{taken.LocalEndpoint}";
        var refused = await site.RunAsync("serve", "--http", address, "--token-file", Path.Combine(site.Folder, "token"));
        refused.Code.ShouldBe(1);
        refused.Error.Split('\n').Length.ShouldBe(2, refused.Error);
        refused.Error.ShouldContain(address);
    }

    [Fact]
    public async Task A_shell_completes_verbs_ids_and_options()
    {
        await using var site = await Site.WithDaemonAsync();
        await site.RunAsync("run", "-d", "--name", "web", "--", "sleep", "1000");
        (await CompleteAsync(site, "procman st")).ShouldBe("start stdin stop");
        (await CompleteAsync(site, "procman stop ")).ShouldBe("web");
        (await CompleteAsync(site, "procman logs --fo")).ShouldBe("--follow");
        (await CompleteAsync(site, "procman wait --for ")).ShouldBe("finished ready terminated");
    }

    /// <summary>What is offered. Completion rather offers nothing than wait for a slow machine: then the user asks again, and so does this.</summary>
    private static Task<string> CompleteAsync(Site site, string line) =>
        Contract.Patience.Until($"something to complete \"{line}\" with", () => CompleteOnceAsync(site, line), offered => offered.Length > 0);

    private static async Task<string> CompleteOnceAsync(Site site, string line)
    {
        // What readline sets before it calls the function.
        var script =
            $$"""
            PATH='{{AppContext.BaseDirectory}}':$PATH; source <(procman completion bash)
            COMP_LINE='{{line}}'; COMP_POINT=${#COMP_LINE}; read -ra COMP_WORDS <<<"$COMP_LINE"; [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _procman; IFS=' '; echo "${COMPREPLY[*]}"
            """;
        await using var bash = Executable.StartShell($"exec bash -c \"$SCRIPT\"", new Dictionary<string, string>(site.Environment) { ["SCRIPT"] = script });
        return (await bash.EndAsync()).Out.Trim();
    }

    [Fact]
    public async Task Whoever_follows_stops_when_nobody_reads()
    {
        await using var site = await Site.WithDaemonAsync();
        await site.RunAsync("run", "-d", "--name", "w", "--", "sh", "-c", "while :; do echo line; sleep 0.1; done");
        await using var piped = Executable.StartShell($"'{AppContext.BaseDirectory}procman' logs -f w | head -n 1", site.Environment);
        (await piped.EndAsync()).Out.ShouldBe("line\n");
    }
}
