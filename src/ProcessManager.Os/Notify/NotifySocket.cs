using System.Runtime.InteropServices;
using System.Text;

namespace ProcessManager.Os;

/// <summary>A datagram socket of this machine whose messages come with the kernel's word on who sent them.</summary>
internal sealed unsafe partial class NotifySocket : IDisposable
{
    /// <summary>Of a sockaddr_un's path, its closing zero included.</summary>
    private const int MostPath = 108;

    private const int Unix = 1;
    private const int Datagram = 2 | 0x80000 | 0x800; // SOCK_CLOEXEC, SOCK_NONBLOCK
    private const int SocketLevel = 1;
    private const int PassCredentials = 16;
    private const int Credentials = 2;
    private const int CloseReceived = 0x40000000;

    private NotifySocket(int descriptor, string address) => (Descriptor, Address) = (descriptor, address);

    public int Descriptor { get; }

    /// <summary>As NOTIFY_SOCKET has it: a path, or @ and a name.</summary>
    public string Address { get; }

    public static bool Fits(string path) => Encoding.UTF8.GetByteCount(path) < MostPath;

    /// <param name="address">A path, whose file is made anew and for its owner alone; or @ and a name that needs no file.</param>
    /// <exception cref="ProcessManagerException">StartFailed.</exception>
    public static NotifySocket Bind(string address)
    {
        var descriptor = socket(Unix, Datagram, 0);
        var one = 1;
        var raw = stackalloc byte[2 + MostPath];
        *(ushort*)raw = Unix;
        var length = 2 + Encoding.UTF8.GetBytes(address, new Span<byte>(raw + 2, MostPath));
        if (address[0] == '@')
        {
            raw[2] = 0;
        }
        else
        {
            _ = Libc.Unlink(address);
            length++;
        }

        if (descriptor < 0 || setsockopt(descriptor, SocketLevel, PassCredentials, &one, sizeof(int)) != 0 || bind(descriptor, raw, length) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            _ = descriptor < 0 ? 0 : Libc.Close(descriptor);
            throw new ProcessManagerException(ErrorCode.StartFailed, $"The socket {address}, by which processes tell of themselves, can't be made ({Errno.Describe(errno)}).");
        }

        if (address[0] != '@')
        {
            File.SetUnixFileMode(address, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return new NotifySocket(descriptor, address);
    }

    /// <summary>The next message, if there is one, and the process that sent it; 0 when the kernel didn't say.</summary>
    /// <returns>False when there is none now.</returns>
    public bool TryReceive(Span<byte> buffer, out int length, out int sender)
    {
        // Room for credentials and no more: descriptors that come along are closed by the kernel, which is also what a sender's BARRIER=1 waits for.
        const int ControlSize = 32;
        var control = stackalloc byte[ControlSize];
        fixed (byte* into = buffer)
        {
            var vector = new IoVector { Base = into, Length = (nuint)buffer.Length };
            var header = new MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlSize };
            var read = recvmsg(Descriptor, &header, CloseReceived);
            length = (int)Math.Max(read, 0);
            sender = read >= 0 && header.ControlLength >= 28 && *(int*)(control + 8) == SocketLevel && *(int*)(control + 12) == Credentials ? *(int*)(control + 16) : 0;
            return read >= 0;
        }
    }

    public void Dispose()
    {
        _ = Libc.Close(Descriptor);
        if (Address[0] != '@')
        {
            _ = Libc.Unlink(Address);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int descriptor, void* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int descriptor, int level, int option, void* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvmsg(int descriptor, MessageHeader* header, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
