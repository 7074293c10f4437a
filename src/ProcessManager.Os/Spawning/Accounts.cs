using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ProcessManager.Os;

/// <summary>A user of this machine.</summary>
/// <param name="Name">Null for a number that no entry has.</param>
/// <param name="Gid">The primary group; the user's own number where there is no entry.</param>
internal sealed record UserAccount(string? Name, uint Uid, uint Gid, string Home, string Shell);

/// <summary>Users and groups by name or number, through the C library, so that NSS (LDAP, sssd) counts.</summary>
internal static unsafe partial class Accounts
{
    /// <summary>Null for a name that is unknown. A number without an entry is accepted, as systemd does.</summary>
    public static UserAccount? FindUser(string nameOrNumber)
    {
        if (!TryNumber(nameOrNumber, out var uid))
        {
            return Lookup((entry, buffer, size, found) => GetPwNam(nameOrNumber, (Passwd*)entry, buffer, size, (Passwd**)found), ToUser);
        }

        return FindUser(uid) ?? new UserAccount(null, uid, uid, "/", "/bin/sh");
    }

    /// <summary>Null when no entry has the number.</summary>
    public static UserAccount? FindUser(uint uid) =>
        Lookup((entry, buffer, size, found) => GetPwUid(uid, (Passwd*)entry, buffer, size, (Passwd**)found), ToUser);

    /// <summary>Null for a name that is unknown; a number is itself.</summary>
    public static uint? FindGroup(string nameOrNumber)
    {
        if (TryNumber(nameOrNumber, out var gid))
        {
            return gid;
        }

        var found = Lookup(
            (entry, buffer, size, found) => GetGrNam(nameOrNumber, (Group*)entry, buffer, size, (Group**)found),
            entry => (object)((Group*)entry)->Gid);
        return (uint?)found;
    }

    /// <summary>The groups that the group database gives the user, with <paramref name="gid"/> among them; that alone for one without a name.</summary>
    public static ValueList<uint> GroupsOf(UserAccount user, uint gid)
    {
        if (user.Name is null)
        {
            return [gid];
        }

        for (var size = 64; ; size *= 2)
        {
            var groups = new uint[size];
            var count = size;
            fixed (uint* start = groups)
            {
                if (GetGroupList(user.Name, gid, start, &count) >= 0)
                {
                    return new ValueList<uint>(groups[..count]);
                }
            }
        }
    }

    /// <summary>(uint)-1 means "unchanged" to the kernel and is nobody's number.</summary>
    private static bool TryNumber(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number != uint.MaxValue;

    private static UserAccount ToUser(nint entry)
    {
        var user = (Passwd*)entry;
        return new UserAccount(Text(user->Name), user->Uid, user->Gid, Text(user->Home), Text(user->Shell));
    }

    private static string Text(byte* text) => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    private delegate int Reentrant(nint entry, byte* buffer, nuint size, nint* found);

    private static T? Lookup<T>(Reentrant call, Func<nint, T> read)
        where T : class
    {
        var entry = stackalloc byte[128];
        for (nuint size = 2048; ; size *= 4)
        {
            var buffer = (byte*)NativeMemory.Alloc(size);
            try
            {
                nint found = 0;
                var error = call((nint)entry, buffer, size, &found);
                if (error != Errno.ERANGE)
                {
                    // Some modules of NSS answer ENOENT, ESRCH or EPERM for "not found": getpwnam_r(3).
                    return found == 0 ? null : read(found);
                }
            }
            finally
            {
                NativeMemory.Free(buffer);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetPwNam(string name, Passwd* entry, byte* buffer, nuint size, Passwd** found);

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static partial int GetPwUid(uint uid, Passwd* entry, byte* buffer, nuint size, Passwd** found);

    [LibraryImport("libc", EntryPoint = "getgrnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetGrNam(string name, Group* entry, byte* buffer, nuint size, Group** found);

    [LibraryImport("libc", EntryPoint = "getgrouplist", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetGroupList(string user, uint gid, uint* groups, int* count);

    [StructLayout(LayoutKind.Sequential)]
    private struct Passwd
    {
        public byte* Name;
        public byte* Password;
        public uint Uid;
        public uint Gid;
        public byte* Gecos;
        public byte* Home;
        public byte* Shell;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Group
    {
        public byte* Name;
        public byte* Password;
        public uint Gid;
        public byte** Members;
    }
}
