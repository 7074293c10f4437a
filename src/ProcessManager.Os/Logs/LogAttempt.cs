namespace ProcessManager.Os;

/// <summary>Where the output of one attempt begins in both streams.</summary>
internal readonly record struct LogAttempt(Epoch Epoch, bool Merged, long Stdout, long Stderr)
{
    internal long Start(LogStream stream) => stream == LogStream.Stdout ? Stdout : Stderr;
}
