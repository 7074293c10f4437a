namespace ProcessManager;

/// <summary>What the calls of <see cref="ITemplates"/> mean, over the manager's other calls; the same wherever templates are kept.</summary>
internal static class TemplateCalls
{
    public static ProcessId Name(string name) => ProcessId.TryParse(name, out var id) ? id : throw ProcessManagerException.Invalid([new Fault("name", ProcessId.Rule(name))]);

    public static ProcessManagerException NotFound(string name) => new(ErrorCode.NotFound, $"There is no template {Quoted.Text(name)}.");

    public static ProcessSpec Fill(Template template, TemplateStart? start)
    {
        var spec = template.Fill(start?.Arguments ?? [], Environment.GetEnvironmentVariable).Value;
        return spec with { Id = start?.Id ?? spec.Id };
    }

    /// <param name="spec">What the template makes, with an id.</param>
    public static async Task<ProcessInfo> StartAsync(IProcessManager manager, ProcessSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            return await manager.CreateAsync(spec, start: true, cancellationToken);
        }
        catch (ProcessManagerException taken) when (taken.Code == ErrorCode.AlreadyExists)
        {
            var id = spec.Id!.Value;
            var info = await manager.GetAsync(id, cancellationToken);
            if (!IsOf(info, spec))
            {
                throw new ProcessManagerException(ErrorCode.AlreadyExists, $"There is a process \"{id}\" that isn't from this template: start it with another id.", taken);
            }

            if (IsUp(info))
            {
                return (await manager.PlanAsync(spec, cancellationToken)).Effect == UpdateEffect.Nothing
                    ? info
                    : throw new ProcessManagerException(
                        ErrorCode.AlreadyExists, $"\"{id}\" is up already, with another spec than the template makes now: stop it first, or start one with another id.", taken);
            }

            await manager.UpdateAsync(spec, ifVersion: null, cancellationToken);
            return await manager.StartAsync(id, cancellationToken);
        }
    }

    /// <summary>At a start of the manager: one that is up, adopted or started by its own recovery, counts as started, whatever the template says by now.</summary>
    public static async Task StartOnceAsync(IProcessManager manager, ProcessSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            if (await manager.GetAsync(spec.Id!.Value, cancellationToken) is var info && IsOf(info, spec) && IsUp(info))
            {
                return;
            }
        }
        catch (ProcessManagerException missing) when (missing.Code == ErrorCode.NotFound)
        {
            // Its first start.
        }

        await StartAsync(manager, spec, cancellationToken);
    }

    /// <summary>The template of a process' spec, its secrets as variables.</summary>
    public static async Task<Template> OfAsync(IProcessManager manager, string name, ProcessId id, bool runOnStartup, CancellationToken cancellationToken)
    {
        var spec = await manager.GetSpecAsync(id, cancellationToken);
        var plain = spec with
        {
            Id = null,
            Labels = spec.Labels.Where(label => label.Key != TemplateFields.Label).ToValueMap(),
            Environment = spec.Environment.Where(entry => entry.Value is not { Secret: true }).ToValueMap(),
        };
        var fields = TemplateFields.Fields(plain);
        var secrets = spec.Environment.Where(entry => entry.Value is { Secret: true }).Select(entry => new SpecEntry(
            entry.Key, SpecNode.Map([new SpecEntry("secret", SpecNode.OfText($"${{{entry.Key}}}"))]))).ToList();
        var environment = fields.Entries.FirstOrDefault(entry => entry.Key == "environment").Value?.Entries ?? [];
        var whole = secrets.Count == 0
            ? fields
            : SpecNode.Map([.. fields.Entries.Where(entry => entry.Key != "environment"), new SpecEntry("environment", SpecNode.Map([.. environment, .. secrets]))]);
        return TemplateForm.Read(whole, Name(name).Value, runOnStartup).Value;
    }

    private static bool IsOf(ProcessInfo info, ProcessSpec spec) =>
        info.Labels.TryGetValue(TemplateFields.Label, out var made) && made == spec.Labels[TemplateFields.Label];

    private static bool IsUp(ProcessInfo info) => info is { Goal: Goal.Up, Phase: not (Phase.Created or Phase.Terminated or Phase.Finished) };
}
