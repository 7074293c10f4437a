namespace ProcessManager.Http;

/// <summary>How a client's parts ask: what may be repeated is asked again after a broken connection, the rest once.</summary>
internal sealed record Asking(Connection Connection, Openings Openings)
{
    /// <summary>For what must not be done twice.</summary>
    public async Task<T> OnceAsync<T>(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            await Openings.DoneAsync(cancellationToken);
            return await Connection.AskAsync<T>(request, cancellationToken);
        }
    }

    /// <summary>For what may be asked again.</summary>
    public Task<T> RepeatAsync<T>(Func<HttpRequestMessage> request, CancellationToken cancellationToken) =>
        Persistence.AskAsync(_ => OnceAsync<T>(request(), cancellationToken), cancellationToken);

    /// <summary>For an answer without a body.</summary>
    public async Task<bool> DoneAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            await Openings.DoneAsync(cancellationToken);
            using var response = await Connection.SendAsync(request, cancellationToken);
            return true;
        }
    }
}
