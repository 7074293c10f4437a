namespace ProcessManager.Embedded;

/// <summary>Templates that are files in a directory.</summary>
internal sealed class EmbeddedTemplates(IProcessManager manager, Func<Engine> engine) : ITemplates
{
    public Task<IReadOnlyList<TemplateInfo>> ListAsync(CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<TemplateInfo>>(
        [.. Folder.Look().Select(file => file.Info).OrderBy(info => info.Name, StringComparer.Ordinal)]);

    public Task<Template> GetAsync(string name, CancellationToken cancellationToken = default) => Task.FromResult(TemplateSecrets.Redacted(Folder.Find(name)));

    public async Task<TemplateInfo> SaveAsync(Template template, CancellationToken cancellationToken = default)
    {
        var saved = Folder.Save(template);
        await engine().TemplateWatch.TellAsync();
        return saved.Info;
    }

    public async Task<TemplateInfo> SaveFromAsync(string name, ProcessId id, bool runOnStartup = false, CancellationToken cancellationToken = default) =>
        await SaveAsync(await TemplateCalls.OfAsync(manager, name, id, runOnStartup, cancellationToken), cancellationToken);

    public async Task DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        Folder.Delete(name);
        await engine().TemplateWatch.TellAsync();
    }

    public async Task<ProcessInfo> StartAsync(string name, TemplateStart? start = null, CancellationToken cancellationToken = default) =>
        await TemplateCalls.StartAsync(manager, TemplateCalls.Fill(Folder.Find(name), start), cancellationToken);

    /// <summary>At the start of the manager: those that say so. Answers with what couldn't be started, and why; the others are.</summary>
    public async Task<IReadOnlyList<string>> RunOnStartupAsync(CancellationToken cancellationToken)
    {
        var failed = await Task.WhenAll(Folder.Look()
            .Where(file => file is { Template.RunOnStartup: true, Problems.Count: 0 })
            .Select(file => StartOnceAsync(file.Template!, cancellationToken)));
        return [.. Folder.Problems, .. failed.OfType<string>()];
    }

    private TemplateFolder Folder => engine().Templates;

    private async Task<string?> StartOnceAsync(Template template, CancellationToken cancellationToken)
    {
        try
        {
            await TemplateCalls.StartOnceAsync(manager, TemplateCalls.Fill(template, start: null), cancellationToken);
            return null;
        }
        catch (ProcessManagerException e)
        {
            return $"The template \"{template.Name}\" couldn't be started: {e.Message}";
        }
    }
}
