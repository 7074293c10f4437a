using System.Net.Sockets;
using System.Text;

namespace ProcessManager.Http.Tests;

/// <summary>A server that reads each request and hangs up on it, until it has an answer to give.</summary>
internal sealed class BreakingServer : IAsyncDisposable
{
    private readonly Folder _folder = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Queue<string?> _answers;
    private readonly Task _serving;

    /// <param name="answers">One for each connection, in order: what is sent, or null for none.</param>
    public BreakingServer(params string?[] answers)
    {
        _answers = new Queue<string?>(answers);
        _listener.Bind(new UnixDomainSocketEndPoint(_folder.At("s")));
        _listener.Listen();
        _serving = ServeAsync();
        Client = new HttpProcessManager(_folder.At("s"));
    }

    public HttpProcessManager Client { get; }

    public List<string> Requests { get; } = [];

    public static string Json(string status, string type, string body) =>
        $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _listener.Dispose();
        await _serving;
        _folder.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var socket = await _listener.AcceptAsync();
                var buffer = new byte[64 << 10];
                var length = await socket.ReceiveAsync(buffer);
                Requests.Add(Encoding.UTF8.GetString(buffer, 0, length).Split('\r')[0]);
                if (_answers.TryDequeue(out var answer) && answer is not null)
                {
                    await socket.SendAsync(Encoding.UTF8.GetBytes(answer));
                }
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The listener was disposed of: the test is over.
        }
    }
}
