using Orleans;

namespace ProcessManager.Cluster;

/// <summary>
/// One pool: who of its jobs has a slot, and who is next. Its key is made of its name (<see cref="ProcessGrains"/>). It is what its jobs tell of themselves, so that one that moved to
/// another silo asks them. NotFound: there is no such pool.
/// </summary>
internal interface IPoolGrain : IGrainWithStringKey
{
    [ResponseTimeout("00:00:10")]
    Task<Answer<PoolInfo>> SetAsync(int concurrency);

    [ResponseTimeout("00:00:10")]
    Task<Answer<PoolInfo>> InfoAsync();

    /// <inheritdoc cref="IPoolKeeper.AdmitAsync"/>
    [ResponseTimeout("00:00:10")]
    Task<Answer<long>> AdmitAsync(int count);

    Task<Answer<bool>> AdmittedAsync(long first);

    /// <summary>Gives out no slots, or does again. Who holds it and goes away is forgotten after a while.</summary>
    [ResponseTimeout("00:00:10")]
    Task<Answer<bool>> HoldAsync(bool held, bool removing);

    /// <summary>Its row goes.</summary>
    [ResponseTimeout("00:00:10")]
    Task<Answer<bool>> ForgetAsync();

    /// <summary>How a job stands. To be repeated until it is answered.</summary>
    [ResponseTimeout("00:00:05")]
    Task SeeAsync(SlotNews news);
}

/// <summary>The names of all pools: there is one such grain, its key is 0.</summary>
internal interface IPoolsGrain : IGrainWithIntegerKey
{
    [ResponseTimeout("00:00:10")]
    Task<ValueList<string>> NamesAsync();

    /// <summary>Before the pool is made: durable when answered.</summary>
    [ResponseTimeout("00:00:10")]
    Task<Answer<bool>> AddAsync(string name);

    /// <summary>After the pool is gone.</summary>
    [ResponseTimeout("00:00:10")]
    Task<Answer<bool>> RemoveAsync(string name);
}
