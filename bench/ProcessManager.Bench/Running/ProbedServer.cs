using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProcessManager.Bench;

/// <summary>A server that says yes to <c>GET /NAME</c>, and keeps when each name was asked for and whether twice at once.</summary>
internal sealed class ProbedServer : IAsyncDisposable
{
    private static readonly byte[] Yes = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentDictionary<string, Asked> _asked = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    public ProbedServer()
    {
        _listener.Start(4096);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many names were asked for twice at once.</summary>
    public int Overlaps => _asked.Values.Count(asked => asked.Overlapped);

    public int Connections => _connections.Count;

    /// <summary>Forgets what was.</summary>
    public void Begin() => _asked.Clear();

    /// <summary>Of each name the milliseconds by which it was asked for later at the end than at the beginning, for all the intervals between; and the longest gap.</summary>
    public (IReadOnlyList<double> Drift, double LongestGap, int Fewest, int Most) Figures(TimeSpan interval)
    {
        var all = _asked.Values.Select(asked => asked.Times).Where(times => times.Count > 10).ToList();
        var drift = all.ConvertAll(times =>
        {
            var offsets = times.ConvertAll(time => (time - times[0]).TotalMilliseconds % interval.TotalMilliseconds);
            offsets = offsets.ConvertAll(offset => offset > interval.TotalMilliseconds / 2 ? offset - interval.TotalMilliseconds : offset);
            return Samples.Of([.. offsets.TakeLast(5)]).Median - Samples.Of([.. offsets.Take(5)]).Median;
        });
        var gap = all.Max(times => times.Zip(times.Skip(1), (one, next) => (next - one).TotalMilliseconds).Max());
        return (drift, gap, all.Min(times => times.Count), all.Max(times => times.Count));
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_over.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The bench is done with it.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var buffer = new byte[4096];
        using (socket)
        {
            try
            {
                int read;
                while ((read = await socket.ReceiveAsync(buffer, _over.Token)) > 0)
                {
                    // A probe's request fits into one packet.
                    var name = Encoding.ASCII.GetString(buffer, 0, read).Split(' ')[1];
                    var asked = _asked.GetOrAdd(name, _ => new Asked());
                    asked.Begin(TimeProvider.System.GetTimestamp());
                    await socket.SendAsync(Yes, _over.Token);
                    asked.End();
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // The other side has gone, or the bench is done.
            }
        }
    }

    private sealed class Asked
    {
        private readonly List<long> _times = [];
        private int _now;

        public bool Overlapped { get; private set; }

        public List<TimeSpan> Times
        {
            get
            {
                lock (_times)
                {
                    return _times.ConvertAll(time => TimeProvider.System.GetElapsedTime(0, time));
                }
            }
        }

        public void Begin(long time)
        {
            lock (_times)
            {
                _times.Add(time);
                Overlapped |= ++_now > 1;
            }
        }

        public void End()
        {
            lock (_times)
            {
                _now--;
            }
        }
    }
}
