namespace ProcessManager.Cluster;

/// <summary>Something that a machine has to tell a process.</summary>
/// <param name="Report">Null: the attempt has the start token that it asked for.</param>
internal sealed record RelayedReport(Epoch Epoch, SupervisorReport? Report)
{
    /// <summary>
    /// What <paramref name="later"/> makes needless: itself, told again; all of earlier attempts, since a later one is only started when their ends are journaled; a cut of
    /// the same log; and what the process said of itself before.
    /// </summary>
    public bool IsCoveredBy(RelayedReport later) =>
        Epoch < later.Epoch
        || this == later
        || (Report is SupervisorReport.Noticed && later.Report is SupervisorReport.Noticed)
        || (Report is SupervisorReport.OutputTruncated cut && later.Report is SupervisorReport.OutputTruncated next && cut.Stream == next.Stream);
}
