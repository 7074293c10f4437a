namespace ProcessManager;

/// <summary>
/// Specs that are kept under a name, to start processes from. Changing or deleting one never touches a process that was started from it. The members
/// that name a template throw <see cref="ErrorCode.NotFound"/> for one that isn't known.
/// </summary>
public interface ITemplates
{
    /// <summary>All of them by name, those that can't be used too.</summary>
    Task<IReadOnlyList<TemplateInfo>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>The template; secrets that are written in it read as <c>{"secret": true}</c>.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec: it can't be read, with every fault.</exception>
    Task<Template> GetAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Keeps it, in the place of the one with its name if there is one. Secrets that were read back redacted stay what they are.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec; LimitExceeded; StorageFull, StorageUnavailable.</exception>
    Task<TemplateInfo> SaveAsync(Template template, CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps the spec of a process as a template. Its secrets become variables of the same names, to be given as arguments: they aren't written down.
    /// </summary>
    Task<TemplateInfo> SaveFromAsync(string name, ProcessId id, bool runOnStartup = false, CancellationToken cancellationToken = default);

    Task DeleteAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>
    /// Starts a process from it. One that is up as the template now has it is answered as it is; one from this template that is down
    /// gets the spec that the template now makes, and is started.
    /// </summary>
    /// <exception cref="ProcessManagerException">
    /// InvalidSpec: the template, an unknown argument, a variable without a value; AlreadyExists: the process is up with another spec, or isn't from this
    /// template; what a create throws.
    /// </exception>
    Task<ProcessInfo> StartAsync(string name, TemplateStart? start = null, CancellationToken cancellationToken = default);
}
