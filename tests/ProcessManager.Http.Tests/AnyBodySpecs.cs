using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using ProcessManager.Contract;
using ProcessManager.Embedded;

namespace ProcessManager.Http.Tests;

/// <summary>Bodies that are nearly right, sent to a real manager: each is taken or refused with a coded problem, and what was refused left nothing behind.</summary>
public sealed class AnyBodySpecs
{
    private const string Spec =
        """{"id": "ID", "name": "n", "labels": {"tier": "web"}, "command": "true", "args": ["a", "b"], "environment": {"A": "1", "T": {"secret": "x"}, "G": null}, "restart": {"when": "never"}, "stop": {"grace": "1s"}, "health": {"tcp": {"port": 1}}, "stdin": {"text": "x"}, "output": {"mode": "merged", "budget": "64MiB"}, "limits": {"nofile": 64}, "pattern": {"database": {"port": 5432}}}""";

    private const string Template = """{"command": "true", "args": ["${a}", "${b:-c}"], "nice": "${n:-1}", "environment": {"T": {"secret": "${t}"}}, "runOnStartup": false}""";

    private static readonly (string Method, string Path, string Body)[] Others =
    [
        ("POST", "/v1/processes/fixed/plan", """{"command": "true", "args": ["x"]}"""),
        ("POST", "/v1/processes/fixed/stop?wait=true", """{"grace": "5s", "wait": true}"""),
        ("POST", "/v1/processes/fixed/wait", """{"for": "terminated", "run": 1, "timeout": "1ms"}"""),
        ("POST", "/v1/processes/fixed/signal", """{"signal": "HUP", "tree": true}"""),
        ("POST", "/v1/processes/fixed/kill", "{}"),
        ("POST", "/v1/run", """{"command": "true", "args": [], "input": {"base64": "eA=="}, "timeout": "10s"}"""),
        ("POST", "/v1/sync", """{"group": "nobody", "labels": {"no": "body"}, "ids": ["fixed"]}"""),
        ("PUT", "/v1/templates/t", Template),
        ("POST", "/v1/templates/t/start", """{"id": "fixed", "arguments": {"a": "1", "t": "2"}}"""),
        ("POST", "/v1/templates/t/save", """{"from": "fixed", "runOnStartup": false}"""),
        ("PUT", "/v1/pools/p", """{"concurrency": 2}"""),
        ("GET", "/v1/processes?limit=10&label=a=b&phase=Running", ""),
        ("GET", "/v1/events?type=Created&after=0&follow=false", ""),
        ("GET", "/v1/processes/fixed/logs?tail=1&stream=stdout&grep=x", ""),
    ];

    [Fact]
    public async Task A_spec_is_taken_whole_or_refused_and_nothing_is_made_of_it()
    {
        await using var site = await AnyServed.StartAsync();
        var mutation = new Mutation(seed: 4);
        var (taken, refused) = (0, 0);
        for (var round = 0; round < 4_000; round++)
        {
            var id = $"any{round}";
            var (status, body) = await site.SendAsync("POST", "/v1/processes?start=false", mutation.BytesOf(Spec.Replace("ID", id, StringComparison.Ordinal)));
            if (status == 201)
            {
                taken++;
                var made = JsonDocument.Parse(body).RootElement.GetProperty("id").GetString();
                (await site.SendAsync("GET", $"/v1/processes/{made}/spec")).Status.ShouldBe(200);
                (await site.SendAsync("DELETE", $"/v1/processes/{made}")).Status.ShouldBe(204);
            }
            else
            {
                refused++;
            }
        }

        taken.ShouldBeGreaterThan(100);
        refused.ShouldBeGreaterThan(1000);
        (await site.Manager.ListAsync(new ProcessQuery())).Items.ShouldBeEmpty();
        (await site.SendAsync("GET", "/v1/health")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Every_other_body_and_query_is_taken_or_refused()
    {
        await using var site = await AnyServed.StartAsync();
        await site.Manager.CreateAsync(new ProcessSpec { Id = ProcessId.Parse("fixed"), Command = "true" });
        var mutation = new Mutation(seed: 5);
        for (var round = 0; round < 4_000; round++)
        {
            var (method, path, sample) = mutation.One(Others);
            if (method == "GET")
            {
                var query = Uri.EscapeDataString(mutation.Of(path[path.IndexOf('?', StringComparison.Ordinal)..])).Replace("%3D", "=", StringComparison.Ordinal).Replace("%26", "&", StringComparison.Ordinal);
                await site.SendAsync(method, path[..path.IndexOf('?', StringComparison.Ordinal)] + "?" + query[Math.Min(3, query.Length)..].Replace("follow=true", "", StringComparison.Ordinal) + "&follow=false");
            }
            else
            {
                await site.SendAsync(method, path, mutation.BytesOf(sample));
            }
        }

        (await site.SendAsync("GET", "/v1/health")).Status.ShouldBe(200);
    }

    /// <summary>A manager of its own behind a socket.</summary>
    private sealed class AnyServed : IAsyncDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("procman-any-");
        private EmbeddedProcessManager? _manager;
        private ProcessManagerServer? _server;
        private HttpClient? _client;

        public EmbeddedProcessManager Manager => _manager!;

        public static async Task<AnyServed> StartAsync()
        {
            var served = new AnyServed();
            var socket = Path.Combine(served._folder.FullName, "s");
            served._manager = new EmbeddedProcessManager(new EmbeddedOptions { DataDirectory = Path.Combine(served._folder.FullName, "data") }, NullLoggerFactory.Instance);
            await served._manager.StartAsync();
            served._server = await ProcessManagerServer.StartAsync(served._manager, new ServerOptions { SocketPath = socket });
            served._client = new HttpClient(new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancellation) =>
                {
                    var connection = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
                    await connection.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(socket), cancellation);
                    return new System.Net.Sockets.NetworkStream(connection, ownsSocket: true);
                },
            }) { BaseAddress = new Uri("http://procman"), Timeout = TimeSpan.FromMinutes(1) };
            return served;
        }

        /// <summary>What is refused is refused with a code, and it is never a bug.</summary>
        public async Task<(int Status, string Body)> SendAsync(string method, string path, byte[]? sent = null)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (sent is not null)
            {
                request.Content = new ByteArrayContent(sent);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            }

            using var response = await _client!.SendAsync(request, TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var status = (int)response.StatusCode;
            var said = $"{method} {path} {(sent is null ? "" : Encoding.UTF8.GetString(sent))}: {status} {body}";
            status.ShouldNotBe(500, said);
            if (status >= 400)
            {
                JsonDocument.Parse(body).RootElement.GetProperty("code").GetString().ShouldNotBeNullOrEmpty(said);
            }

            return (status, body);
        }

        public async ValueTask DisposeAsync()
        {
            _client?.Dispose();
            await _server!.DisposeAsync();
            await _manager!.ShutdownAsync(TimeSpan.FromSeconds(10), stopAll: true);
            _folder.Delete(recursive: true);
        }
    }
}
