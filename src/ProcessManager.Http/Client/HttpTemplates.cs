namespace ProcessManager.Http;

/// <content>Templates, which the manager keeps.</content>
public sealed partial class HttpProcessManager : ITemplates
{
    public ITemplates Templates => this;

    async Task<IReadOnlyList<TemplateInfo>> ITemplates.ListAsync(CancellationToken cancellationToken) =>
        (await RepeatAsync<Page<TemplateInfo>>(() => Request.Get("/v1/templates"), cancellationToken)).Items;

    Task<Template> ITemplates.GetAsync(string name, CancellationToken cancellationToken) => RepeatAsync<Template>(() => Request.Get(TemplatePath(name)), cancellationToken);

    Task<TemplateInfo> ITemplates.SaveAsync(Template template, CancellationToken cancellationToken) => RepeatAsync<TemplateInfo>(
        () => new HttpRequestMessage(HttpMethod.Put, TemplatePath(template.Name.Value)) { Content = Request.Json(template) }, cancellationToken);

    Task<TemplateInfo> ITemplates.SaveFromAsync(string name, ProcessId id, bool runOnStartup, CancellationToken cancellationToken) =>
        RepeatAsync<TemplateInfo>(() => Request.Post($"{TemplatePath(name)}/save", new TemplateSource(id, runOnStartup)), cancellationToken);

    Task ITemplates.DeleteAsync(string name, CancellationToken cancellationToken) => DoneAsync(Request.Delete(TemplatePath(name)), cancellationToken);

    Task<ProcessInfo> ITemplates.StartAsync(string name, TemplateStart? start, CancellationToken cancellationToken) =>
        OnceAsync<ProcessInfo>(Request.Post($"{TemplatePath(name)}/start", start ?? new TemplateStart()), cancellationToken);

    private static string TemplatePath(string name) => $"/v1/templates/{Uri.EscapeDataString(name)}";
}
