using Orleans;

namespace ProcessManager.Cluster;

/// <summary>Templates that are kept in the cluster's storage.</summary>
internal sealed class ClusterTemplates(IProcessManager manager, IGrainFactory grains, TimeProvider clock) : ITemplates
{
    private ITemplatesGrain Grain => grains.GetGrain<ITemplatesGrain>(0);

    public async Task<IReadOnlyList<TemplateInfo>> ListAsync(CancellationToken cancellationToken = default) => await AskAsync(() => Grain.ListAsync(), cancellationToken);

    public Task<Template> GetAsync(string name, CancellationToken cancellationToken = default) => AskAsync(() => Grain.GetAsync(name), cancellationToken);

    public Task<TemplateInfo> SaveAsync(Template template, CancellationToken cancellationToken = default) => AskAsync(() => Grain.SaveAsync(template), cancellationToken);

    public async Task<TemplateInfo> SaveFromAsync(string name, ProcessId id, bool runOnStartup = false, CancellationToken cancellationToken = default) =>
        await SaveAsync(await TemplateCalls.OfAsync(manager, name, id, runOnStartup, cancellationToken), cancellationToken);

    public async Task DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        (await GrainDoor.OnceAsync(() => Grain.DeleteAsync(name), cancellationToken)).Unwrap();

    public async Task<ProcessInfo> StartAsync(string name, TemplateStart? start = null, CancellationToken cancellationToken = default) =>
        await TemplateCalls.StartAsync(manager, await AskAsync(() => Grain.FillAsync(name, start ?? new TemplateStart()), cancellationToken), cancellationToken);

    private Task<T> AskAsync<T>(Func<Task<Answer<T>>> call, CancellationToken cancellationToken) =>
        Repeating.AnsweredAsync(call, Repeating.Patience, clock, cancellationToken);
}
