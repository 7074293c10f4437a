namespace ProcessManager.Http;

/// <summary>The body of <c>PUT /v1/pools/{name}</c>, as <see cref="SpecBinder.Pool"/> reads it.</summary>
internal sealed record PoolBody(int Concurrency);

/// <summary>The body of <c>POST /v1/pools/{name}/wait</c>.</summary>
internal sealed record PoolWaitBody(TimeSpan? Timeout);
