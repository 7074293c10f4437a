using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace ProcessManager.Http;

/// <summary>Asks a manager over HTTP once; every failure is a coded one.</summary>
internal sealed class Connection : IDisposable
{
    private static readonly TimeSpan QueueIsFull = TimeSpan.FromMilliseconds(10);

    private readonly HttpClient _http;
    private readonly string _where;

    public Connection(ClientOptions options)
    {
        var socket = options.SocketPath is null ? null : SocketPath.Check(options.SocketPath);
        if (socket is null == options.Address is null)
        {
            throw ProcessManagerException.Invalid([new Fault("", "a manager is at a socket or at an address: give one of the two")]);
        }

        _where = socket ?? options.Address!.ToString();
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) };
        if (socket is not null)
        {
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(socket, cancellationToken);
        }

        _http = new HttpClient(handler) { BaseAddress = options.Address ?? new Uri("http://localhost"), Timeout = Timeout.InfiniteTimeSpan };
        if (options.Token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Token);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A request whose answer is one JSON document.</summary>
    public async Task<T> AskAsync<T>(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, cancellationToken);
        return await ReadAsync(
            async () => await JsonSerializer.DeserializeAsync(await response.Content.ReadAsStreamAsync(cancellationToken), HttpJson.Of<T>(), cancellationToken)
                ?? throw new JsonException("null"),
            cancellationToken);
    }

    /// <summary>The head of a good answer; its body is still to be read. A problem is thrown.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw Failed(error);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ProblemOfAsync(response, cancellationToken);
        }
    }

    /// <summary>Reads from an answer; a connection that breaks meanwhile is told as that.</summary>
    public async Task<T> ReadAsync<T>(Func<Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read();
        }
        catch (Exception error) when (error is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            throw Broken(error);
        }
        catch (JsonException error)
        {
            throw new ProcessManagerException(ErrorCode.Internal, $"The answer of the manager at {_where} can't be read: {error.Message}", error);
        }
    }

    public ConnectionException Broken(Exception? error) =>
        new($"The connection to the manager at {_where} broke before its answer was there; what was asked for may have been done.", wasOpen: true, error);

    private async Task<ProcessManagerException> ProblemOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var isProblem = response.Content.Headers.ContentType?.MediaType == Problem.ContentType;
        if (!isProblem)
        {
            return new ProcessManagerException(ErrorCode.Internal, $"What listens at {_where} answered {(int)response.StatusCode} and doesn't look like a manager.");
        }

        var problem = await ReadAsync(
            async () => await JsonSerializer.DeserializeAsync(await response.Content.ReadAsStreamAsync(cancellationToken), HttpJson.Of<Problem>(), cancellationToken)
                ?? throw new JsonException("null"),
            cancellationToken);

        // It says so itself that it goes away, and maybe comes back.
        return response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is not null
            ? new ConnectionException(problem.Detail, wasOpen: true, null)
            : problem.ToException();
    }

    private ProcessManagerException Failed(HttpRequestException error)
    {
        if (error.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError))
        {
            return Broken(error);
        }

        return (error.InnerException as SocketException)?.SocketErrorCode == SocketError.AccessDenied
            ? new ProcessManagerException(ErrorCode.Forbidden, $"This user may not use the manager at {_where}; the manager's own user and root may.", error)
            : new ConnectionException($"No manager answers at {_where} ({Reason(error)}). Start one with `procman serve`.", wasOpen: false, error);
    }

    private static string Reason(HttpRequestException error) => (error.InnerException ?? error).Message;

    /// <summary>
    /// A unix socket whose queue of callers is full answers EAGAIN at once instead of letting the next one wait, so the waiting is done here: nothing
    /// was said to the manager yet, so that this is safe for every verb. The handler's connect timeout ends it.
    /// </summary>
    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await ConnectOnceAsync(path, cancellationToken);
            }
            catch (SocketException full) when (full.SocketErrorCode == SocketError.WouldBlock)
            {
                await Task.Delay(QueueIsFull, TimeProvider.System, cancellationToken);
            }
        }
    }

    private static async Task<Stream> ConnectOnceAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
