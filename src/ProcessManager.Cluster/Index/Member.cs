namespace ProcessManager.Cluster;

/// <summary>What a partition has heard of a member.</summary>
internal enum Standing
{
    /// <summary>It is about to be created: not shown.</summary>
    Announced,

    /// <summary>It is known from a row alone; it is asked until it is heard of.</summary>
    Unheard,

    /// <summary>It told how it is.</summary>
    Heard,

    /// <summary>Asked, there was no such process. Not shown, and dropped if there is none later.</summary>
    Absent,
}

/// <summary>A process in its partition.</summary>
internal sealed class Member(ProcessId id)
{
    public ProcessId Id { get; } = id;

    public Standing Standing { get; set; }

    /// <summary>Null: it has to be asked.</summary>
    public ProcessInfo? Info { get; set; }

    public DateTimeOffset? WakeAt { get; set; }

    public bool Quiet { get; set; }

    /// <summary>Its row says that it is busy, whatever becomes of writes that are under way.</summary>
    public bool WrittenBusy { get; set; }

    /// <summary>What was last said to it of its node; null: nothing yet.</summary>
    public NodeNews? Told { get; set; }

    /// <summary>When it was last asked, and how often in vain.</summary>
    public Asked Asked { get; set; } = new(null, default, 0);

    /// <summary>It was told to go, as there are too many.</summary>
    public bool Evicted { get; set; }

    public bool Shown => Standing is Standing.Unheard or Standing.Heard;

    public IndexRow.Entry ToEntry() => Quiet ? new IndexRow.Entry(Id, Busy: false, Info, WakeAt) : new IndexRow.Entry(Id, Busy: true);

    /// <summary>As a row has it. A busy one may have done anything since.</summary>
    public static Member Of(IndexRow.Entry entry) => new(entry.Id)
    {
        Standing = entry.Busy ? Standing.Unheard : Standing.Heard,
        Info = entry.Info,
        WakeAt = entry.WakeAt,
        Quiet = !entry.Busy,
        WrittenBusy = entry.Busy,
    };
}

/// <param name="WakeAt">What it wanted when it was asked.</param>
/// <param name="InVain">Tries since it was last heard of.</param>
internal sealed record Asked(DateTimeOffset? WakeAt, DateTimeOffset At, int InVain);
