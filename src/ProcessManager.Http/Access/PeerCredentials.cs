using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ProcessManager.Http;

/// <summary>Who is at the other end of a unix socket, as the kernel says (<c>SO_PEERCRED</c>).</summary>
internal sealed partial record PeerCredentials(int OsPid, uint Uid, uint Gid)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary>The manager's own user and root may use it.</summary>
    public bool MayUse => Uid == 0 || Uid == OwnUid();

    public static PeerCredentials Of(Socket socket)
    {
        Span<byte> raw = stackalloc byte[12];
        socket.GetRawSocketOption(SolSocket, SoPeerCred, raw);
        var fields = MemoryMarshal.Cast<byte, int>(raw);
        return new PeerCredentials(fields[0], (uint)fields[1], (uint)fields[2]);
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint OwnUid();
}
