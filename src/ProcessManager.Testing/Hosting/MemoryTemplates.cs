using System.Collections.Concurrent;

namespace ProcessManager.Testing;

/// <summary>Templates of a fake manager.</summary>
/// <param name="tell">That one came or went.</param>
internal sealed class MemoryTemplates(IProcessManager manager, Action<EventType, string> tell) : ITemplates
{
    private readonly ConcurrentDictionary<string, Template> _all = new(StringComparer.Ordinal);

    public Task<IReadOnlyList<TemplateInfo>> ListAsync(CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<TemplateInfo>>(
        [.. _all.Values.Select(template => TemplateInfo.Of(template)).OrderBy(info => info.Name, StringComparer.Ordinal)]);

    public Task<Template> GetAsync(string name, CancellationToken cancellationToken = default) => Task.FromResult(TemplateSecrets.Redacted(Find(name)));

    public Task<TemplateInfo> SaveAsync(Template template, CancellationToken cancellationToken = default)
    {
        var name = template.Name.Value;
        _all[name] = TemplateSecrets.Filled(template, _all.GetValueOrDefault(name));
        tell(EventType.TemplateLoaded, name);
        return Task.FromResult(TemplateInfo.Of(template));
    }

    public async Task<TemplateInfo> SaveFromAsync(string name, ProcessId id, bool runOnStartup = false, CancellationToken cancellationToken = default) =>
        await SaveAsync(await TemplateCalls.OfAsync(manager, name, id, runOnStartup, cancellationToken), cancellationToken);

    public Task DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        if (!_all.TryRemove(name, out _))
        {
            return Task.FromException(TemplateCalls.NotFound(name));
        }

        tell(EventType.TemplateRemoved, name);
        return Task.CompletedTask;
    }

    public async Task<ProcessInfo> StartAsync(string name, TemplateStart? start = null, CancellationToken cancellationToken = default) =>
        await TemplateCalls.StartAsync(manager, TemplateCalls.Fill(Find(name), start), cancellationToken);

    private Template Find(string name) => _all.GetValueOrDefault(name) ?? throw TemplateCalls.NotFound(name);
}
