using Orleans;

namespace ProcessManager.Cluster;

/// <summary>The templates of the cluster: there is one such grain, its key is 0.</summary>
internal interface ITemplatesGrain : IGrainWithIntegerKey
{
    Task<Answer<ValueList<TemplateInfo>>> ListAsync();

    /// <summary>Without its secrets.</summary>
    Task<Answer<Template>> GetAsync(string name);

    /// <summary>LimitExceeded; StorageUnavailable: the one before is still there.</summary>
    Task<Answer<TemplateInfo>> SaveAsync(Template template);

    Task<Answer<bool>> DeleteAsync(string name);

    /// <summary>The spec that it makes, with the environment of the silo that the templates are on.</summary>
    Task<Answer<ProcessSpec>> FillAsync(string name, TemplateStart start);

    /// <summary>
    /// A silo says that it is there, again and again, and is answered with the templates that are to be started now: at the start of the cluster those that
    /// say so, until somebody has started them.
    /// </summary>
    /// <param name="silo">Its address, as Orleans writes it (parsable).</param>
    Task<Answer<ValueList<string>>> HereAsync(string silo);

    /// <summary>It was started, or can't be.</summary>
    Task<Answer<bool>> StartedAsync(string name);
}
