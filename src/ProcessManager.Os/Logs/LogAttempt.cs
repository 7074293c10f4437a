namespace ProcessManager.Os;

/// <summary>Where the output of one attempt begins in both streams.</summary>
internal readonly record struct LogAttempt(Epoch Epoch, bool Merged, long Stdout, long Stderr)
{
    /// <summary>Epochs rise; one that doesn't belongs to a new process of the same name, and what came before is forgotten.</summary>
    internal void AddTo(List<LogAttempt> attempts)
    {
        if (attempts.Count > 0 && attempts[^1].Epoch >= Epoch)
        {
            attempts.Clear();
        }

        attempts.Add(this);
    }

    internal long Start(LogStream stream) => stream == LogStream.Stdout ? Stdout : Stderr;
}
