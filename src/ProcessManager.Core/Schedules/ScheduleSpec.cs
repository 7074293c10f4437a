namespace ProcessManager;

/// <summary>When a process is started by itself: by <see cref="Cron"/> or <see cref="Every"/>, one of the two. While it is up its times pass.</summary>
public sealed record ScheduleSpec
{
    /// <summary><c>minute hour day month weekday</c>, or six fields with seconds first.</summary>
    public string? Cron { get; init; }

    /// <summary>At multiples of it since the process was declared; a second at least.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Where <see cref="Cron"/> is read, as <c>Europe/Berlin</c>; UTC when absent.</summary>
    public string? TimeZone { get; init; }
}
