using System.Net;
using System.Net.Sockets;

namespace ProcessManager.Os;

/// <summary>Connects as probes do.</summary>
internal static class Connecting
{
    private static readonly IPAddress[] ThisMachine = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>The first connection that one of the host's addresses takes.</summary>
    /// <exception cref="SocketException">None did; of the first address.</exception>
    public static async Task<Socket> ToAsync(string host, int port, CancellationToken cancellationToken)
    {
        SocketException? first = null;
        foreach (var address in await AddressesAsync(host, cancellationToken))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);

                // A port that nobody listens on may be given to this very connection, which then speaks to itself.
                if (!Equals(socket.LocalEndPoint, socket.RemoteEndPoint))
                {
                    return socket;
                }

                first ??= new SocketException((int)SocketError.ConnectionRefused);
                socket.Dispose();
            }
            catch (SocketException e)
            {
                first ??= e;
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw first ?? new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>This machine's own name needs nobody who is asked for it.</summary>
    private static async ValueTask<IPAddress[]> AddressesAsync(string host, CancellationToken cancellationToken) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? ThisMachine
        : IPAddress.TryParse(host.Trim('[', ']'), out var address) ? [address]
        : await Dns.GetHostAddressesAsync(host, cancellationToken);
}
