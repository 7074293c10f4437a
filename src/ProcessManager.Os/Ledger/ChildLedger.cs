namespace ProcessManager.Os;

/// <summary>
/// One small file per child, <c>ledger/ID@RUN.ATTEMPT</c>, so that "decided, but did it run?" is never guessed: the intent is there before the
/// spawn, the child itself makes the start marker (<c>ledger/started/</c>) as the last thing before exec, the identity follows.
/// <code>
/// manager   intent ──── spawn ─────────────── identity ──── end ──── released: both files deleted
/// child                   └─ marker ─ exec ─ …
///          │never ran│ ?    │ it ran; found by its mark │ it ran; found by its identity
/// </code>
/// The '?' between spawn and marker closes by itself before anybody reads it: see <see cref="DataDirectory"/>.
/// </summary>
internal sealed class ChildLedger
{
    private readonly DataDirectory _home;
    private readonly string _bootFile;

    public ChildLedger(DataDirectory home, string bootId)
    {
        _home = home;
        BootId = bootId;
        _bootFile = Path.Combine(home.Root, "boot");
        if (home.IsNew)
        {
            SmallFile.Replace(_bootFile, bootId + "\n");
        }

        Complete = string.Equals(SmallFile.TryRead(_bootFile, out _)?.Trim(), bootId, StringComparison.Ordinal);
    }

    public string BootId { get; }

    /// <summary>
    /// Whether a missing entry proves that there was no child. Not so after a reboot until recovery is over: files that weren't synced may be lost.
    /// </summary>
    public bool Complete { get; private set; }

    /// <summary>Every child of the boot before is accounted for: from now on a missing entry says that there was no child.</summary>
    public void RecoveryIsOver()
    {
        if (!Complete)
        {
            SmallFile.Replace(_bootFile, BootId + "\n");
            Complete = true;
        }
    }

    /// <summary>Where the child makes its start marker.</summary>
    public string MarkerOf(ProcessId id, Epoch epoch) => $"{_home.MarkerFolder}/{id}@{epoch}";

    /// <summary>
    /// Everything that it knows; <paramref name="problem"/> is told of each file that can't be read (which then counts as an intent). An empty one
    /// is no problem: its writer was killed between making and writing it.
    /// </summary>
    public IReadOnlyList<LedgerRecord> Load(Action<string> problem)
    {
        var records = new List<LedgerRecord>();
        foreach (var file in Directory.EnumerateFiles(_home.LedgerFolder))
        {
            if (TryParseName(Path.GetFileName(file.AsSpan())) is not var (id, epoch))
            {
                continue;
            }

            var record = new LedgerRecord(id, epoch) { Started = File.Exists(MarkerOf(id, epoch)) };
            var text = SmallFile.TryRead(file, out var fault);
            var readable = text is not null && LedgerLines.TryRead(text, ref record);
            if (!readable && (fault is not null || text is { Length: > 0 }))
            {
                problem($"The ledger entry {Path.GetFileName(file)} is unreadable{(fault is null ? "" : ": " + fault)}.");
            }

            records.Add(record);
        }

        return records;
    }

    /// <summary>Says that this child is about to be started.</summary>
    /// <exception cref="ProcessManagerException">StorageFull, StorageUnavailable: it can't be written, so nothing may be started.</exception>
    /// <param name="group">The control group that was made for it.</param>
    public void Intend(ProcessId id, Epoch epoch, string? group = null)
    {
        try
        {
            SmallFile.Create(FileOf(id, epoch), LedgerLines.Intent(BootId) + (group is null ? "" : LedgerLines.Group(group)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SmallFile.Explain(e, $"The start of {id} can't be written down");
        }
    }

    /// <summary>Says which process it became.</summary>
    public void Identify(ProcessId id, Epoch epoch, ChildIdentity child, DateTimeOffset at) => TryAppend(id, epoch, LedgerLines.Child(child, at));

    /// <summary>Says how it ended: told again to a host that didn't get to journal it.</summary>
    public void End(ProcessId id, Epoch epoch, ExitStatus status, DateTimeOffset at) => TryAppend(id, epoch, LedgerLines.End(status, at));

    public void Forget(ProcessId id, Epoch epoch)
    {
        try
        {
            // The marker first: an entry without it says "never ran", which nobody asks any more; a marker alone would stay for ever.
            File.Delete(MarkerOf(id, epoch));
            File.Delete(FileOf(id, epoch));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays, and is forgotten at the end of the next recovery: no record knows it then.
        }
    }

    private void TryAppend(ProcessId id, Epoch epoch, string line)
    {
        try
        {
            SmallFile.Append(FileOf(id, epoch), line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The child runs or has ended whatever the disk says. Without this line it is found by its mark, and its end is Unknown to a successor.
        }
    }

    private string FileOf(ProcessId id, Epoch epoch) => $"{_home.LedgerFolder}/{id}@{epoch}";

    private static (ProcessId Id, Epoch Epoch)? TryParseName(ReadOnlySpan<char> name)
    {
        var at = name.LastIndexOf('@');
        return at > 0 && ProcessId.TryParse(name[..at].ToString(), out var id) && Epoch.TryParse(name[(at + 1)..], out var epoch) ? (id, epoch) : null;
    }
}
