using System.Globalization;
using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>What this process is and what its children are unless told otherwise, read when the spawner is made. Never freed.</summary>
internal sealed unsafe class ManagerIdentity
{
    private const int SysResource = 24;

    public ManagerIdentity()
    {
        Uid = Libc.GetEuid();
        Gid = Libc.GetEgid();
        var count = Libc.GetGroups(0, null);
        GroupNumbers = (uint*)NativeMemory.Alloc((nuint)Math.Max(count, 1), sizeof(uint));
        GroupCount = Math.Max(Libc.GetGroups(count, GroupNumbers), 0);
        Groups = new ValueList<uint>(new ReadOnlySpan<uint>(GroupNumbers, GroupCount).ToArray());

        // umask(2) can only be read by changing it, for all threads.
        Umask = Convert.ToInt32(StatusField("Umask:"), 8);
        MayRaiseLimits = (ulong.Parse(StatusField("CapEff:"), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> SysResource & 1) != 0;
        IsDumpable = SpawnCalls.Instance->PrCtl(3 /* PR_GET_DUMPABLE */, 0, 0, 0, 0) == 1;
    }

    public uint Uid { get; }

    public uint Gid { get; }

    public ValueList<uint> Groups { get; }

    public uint* GroupNumbers { get; }

    public int GroupCount { get; }

    public int Umask { get; }

    public bool IsDumpable { get; }

    public bool MayRaiseLimits { get; }

    public bool Is(Credentials? who) =>
        who is null || (who.Uid == Uid && who.Gid == Gid && who.Groups.Order().SequenceEqual(Groups.Order()));

    private static string StatusField(string name) =>
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim();
}
