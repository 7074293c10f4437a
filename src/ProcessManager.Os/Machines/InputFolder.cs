namespace ProcessManager.Os;

/// <summary>
/// Input of commands, as files: a child reads at its own pace, nobody pumps, and a second attempt reads it again.
/// A file lives as long as its command is waited for; what a killed manager left is deleted by the next.
/// </summary>
internal sealed class InputFolder
{
    private readonly string _path;

    public InputFolder(string path)
    {
        _path = path;
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <exception cref="ProcessManagerException">StorageFull, StorageUnavailable.</exception>
    public async Task<Input> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var file = Path.Combine(_path, Guid.NewGuid().ToString("N"));
        try
        {
            await File.WriteAllBytesAsync(file, bytes, cancellationToken);
            return new Input(file);
        }
        catch (IOException failure)
        {
            File.Delete(file);
            const int noSpace = 28;
            var code = (failure.HResult & 0xffff) == noSpace ? ErrorCode.StorageFull : ErrorCode.StorageUnavailable;
            throw new ProcessManagerException(code, $"The input of the command can't be written to {_path}: {failure.Message}", failure);
        }
    }

    internal sealed class Input(string path) : IDisposable
    {
        public StdinSpec Spec { get; } = new() { Mode = StdinMode.File, Path = path };

        public void Dispose() => File.Delete(path);
    }
}
