namespace ProcessManager.Os;

/// <summary>What became of a child while no manager was there. Never a guess: see <see cref="ChildLedger"/>.</summary>
internal abstract record Adoption
{
    private Adoption()
    {
    }

    /// <summary>It lives.</summary>
    public sealed record Found(PidFd Main, DateTimeOffset? SpawnedAt) : Adoption;

    /// <summary>It ran, and has ended.</summary>
    /// <param name="At">Null: nobody saw when.</param>
    public sealed record Ended(ChildIdentity? Main, ExitStatus Status, DateTimeOffset? At) : Adoption;

    public sealed record NeverRan : Adoption;

    /// <param name="record">What the ledger has; null: no entry.</param>
    /// <param name="known">The main child as the host's journal knows it.</param>
    /// <param name="ledgerIsComplete">Whether no entry proves that there was no child.</param>
    /// <param name="findByMark">The main child that carries the mark, if one lives.</param>
    public static Adoption Of(LedgerRecord? record, ChildIdentity? known, bool ledgerIsComplete, Func<ChildIdentity?> findByMark)
    {
        if (record?.Status is { } status)
        {
            return new Ended(record.Child ?? known, status, record.EndedAt);
        }

        if ((record?.Child ?? known) is { } child)
        {
            return OfChild(child, record?.Child == child ? record.SpawnedAt : null);
        }

        if (record?.BootId is { } boot && !string.Equals(boot, ChildIdentities.BootId, StringComparison.Ordinal))
        {
            return new Ended(null, new ExitStatus.Rebooted(), null);
        }

        if (findByMark() is { } found)
        {
            return OfChild(found, null);
        }

        // An entry of this boot, or no entry in a complete ledger: then the marker tells. Else it was lost with the boot before.
        return record is { Started: true } ? new Ended(null, new ExitStatus.Unknown(), null)
            : record?.BootId is not null || ledgerIsComplete ? new NeverRan()
            : new Ended(null, new ExitStatus.Rebooted(), null);
    }

    private static Adoption OfChild(ChildIdentity child, DateTimeOffset? spawnedAt)
    {
        if (!string.Equals(child.BootId, ChildIdentities.BootId, StringComparison.Ordinal))
        {
            return new Ended(child, new ExitStatus.Rebooted(), null);
        }

        if (PidFd.Open(child) is not { } main)
        {
            return new Ended(child, new ExitStatus.Unknown(), null);
        }

        // Dead, and its new parent is slow to collect it: nothing to adopt. (One of our own we collect ourselves, as its watcher.)
        if (ProcStat.TryRead(child.OsPid, out var stat) && stat is { State: 'Z' } && stat.ParentPid != Environment.ProcessId)
        {
            using (main)
            {
                return new Ended(child, AdoptedEnd.Read(main) ?? new ExitStatus.Unknown(), null);
            }
        }

        return new Found(main, spawnedAt);
    }
}
