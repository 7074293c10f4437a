using ProcessManager.Embedded;

namespace ProcessManager.Cli;

/// <summary>A file of processes, YAML or JSON.</summary>
internal static class ProcessFile
{
    private const int MostBytes = 1 << 20;

    /// <exception cref="ProcessManagerException">NotFound, TooLarge, StorageUnavailable; InvalidSpec with the place in the file of each fault.</exception>
    public static StackSpec Read(Caller caller, string name)
    {
        var path = caller.Absolute(name);
        var bytes = Bytes(path, name);
        var bound = SpecBinder.File(SpecDocument.Parse(path, bytes), otherwiseNamed: Path.GetFileNameWithoutExtension(path), directory: Path.GetDirectoryName(path));
        return bound.Valid ? bound.Value : throw ProcessManagerException.Invalid(SpecDocument.Placed(name, bound.Faults));
    }

    /// <summary>A file that somebody wrote, if it isn't too large.</summary>
    /// <exception cref="ProcessManagerException">NotFound, TooLarge, StorageUnavailable.</exception>
    public static byte[] Bytes(string path, string name)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Length <= MostBytes
                ? File.ReadAllBytes(path)
                : throw new ProcessManagerException(ErrorCode.TooLarge, $"{name} has {Words.Size(file.Length)}; a file of processes has at most {Words.Size(MostBytes)}.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ProcessManagerException(ErrorCode.NotFound, Directory.Exists(path) ? $"{name} is a directory." : $"There is no file {name}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProcessManagerException(ErrorCode.StorageUnavailable, $"{name} can't be read: {e.Message}", e);
        }
    }
}
