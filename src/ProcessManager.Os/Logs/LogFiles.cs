using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>
/// The descriptors that a child gets as its standard output and error (append only, close-on-exec). Dispose them once it is spawned: the
/// child keeps its own.
/// </summary>
public sealed class LogFiles(SafeFileHandle stdout, SafeFileHandle stderr) : IDisposable
{
    public SafeFileHandle Stdout { get; } = stdout;

    /// <summary>The same one as <see cref="Stdout"/> for merged and discarded output.</summary>
    public SafeFileHandle Stderr { get; } = stderr;

    /// <summary>The terminal that they are; null: they aren't one.</summary>
    internal Terminal? Terminal { get; init; }

    public void Dispose()
    {
        Stdout.Dispose();
        Stderr.Dispose();
    }
}
