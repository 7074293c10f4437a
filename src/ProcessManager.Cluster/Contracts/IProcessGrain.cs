using Orleans;

namespace ProcessManager.Cluster;

/// <summary>
/// The door to one process; its key is made of the process' id (<see cref="ProcessGrains"/>). Every method takes a turn, or looks, and returns; what takes long is asked for again and
/// again. Limits are short, because nobody tells a caller outside of the silos that the silo which was to answer has died.
/// </summary>
internal interface IProcessGrain : IGrainWithStringKey
{
    /// <summary>Declares the process and, with <paramref name="first"/> (a start or an attach), opens its first run in the same turn.</summary>
    [ResponseTimeout("00:00:10")]
    Task<Answer<ProcessView>> CreateAsync(ProcessSpec spec, bool oneOff, ProcessOrder? first, JobPlace? job, PipeStage? stage);

    [ResponseTimeout("00:00:10")]
    Task<Answer<ProcessView>> TakeAsync(ProcessOrder order);

    [ResponseTimeout("00:00:05")]
    Task<Answer<ProcessView>> LookAsync();

    /// <summary>The process once the condition holds, or null when it doesn't within <paramref name="limit"/> (5 s at most): ask again.</summary>
    /// <param name="of">When the process that is meant was created: a later one of that name is another, and answered NotFound.</param>
    [ResponseTimeout("00:00:08")]
    Task<Answer<ProcessView?>> UntilAsync(ProcessCondition condition, DateTimeOffset of, TimeSpan limit);

    [ResponseTimeout("00:00:05")]
    Task<Answer<ProcessInfo>> InfoAsync();

    /// <summary>The spec in force, redacted.</summary>
    [ResponseTimeout("00:00:05")]
    Task<Answer<ProcessSpec>> SpecAsync();

    /// <summary>With its secrets, for others that are to be as it is.</summary>
    Task<Answer<ProcessSpec>> WholeSpecAsync();

    /// <summary>NotFound when there is no such process.</summary>
    [ResponseTimeout("00:00:10")]
    Task<Answer<ProcessView>> UpdateAsync(ProcessSpec spec, long? ifVersion);

    /// <inheritdoc cref="UpdateAsync"/>
    [ResponseTimeout("00:00:10")]
    Task<Answer<UpdatePlan>> PlanAsync(ProcessSpec spec);

    /// <summary>The ends of its attempts, newest first.</summary>
    Task<Answer<ValueList<AttemptResult>>> RunsAsync();

    /// <summary>What the supervisor of <paramref name="node"/> tells; answered once it is journaled, so that it needn't be told again.</summary>
    /// <returns>False: this process isn't that node's, or no more: what it tells of isn't wanted.</returns>
    Task<bool> ReportAsync(string node, Epoch epoch, SupervisorReport report);

    /// <summary>A start token of its node.</summary>
    Task GrantAsync(Epoch epoch);

    /// <summary>A slot of its pool; answered with how it stands then.</summary>
    [ResponseTimeout("00:00:10")]
    Task<Answer<SlotNews?>> GrantSlotAsync(Epoch epoch);

    /// <summary>How it stands as a job; null when it isn't one.</summary>
    [ResponseTimeout("00:00:05")]
    Task<Answer<SlotNews?>> SlotAsync();

    /// <summary>The node was started, and asks about an attempt that its ledger knows; or it can be reached again (null).</summary>
    /// <returns>Whether attempts up to <paramref name="epoch"/> are this process' own on that node. What isn't known is ended there.</returns>
    Task<bool> NodeBackAsync(string node, Epoch? epoch);

    Task NodeGoneAsync(string node);

    /// <summary>Its time has come, or may have: look.</summary>
    /// <returns>False: there is no such process.</returns>
    Task<bool> WakeAsync();
}
