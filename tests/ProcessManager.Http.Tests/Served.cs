using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace ProcessManager.Http.Tests;

/// <summary>A server over a <see cref="MemoryManager"/> on a socket in a directory of its own, and on a TCP port where that is asked for.</summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("pm");
    private readonly ServerOptions _options;
    private ProcessManagerServer? _server;

    private Served(bool tcp) => _options = new ServerOptions
    {
        SocketPath = Path.Combine(_directory.FullName, "s", "procman.sock"),
        Tcp = tcp ? new TcpOptions { Url = new Uri("http://127.0.0.1:0"), TokenFile = TokenFile } : null,
    };

    public MemoryManager Manager { get; } = new();

    public string Socket => _options.SocketPath!;

    public string Folder => _directory.FullName;

    public string TokenFile => Path.Combine(_directory.FullName, "token");

    public string Token => File.ReadAllText(TokenFile).Trim();

    public Uri Tcp => new(_server!.Addresses.Single(address => !address.Contains("unix", StringComparison.Ordinal)));

    /// <summary>Over the socket.</summary>
    public HttpClient Http { get; private set; } = null!;

    public HttpProcessManager Client { get; private set; } = null!;

    public static async Task<Served> StartAsync(bool tcp = false)
    {
        var served = new Served(tcp);
        await served.ComeBackAsync();
        served.Http = Over(served.Socket);
        served.Client = new HttpProcessManager(served.Socket);
        return served;
    }

    public static HttpClient Over(string socket) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
            return new NetworkStream(connection, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://localhost"), Timeout = TimeSpan.FromSeconds(30) };

    public async Task GoAwayAsync() => await _server!.DisposeAsync();

    public async Task ComeBackAsync() => _server = await ProcessManagerServer.StartAsync(Manager, _options);

    public async Task<(int Status, JsonElement Json)> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        return await SendAsync(Http, request);
    }

    public static async Task<(int Status, JsonElement Json)> SendAsync(HttpClient http, HttpRequestMessage request)
    {
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if ((int)response.StatusCode >= 400)
        {
            response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", text);
        }

        return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Http.Dispose();
        await _server!.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
