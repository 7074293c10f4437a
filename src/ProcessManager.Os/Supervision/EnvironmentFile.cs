using System.Text;
using ProcessManager.Os.Native;

namespace ProcessManager.Os;

/// <summary>The file of variables that a spec names, read anew at each start.</summary>
internal static class EnvironmentFile
{
    private const int MostBytes = 1 << 20;

    /// <param name="name">Null: none.</param>
    /// <param name="directory">What the name is relative to.</param>
    /// <exception cref="ProcessManagerException">StartFailed: naming the file, and the lines that aren't right.</exception>
    public static ValueMap<string> Read(string? name, string directory)
    {
        if (name is null)
        {
            return [];
        }

        var path = Path.GetFullPath(name, directory);
        var (variables, faults) = EnvironmentFileText.Parse(Text(path));
        return faults.Count == 0 ? variables : throw Refused(path, string.Join("; ", faults));
    }

    private static string Text(string path)
    {
        try
        {
            // A pipe or a device would have us wait for whoever writes it, or never end.
            if (!FileStatus.IsRegular(path))
            {
                throw Refused(path, File.Exists(path) || Directory.Exists(path) ? "it isn't a regular file" : "there is no such file");
            }

            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[MostBytes + 1];
            var length = 0;
            while (length < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(length), length) is > 0 and var read)
            {
                length += read;
            }

            return length <= MostBytes
                ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes, 0, length)
                : throw Refused(path, "it has more than 1 MiB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw Refused(path, e is DecoderFallbackException ? "it isn't UTF-8" : e.Message, e);
        }
    }

    private static ProcessManagerException Refused(string path, string why, Exception? cause = null) =>
        new(ErrorCode.StartFailed, $"The environment file {path} can't be used: {why}.", cause);
}
