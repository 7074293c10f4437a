namespace ProcessManager.Os;

/// <summary>
/// Frees old output: what is over the budget, and what is asked to go. Readers and a later manager know before the bytes are gone. Guarded by the lock of
/// its <see cref="ProcessLog"/>.
/// </summary>
internal sealed class LogFreeing(LogNotes notes, Lazy<bool> holesSupported)
{
    /// <summary>For each file; no limit until it is known.</summary>
    internal long Budget { get; set; } = long.MaxValue;

    /// <summary>What the file can still grow by until it takes a quarter more than its budget.</summary>
    internal long RoomLeft(LogFile file) => LogBudget.RoomLeft(file.End - file.FirstKept, Budget);

    /// <summary>Frees the head of a file that is over its budget, where the file system can.</summary>
    internal void KeepBudget(LogFile file)
    {
        if (HoleEnd(file) is not { } hole || !holesSupported.Value)
        {
            return;
        }

        // On a full disk what is noted is lost, and the bytes go all the same.
        var from = file.FirstKept;
        file.Keep(file.FirstAfter(hole));
        notes.Kept(file);
        notes.Write();
        notes.Report("free", file.Free(from));
    }

    /// <summary>Where the file system can't free a head: empties a file that is over its budget. While nobody writes.</summary>
    internal void CutWithoutHoles(LogFile file)
    {
        if (HoleEnd(file) is not null && !holesSupported.Value)
        {
            StartAfresh(file);
        }
    }

    /// <summary>Frees what stands before an offset. The block that it shares with what is kept stays.</summary>
    /// <param name="live">Whether a child may write: then the file can't be emptied.</param>
    internal void DropBefore(LogFile file, long offset, Func<bool> live)
    {
        var from = file.FirstKept;
        if (offset <= from)
        {
            return;
        }

        if (offset == file.End && !live())
        {
            StartAfresh(file);
            return;
        }

        file.Keep(offset);
        notes.Kept(file);
        notes.Report("free", holesSupported.Value ? file.Free(from) : 0);
    }

    private long? HoleEnd(LogFile file) => LogBudget.HoleEnd(file.End - file.Base, file.FirstKept - file.Base, Budget);

    private void StartAfresh(LogFile file)
    {
        notes.Report("free", file.StartAfresh());
        notes.Rebased(file);
    }
}
