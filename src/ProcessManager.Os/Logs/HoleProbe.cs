namespace ProcessManager.Os;

/// <summary>
/// Whether a file system can free the head of a file: tried once, with a log of its own. It takes the very way that a log over its budget takes,
/// so that this is compiled (50-100 ms on a busy machine) before the first child writes at full speed.
/// </summary>
internal static class HoleProbe
{
    private const int Size = 64 << 10;

    internal static bool Supported(string folder)
    {
        // No process can have an id that starts with a dot.
        var place = Path.Combine(folder, $".probe-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(place);
            var file = new LogFile(Path.Combine(place, "stdout.log"), LogStream.Stdout);
            File.WriteAllBytes(file.Path, new byte[Size]);
            file.See(long.MaxValue);
            file.Keep(file.FirstAfter(Size / 2));

            var index = new LogIndex(place);
            index.AddKept(file, file.FirstKept);
            index.Add(file, new TimePoint(file.End, 0));
            index.Write();
            return file.Free(0) == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk is no answer. Suppose the usual: punching needs no space, and what fails then is reported.
            return true;
        }
        finally
        {
            Delete(place);
        }
    }

    private static void Delete(string place)
    {
        try
        {
            Directory.Delete(place, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left is small, and the next probe uses it again.
        }
    }
}
