namespace ProcessManager.Embedded;

/// <summary>
/// A file that takes space for the day on which the disk is full: freed at the first write that fails for it, so that ends can still be recorded
/// and orders to end still be taken. Filled again when the manager next starts.
/// </summary>
internal sealed class Ballast(string path)
{
    private const int Size = 16 << 20;

    public void Fill()
    {
        if (File.Exists(path) && new FileInfo(path).Length == Size)
        {
            return;
        }

        try
        {
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                PreallocationSize = Size,
            });
            file.SetLength(Size);
        }
        catch (IOException)
        {
            // No room for it: the disk is as good as full already, and the first write will say so.
            _ = Free();
        }
    }

    /// <summary>Whether there was something to free.</summary>
    public bool Free()
    {
        try
        {
            var there = File.Exists(path);
            File.Delete(path);
            return there;
        }
        catch (IOException)
        {
            return false; // A read-only file system: nothing can be freed there.
        }
    }
}
