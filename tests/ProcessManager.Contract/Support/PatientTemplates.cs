namespace ProcessManager.Contract;

/// <summary>Templates under test, with a limit on how long a call may take; what is started from them is remembered.</summary>
internal sealed class PatientTemplates(ITemplates inner, Action<ProcessId?> remember) : ITemplates
{
    public Task<IReadOnlyList<TemplateInfo>> ListAsync(CancellationToken cancellationToken = default) => inner.ListAsync(cancellationToken).WaitAsync(Patience.Limit, cancellationToken);

    public Task<Template> GetAsync(string name, CancellationToken cancellationToken = default) => inner.GetAsync(name, cancellationToken).WaitAsync(Patience.Limit, cancellationToken);

    public Task<TemplateInfo> SaveAsync(Template template, CancellationToken cancellationToken = default) =>
        inner.SaveAsync(template, cancellationToken).WaitAsync(Patience.Limit, cancellationToken);

    public Task<TemplateInfo> SaveFromAsync(string name, ProcessId id, bool runOnStartup = false, CancellationToken cancellationToken = default) =>
        inner.SaveFromAsync(name, id, runOnStartup, cancellationToken).WaitAsync(Patience.Limit, cancellationToken);

    public Task DeleteAsync(string name, CancellationToken cancellationToken = default) => inner.DeleteAsync(name, cancellationToken).WaitAsync(Patience.Limit, cancellationToken);

    public async Task<ProcessInfo> StartAsync(string name, TemplateStart? start = null, CancellationToken cancellationToken = default)
    {
        remember(start?.Id ?? (ProcessId.TryParse(name, out var id) ? id : null));
        var info = await inner.StartAsync(name, start, cancellationToken).WaitAsync(Patience.Limit, cancellationToken);
        remember(info.Id);
        return info;
    }
}
