using System.Net.Http.Headers;
using System.Text;
using ProcessManager.Http;

namespace ProcessManager.Cluster.Tests;

/// <summary>The silo to try things with: no database, all that others see of it over HTTP.</summary>
public sealed class LocalSiloSpecs : IDisposable
{
    private readonly Folder _folder = new();
    private readonly int _port = SiloRun.FreePort();

    private Uri Address => new($"http://127.0.0.1:{_port}");

    private string Token => File.ReadAllText(_folder.At("token")).Trim();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_runs_processes_for_callers_over_HTTP()
    {
        await using var silo = Start("--stop-children");
        (await silo.ReadyAsync()).ShouldContain($"silo: ready as node n1 of the cluster procman");
        using var client = new HttpProcessManager(Address, Token);

        var started = await client.CreateAsync(Sleeper("w"));
        started.Phase.ShouldBe(Phase.Running);
        started.Node.ShouldBe("n1");
        File.Exists($"/proc/{started.OsPid}/stat").ShouldBeTrue();
        (await client.ListAsync(new ProcessQuery())).Items.ShouldHaveSingleItem().Id.Value.ShouldBe("w");
        (await client.StopAsync(started.Id, new StopOptions { Wait = true })).Reason.ShouldBe(EndReason.Stopped);

        using var overSocket = new HttpProcessManager(Path.Combine(_folder.At("d"), "procman.sock"));
        (await overSocket.GetHealthAsync()).Ready.ShouldBeTrue();
    }

    [Fact]
    public async Task The_dashboard_is_behind_the_token()
    {
        await using var silo = Start();
        (await silo.ReadyAsync()).ShouldContain($"dashboard {Address}orleans");
        using var browser = new HttpClient { BaseAddress = Address };

        using (var asked = await browser.GetAsync("/orleans/"))
        {
            ((int)asked.StatusCode).ShouldBe(401);
            asked.Headers.WwwAuthenticate.ToString().ShouldBe("Basic realm=\"procman\"");
        }

        browser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{Token}")));
        (await browser.GetStringAsync("/orleans/")).ShouldContain("<html");
        (await browser.GetStringAsync("/orleans/DashboardCounters")).ShouldContain("hosts");
        // What is logged isn't shown to whoever looks.
        ((int)(await browser.GetAsync("/orleans/Trace")).StatusCode).ShouldBe(403);
        ((int)(await browser.GetAsync("/v1/health")).StatusCode).ShouldBe(401);
    }

    [Fact]
    public async Task It_is_left_out_where_that_is_said()
    {
        await using var silo = Start("--no-dashboard");
        (await silo.ReadyAsync()).ShouldNotContain("dashboard");
        using var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        ((int)(await client.GetAsync("/orleans/")).StatusCode).ShouldBe(404);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Its_children_run_on_and_it_says_so(string signal)
    {
        await using var silo = Start();
        await silo.ReadyAsync();
        using var client = new HttpProcessManager(Address, Token);
        var child = (await client.CreateAsync(Sleeper("w"))).OsPid!.Value;
        try
        {
            silo.Signal(signal);
            var ended = await silo.EndAsync();
            ended.Code.ShouldBe(0, ended.Error);
            ended.Out.ShouldContain("silo: 1 process runs on without a silo: w.");
            ended.Out.ShouldContain("--stop-children");
            File.Exists($"/proc/{child}/stat").ShouldBeTrue();
        }
        finally
        {
            Kill(child);
        }
    }

    [Fact]
    public async Task Told_to_it_ends_them()
    {
        await using var silo = Start("--stop-children");
        await silo.ReadyAsync();
        using var client = new HttpProcessManager(Address, Token);
        await client.CreateAsync(Sleeper("a"));
        var child = (await client.CreateAsync(Sleeper("b"))).OsPid!.Value;

        silo.Signal("TERM");
        var ended = await silo.EndAsync();
        ended.Code.ShouldBe(0, ended.Error);
        ended.Out.ShouldContain("silo: 2 processes ended.");
        File.Exists($"/proc/{child}/stat").ShouldBeFalse();
    }

    private static ProcessSpec Sleeper(string id) => new() { Id = ProcessId.Parse(id), Command = "sleep", Args = ["1000"] };

    private static void Kill(int osPid)
    {
#pragma warning disable RS0030 // What the silo left behind is nobody's child here.
        using var kill = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"kill -9 {osPid}"]);
        kill.WaitForExit();
#pragma warning restore RS0030
    }

    private SiloRun Start(params string[] args) => SiloRun.Start(
        ["--local", "--node", "n1", "--data", _folder.At("d"), .. SiloRun.OwnPorts(), "--http", Address.ToString(), "--token-file", _folder.At("token"), .. args]);
}
