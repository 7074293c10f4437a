using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>Keeps the templates, and which of them the start of the cluster still has to start.</summary>
internal sealed class TemplatesGrain(
    [PersistentState(TemplatesRow.Name, ClusterStorage.Name)] IPersistentState<TemplatesRow> row,
    IClusterMembershipService membership,
    MillisecondClock clock) : Grain, ITemplatesGrain
{
    /// <summary>Of all together, as JSON: they are one row.</summary>
    private const int MostBytes = 4 << 20;

    /// <summary>The silos that this activation has heard of: proof that the cluster runs, which membership isn't while the dead aren't declared so.</summary>
    private readonly HashSet<string> _heard = new(StringComparer.Ordinal);

    public Task<Answer<ValueList<TemplateInfo>>> ListAsync() =>
        Task.FromResult(Answer.Of<ValueList<TemplateInfo>>([.. row.State.Templates.Values.Select(template => TemplateInfo.Of(template))]));

    public Task<Answer<Template>> GetAsync(string name) => Answer.OfAsync(() => Task.FromResult(TemplateSecrets.Redacted(Find(name))));

    public Task<Answer<TemplateInfo>> SaveAsync(Template template) => Answer.OfAsync(async () =>
    {
        var name = template.Name.Value;
        var kept = TemplateSecrets.Filled(template, row.State.Templates.GetValueOrDefault(name));
        var next = row.State with { Templates = row.State.Templates.Append(new(name, kept)).ToValueMap() };
        if (JsonSerializer.SerializeToUtf8Bytes(next.Templates, ProcessManagerJson.Options).Length > MostBytes)
        {
            throw new ProcessManagerException(ErrorCode.LimitExceeded, $"The templates of the cluster would have more than {MostBytes} bytes together, which is the limit.");
        }

        await WriteAsync(next);
        await TellAsync(EventType.TemplateLoaded, name);
        return TemplateInfo.Of(kept);
    });

    public Task<Answer<bool>> DeleteAsync(string name) => Answer.OfAsync(async () =>
    {
        Find(name);
        await WriteAsync(row.State with
        {
            Templates = row.State.Templates.Where(template => template.Key != name).ToValueMap(),
            Unstarted = [.. row.State.Unstarted.Where(other => other != name)],
        });
        await TellAsync(EventType.TemplateRemoved, name);
        return true;
    });

    public Task<Answer<ProcessSpec>> FillAsync(string name, TemplateStart start) => Answer.OfAsync(() => Task.FromResult(TemplateCalls.Fill(Find(name), start)));

    public Task<Answer<ValueList<string>>> HereAsync(string silo) => Answer.OfAsync(async () =>
    {
        if (!row.State.Silos.Contains(silo))
        {
            var others = row.State.Silos.Where(other => !IsGone(other)).ToList();
            if (others.Count == 0)
            {
                await WriteAsync(row.State with
                {
                    Silos = [silo],
                    Unstarted = [.. row.State.Templates.Values.Where(template => template.RunOnStartup).Select(template => template.Name.Value)],
                });
            }
            else if (others.Any(_heard.Contains))
            {
                await WriteAsync(row.State with { Silos = [.. others, silo] });
            }
            else
            {
                // They may all have been killed a moment ago: until one of them is heard, or declared dead, nobody knows whether this is a start of the cluster.
                return [];
            }
        }

        _heard.Add(silo);
        return row.State.Unstarted;
    });

    public Task<Answer<bool>> StartedAsync(string name) => Answer.OfAsync(async () =>
    {
        if (row.State.Unstarted.Contains(name))
        {
            await WriteAsync(row.State with { Unstarted = [.. row.State.Unstarted.Where(other => other != name)] });
        }

        return true;
    });

    private Template Find(string name) => row.State.Templates.GetValueOrDefault(name) ?? throw TemplateCalls.NotFound(name);

    private bool IsGone(string silo) => membership.CurrentSnapshot.GetSiloStatus(SiloAddress.FromParsableString(silo)) is SiloStatus.Dead or SiloStatus.None;

    /// <exception cref="ProcessManagerException">Unavailable, StorageUnavailable: it isn't written.</exception>
    private async Task WriteAsync(TemplatesRow next)
    {
        var before = row.State;
        row.State = next;
        try
        {
            await row.WriteStateAsync();
        }
        catch (InconsistentStateException stale)
        {
            // Another activation has written: the next call reaches one that has read it.
            row.State = before;
            DeactivateOnIdle();
            throw new ProcessManagerException(ErrorCode.Unavailable, "The templates were changed by another silo at the same time: try again.", stale);
        }
        catch (Exception failure)
        {
            row.State = before;
            throw new ProcessManagerException(ErrorCode.StorageUnavailable, $"The templates can't be written now: {failure.Message}", failure);
        }
    }

    private async Task TellAsync(EventType type, string name)
    {
        try
        {
            await GrainFactory.GetGrain<IEventLogGrain>(0).AppendNoticesAsync([EventTelling.Template(type, name, detail: null, clock.GetUtcNow())]);
        }
        catch (Exception broken) when (Repeating.IsBroken(broken))
        {
            // The log is on its way to another silo. What was done is done; this event is missing.
        }
    }
}
