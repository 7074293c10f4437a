using System.Net.Sockets;
using System.Text;

namespace ProcessManager.Cli;

/// <summary>What a service tells the supervisor that started it (sd_notify): one datagram, if it asked for any.</summary>
internal static class ServiceNotice
{
    public static void Send(Caller caller, string state)
    {
        if (caller.Variable("NOTIFY_SOCKET") is not { } address)
        {
            return;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // An @ stands for the zero byte of an abstract address.
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address));
        }
        catch (SocketException)
        {
            // Whoever asked isn't listening any more. We run all the same.
        }
    }
}
