using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ProcessManager.Http.Tests;

/// <summary>A host with a builder of its own, with a page for browsers beside the API.</summary>
public sealed class PageSpecs : IAsyncLifetime
{
    private readonly Folder _folder = new();
    private ServerDoors _doors = null!;
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    private string Token => File.ReadAllText(_folder.At("token")).Trim();

    public async ValueTask InitializeAsync()
    {
        _doors = await ServerDoors.OpenAsync(new ServerOptions
        {
            SocketPath = _folder.At("s"),
            Tcp = new TcpOptions { Url = new Uri("http://127.0.0.1:0"), TokenFile = _folder.At("token") },
            Pages = ["/pages"],
        });
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IProcessManager>(new MemoryManager());
        _doors.AddTo(builder);
        _app = builder.Build();
        _doors.Guard(_app);
        _app.MapProcessManager();
        _app.MapGet("/pages/{**path}", () => "a page");
        _app.MapGet("/pagesthatarent", () => "no page");
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(ServerDoors.Addresses(_app).Single(address => !address.Contains("unix", StringComparison.Ordinal))) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        _doors.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_browser_is_asked_for_a_password_and_the_token_is_it()
    {
        var asked = await AskAsync("/pages/index.html");
        asked.Status.ShouldBe(401);
        asked.Challenge.ShouldBe("Basic realm=\"procman\"");

        (await AskAsync("/pages/index.html", Basic("anybody", Token))).ShouldBe((200, "", "a page"));
        (await AskAsync("/pages", Basic("", Token))).Status.ShouldBe(200);
        (await AskAsync("/pages", "basic " + Basic("", Token)[6..])).Status.ShouldBe(200);
        (await AskAsync("/pages", "Bearer " + Token)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Only_the_token_opens_a_page()
    {
        (await AskAsync("/pages", Basic("anybody", Token[..^1]))).Status.ShouldBe(401);
        (await AskAsync("/pages", Basic("anybody", Token + ":"))).Status.ShouldBe(401);
        (await AskAsync("/pages", Basic(Token, ""))).Status.ShouldBe(401);
        (await AskAsync("/pages", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Token)))).Status.ShouldBe(401);
        (await AskAsync("/pages", "Basic " + Token)).Status.ShouldBe(401);
        (await AskAsync("/pages", "Basic ~")).Status.ShouldBe(401);
        (await AskAsync("/pages?token=" + Token)).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("/v1/health")]
    [InlineData("/metrics")]
    [InlineData("/pagesthatarent")]
    [InlineData("/pages/../v1/health")]
    [InlineData("/pages%2f..%2fv1/health")]
    public async Task A_password_opens_nothing_but_pages(string path)
    {
        var refused = await AskAsync(path, Basic("anybody", Token));
        refused.Text.ShouldNotContain("ready");
        if (!path.Contains('%', StringComparison.Ordinal))
        {
            refused.Status.ShouldBe(401);
            refused.Challenge.ShouldBe("Bearer");
        }
    }

    [Theory]
    [InlineData("evil.example", null)]
    [InlineData("localhost", "http://evil.example")]
    public async Task Host_and_origin_of_pages_are_checked_too(string host, string? origin) =>
        (await AskAsync("/pages", Basic("anybody", Token), host, origin)).Status.ShouldBe(403);

    [Fact]
    public async Task The_socket_needs_no_password()
    {
        using var http = Served.Over(_folder.At("s"));
        (await http.GetStringAsync("/pages")).ShouldBe("a page");
        (await http.GetStringAsync("/v1/health")).ShouldContain("ready");
    }

    private static string Basic(string user, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private async Task<(int Status, string Challenge, string Text)> AskAsync(string path, string? authorization = null, string? host = null, string? origin = null)
    {
        // The path is sent as written.
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_http.BaseAddress!.ToString().TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        Add("Authorization", authorization);
        Add("Host", host);
        Add("Origin", origin);
        using var response = await _http.SendAsync(request);
        return ((int)response.StatusCode, response.Headers.WwwAuthenticate.ToString(), await response.Content.ReadAsStringAsync());

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }
}
