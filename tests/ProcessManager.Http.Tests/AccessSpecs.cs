using System.Net;
using System.Net.Http.Headers;

namespace ProcessManager.Http.Tests;

public sealed class AccessSpecs
{
    [Fact]
    public async Task TCP_needs_the_token()
    {
        await using var served = await Served.StartAsync(tcp: true);

        (await AskAsync(served, token: null)).ShouldBe((401, "Unauthorized"));
        (await AskAsync(served, "guess")).ShouldBe((401, "Unauthorized"));
        (await AskAsync(served, served.Token[..^1])).ShouldBe((401, "Unauthorized"));
        (await AskAsync(served, token: null, path: $"/v1/health?token={served.Token}")).ShouldBe((401, "Unauthorized"));
        (await AskAsync(served, token: null, path: "/metrics")).ShouldBe((401, "Unauthorized"));
        (await AskAsync(served, token: null, path: "/nowhere")).ShouldBe((401, "Unauthorized"));
        (await AskAsync(served, served.Token)).ShouldBe((200, null));
    }

    [Fact]
    public async Task The_token_is_made_once_and_for_its_owner_alone()
    {
        await using var served = await Served.StartAsync(tcp: true);
        var token = served.Token;
        token.Length.ShouldBe(43);
        File.GetUnixFileMode(served.TokenFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await served.GoAwayAsync();
        await served.ComeBackAsync();
        served.Token.ShouldBe(token);
        (await AskAsync(served, token)).ShouldBe((200, null));
    }

    [Fact]
    public async Task A_token_that_others_can_read_is_refused()
    {
        await using var served = await Served.StartAsync(tcp: true);
        File.SetUnixFileMode(served.TokenFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Should.Throw<ProcessManagerException>(() => AccessToken.Read(served.TokenFile)).Code.ShouldBe(ErrorCode.PermissionDenied);
    }

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("localhost:1234", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("[::1]:80", 200)]
    [InlineData("evil.example", 403)]
    [InlineData("localhost.evil.example", 403)]
    [InlineData("127.0.0.1.evil.example", 403)]
    [InlineData("192.0.2.1", 403)]
    public async Task The_host_must_be_this_one(string host, int status)
    {
        await using var served = await Served.StartAsync(tcp: true);
        (await AskAsync(served, served.Token, change: request => request.Headers.Host = host)).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("http://evil.example", 403)]
    [InlineData("https://localhost", 403)]
    [InlineData("null", 403)]
    [InlineData("http://localhost:1", 403)]
    [InlineData("http://localhost", 200)]
    public async Task Pages_of_elsewhere_may_not_ask(string origin, int status)
    {
        await using var served = await Served.StartAsync(tcp: true);
        var answer = await AskAsync(served, served.Token, change: request =>
        {
            request.Headers.Host = "localhost";
            request.Headers.Add("Origin", origin);
        });
        answer.Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://192.0.2.1:7777")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("http://example.org:7777")]
    [InlineData("ftp://127.0.0.1:7777")]
    [InlineData("http://127.0.0.1:7777/api")]
    public async Task What_isnt_safe_or_no_address_is_refused_at_the_start(string url)
    {
        using var folder = new Folder();
        var options = new ServerOptions { Tcp = new TcpOptions { Url = new Uri(url), TokenFile = folder.At("token") } };
        (await Should.ThrowAsync<ProcessManagerException>(() => ProcessManagerServer.StartAsync(new MemoryManager(), options))).Code.ShouldBe(ErrorCode.InvalidSpec);
        File.Exists(folder.At("token")).ShouldBeFalse();
    }

    [Fact]
    public async Task Any_address_is_served_where_that_is_said()
    {
        using var folder = new Folder();
        var options = new ServerOptions
        {
            Tcp = new TcpOptions { Url = new Uri("http://0.0.0.0:0"), TokenFile = folder.At("token"), AllowPlainHttpOnAnyAddress = true },
        };
        await using var server = await ProcessManagerServer.StartAsync(new MemoryManager(), options);
        using var client = new HttpProcessManager(new Uri($"http://127.0.0.1:{new Uri(server.Addresses[0].Replace("[::]", "localhost", StringComparison.Ordinal)).Port}"), AccessToken.Read(folder.At("token")).Text);
        (await client.GetHealthAsync()).Ready.ShouldBeTrue();
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told()
    {
        await using var served = await Served.StartAsync(tcp: true);
        using var folder = new Folder();
        var options = new ServerOptions { SocketPath = folder.At("s"), Tcp = new TcpOptions { Url = served.Tcp, TokenFile = folder.At("token") } };

        var error = await Should.ThrowAsync<ProcessManagerException>(() => ProcessManagerServer.StartAsync(new MemoryManager(), options));

        error.Code.ShouldBe(ErrorCode.AddressInUse);
        error.Message.ShouldContain($":{served.Tcp.Port}");
        // Nothing half-done: the socket of the failed start is free again.
        await using var server = await ProcessManagerServer.StartAsync(new MemoryManager(), options with { Tcp = null });
    }

    [Fact]
    public async Task The_client_brings_its_token_and_hears_that_it_is_wrong()
    {
        await using var served = await Served.StartAsync(tcp: true);
        using var right = new HttpProcessManager(served.Tcp, served.Token);
        (await right.GetHealthAsync()).Version.ShouldBe("test");
        using var wrong = new HttpProcessManager(served.Tcp, "x" + served.Token);
        (await Should.ThrowAsync<ProcessManagerException>(() => wrong.GetHealthAsync())).Code.ShouldBe(ErrorCode.Unauthorized);
    }

    private static async Task<(int Status, string? Code)> AskAsync(
        Served served, string? token, string path = "/v1/health", Action<HttpRequestMessage>? change = null)
    {
        using var http = new HttpClient { BaseAddress = served.Tcp };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        change?.Invoke(request);
        var (status, json) = await Served.SendAsync(http, request);
        return (status, status == (int)HttpStatusCode.OK ? null : json.GetProperty("code").GetString());
    }
}
