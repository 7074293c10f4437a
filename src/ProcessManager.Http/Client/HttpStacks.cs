namespace ProcessManager.Http;

/// <summary>Stacks over HTTP. What changes them isn't asked again when a connection breaks, but for down.</summary>
internal sealed class HttpStacks(Asking asking) : IStacks
{
    public Task<StackOutcome> UpAsync(StackSpec stack, CancellationToken cancellationToken = default) =>
        asking.OnceAsync<StackOutcome>(Request.Post(Of(stack.Name, "/up"), stack), cancellationToken);

    public Task<StackOutcome> ApplyAsync(StackSpec stack, CancellationToken cancellationToken = default) =>
        asking.OnceAsync<StackOutcome>(new HttpRequestMessage(HttpMethod.Put, Of(stack.Name)) { Content = Request.Json(stack) }, cancellationToken);

    public Task<StackOutcome> PlanAsync(StackSpec stack, CancellationToken cancellationToken = default) =>
        asking.RepeatAsync<StackOutcome>(() => Request.Post(Of(stack.Name, "/plan"), stack), cancellationToken);

    public Task<ManyOutcome> DownAsync(string name, DownOptions? options = null, CancellationToken cancellationToken = default) => options?.Remove == true
        ? asking.OnceAsync<ManyOutcome>(Request.Post(Of(name, "/down"), options), cancellationToken)
        : asking.RepeatAsync<ManyOutcome>(() => Request.Post(Of(name, "/down"), options ?? new DownOptions()), cancellationToken);

    public Task<StackGraph> GraphAsync(string name, CancellationToken cancellationToken = default) =>
        asking.RepeatAsync<StackGraph>(() => Request.Get(Of(name, "/graph")), cancellationToken);

    public Task<StackInfo> GetAsync(string name, CancellationToken cancellationToken = default) =>
        asking.RepeatAsync<StackInfo>(() => Request.Get(Of(name)), cancellationToken);

    public async Task<IReadOnlyList<StackSummary>> ListAsync(CancellationToken cancellationToken = default) =>
        await asking.RepeatAsync<StackSummary[]>(() => Request.Get("/v1/stacks"), cancellationToken);

    private static string Of(string name, string what = "") => $"/v1/stacks/{Uri.EscapeDataString(name)}{what}";
}
