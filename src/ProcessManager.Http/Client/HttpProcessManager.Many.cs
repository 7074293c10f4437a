namespace ProcessManager.Http;

/// <content>Several processes at once.</content>
public sealed partial class HttpProcessManager
{
    public IStacks Stacks => new HttpStacks(_asking);

    public Task<ManyOutcome> StartManyAsync(IReadOnlyList<ProcessSpec> specs, CancellationToken cancellationToken = default) =>
        OnceAsync<ManyOutcome>(Request.Post("/v1/start-many", new StartManyRequest([.. specs])), cancellationToken);

    public Task<ManyOutcome> StartAllAsync(ProcessSelection selection, CancellationToken cancellationToken = default) =>
        OnceAsync<ManyOutcome>(Request.Post("/v1/start-all", SelectionBody.Of(selection)), cancellationToken);

    public Task<ManyOutcome> StopAllAsync(ProcessSelection selection, StopAllOptions? options = null, CancellationToken cancellationToken = default)
    {
        var body = StopAllBody.Of(selection, options ?? new StopAllOptions());
        return RepeatAsync<ManyOutcome>(() => Request.Post("/v1/stop-all", body), cancellationToken);
    }
}
