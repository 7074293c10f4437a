using System.Net.Sockets;

namespace ProcessManager.Os;

/// <summary>Asks whether a connection is taken.</summary>
internal static class TcpProbe
{
    public static async Task<ProbeAnswer> AskAsync(ProbeTarget.Tcp target, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = await Connecting.ToAsync(target.Host, target.Port, cancellationToken);

            // Reset, not closed: a thousand probes a second leave no thousands of ports in TIME_WAIT.
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            return ProbeAnswer.Success;
        }
        catch (SocketException e)
        {
            return ProbeAnswer.Failure($"{target.Host}:{target.Port}: {e.Message}");
        }
    }
}
