using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProcessManager.Os.Tests;

/// <summary>A server that treats each connection in its own way, and counts how many it has at once.</summary>
internal sealed class Target : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Func<NetworkStream, CancellationToken, Task> _treat;
    private readonly List<Task> _all = [];
    private readonly Task _accepting;
    private int _now;

    public Target(Func<NetworkStream, CancellationToken, Task> treat)
    {
        _treat = treat;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://localhost:{Port}/";

    public int Connections { get; private set; }

    public int MostAtOnce { get; private set; }

    /// <summary>Reads the request's head and answers this text.</summary>
    public static Target Answering(Func<string> text) => new(async (stream, cancellationToken) =>
    {
        await HeadAsync(stream, cancellationToken);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text()), cancellationToken);
    });

    public static async Task HeadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var text = "";
        int read;
        while (!text.Contains("\r\n\r\n") && (read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            text += Encoding.ASCII.GetString(buffer, 0, read);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_all);
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _all.Add(TreatAsync(await _listener.AcceptTcpClientAsync(_over.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task TreatAsync(TcpClient client)
    {
        lock (_all)
        {
            Connections++;
            MostAtOnce = Math.Max(MostAtOnce, ++_now);
        }

        using (client)
        {
            try
            {
                await _treat(client.GetStream(), _over.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The other side has gone, or the test is over.
            }
        }

        lock (_all)
        {
            _now--;
        }
    }
}
