using System.Runtime.InteropServices;
using System.Text;

namespace ProcessManager.Os.Native;

/// <summary>What statx(2) says of a file. It is the stat whose layout is the same on every architecture.</summary>
/// <param name="DiskBytes">What it takes on disk, without its holes.</param>
/// <param name="WrittenMs">When it was last written, milliseconds since 1970.</param>
internal readonly partial record struct FileStatus(long Size, long DiskBytes, long WrittenMs)
{
    private const int AtWorkingDirectory = -100;
    private const int DontSync = 0x4000;
    private const uint ModifiedTime = 0x40;
    private const uint SizeAndBlocks = 0x600;

    /// <summary>False when there is no such file or it can't be read.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> path, out FileStatus status)
    {
        Span<byte> answer = stackalloc byte[256];
        if (Statx(AtWorkingDirectory, path, DontSync, SizeAndBlocks | ModifiedTime, answer) != 0)
        {
            status = default;
            return false;
        }

        status = new FileStatus(
            MemoryMarshal.Read<long>(answer[40..]),
            MemoryMarshal.Read<long>(answer[48..]) * 512,
            (MemoryMarshal.Read<long>(answer[112..]) * 1000) + (MemoryMarshal.Read<uint>(answer[120..]) / 1_000_000));
        return true;
    }

    /// <summary>Whether it is a file that can be read to an end: no directory, pipe or device. False when there is none.</summary>
    internal static bool IsRegular(string path)
    {
        const uint Type = 1;
        Span<byte> answer = stackalloc byte[256];
        return Statx(AtWorkingDirectory, Encoding.UTF8.GetBytes(path + '\0'), 0, Type, answer) == 0
            && (MemoryMarshal.Read<ushort>(answer[28..]) & 0xF000) == 0x8000;
    }

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int Statx(int directory, ReadOnlySpan<byte> path, int flags, uint mask, Span<byte> answer);
}
