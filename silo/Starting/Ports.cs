using System.Net;
using System.Net.Sockets;

namespace ProcessManager.Silo;

/// <summary>
/// Whether the silo can listen where it is told to: asked before it joins the cluster, because what fails later leaves a trace there. And Orleans wouldn't
/// see it: its sockets share their ports (SO_REUSEPORT), so that two silos on one port would each get some of the other's connections.
/// </summary>
internal static class Ports
{
    /// <exception cref="ProcessManagerException">AddressInUse; InvalidSpec: not an address of this machine.</exception>
    public static void EnsureFree(SiloOptions options)
    {
        var place = options.Place;
        EnsureFree(new IPEndPoint(place.Address, place.SiloPort), "--silo-port", "--address");
        EnsureFree(new IPEndPoint(place.Address, place.GatewayPort), "--gateway-port", "--address");
        if (options.Doors.Tcp is { Url: var url } && IPAddress.TryParse(url.Host.Trim('[', ']'), out var address))
        {
            EnsureFree(new IPEndPoint(address, url.Port), "--http", "--http");
        }
    }

    private static void EnsureFree(IPEndPoint at, string option, string addressOption)
    {
        using var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(at);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new ProcessManagerException(ErrorCode.AddressInUse, $"Something else listens at {at} ({option}).", e);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            throw ProcessManagerException.Invalid([new Fault(addressOption, $"{at.Address} isn't an address of this machine")]);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new ProcessManagerException(ErrorCode.PermissionDenied, $"This user may not listen at {at} ({option}).", e);
        }
    }
}
