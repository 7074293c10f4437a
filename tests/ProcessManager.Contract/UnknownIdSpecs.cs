using Xunit;

namespace ProcessManager.Contract;

public abstract class UnknownIdSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private static readonly Dictionary<string, Func<UnknownIdSpecs, ProcessId, Task>> Verbs = new(StringComparer.Ordinal)
    {
        ["get"] = (specs, id) => specs.Manager.GetAsync(id, Cancel),
        ["spec"] = (specs, id) => specs.Manager.GetSpecAsync(id, Cancel),
        ["start"] = (specs, id) => specs.Manager.StartAsync(id, Cancel),
        ["stop"] = (specs, id) => specs.Manager.StopAsync(id, null, Cancel),
        ["kill"] = (specs, id) => specs.Manager.KillAsync(id, false, Cancel),
        ["restart"] = (specs, id) => specs.Manager.RestartAsync(id, null, Cancel),
        ["signal"] = (specs, id) => specs.Manager.SignalAsync(id, Signal.Hup, false, Cancel),
        ["suspend"] = (specs, id) => specs.Manager.SuspendAsync(id, Cancel),
        ["resume"] = (specs, id) => specs.Manager.ResumeAsync(id, Cancel),
        ["wait"] = (specs, id) => specs.Manager.WaitAsync(id, null, Cancel),
        ["remove"] = (specs, id) => specs.Manager.RemoveAsync(id, null, Cancel),
        ["resize"] = (specs, id) => specs.Manager.ResizeTerminalAsync(id, 80, 24, Cancel),
        ["stdin"] = (specs, id) => specs.Manager.WriteStdinAsync(id, "x"u8.ToArray(), false, Cancel),
        ["logs"] = (specs, id) => specs.Logs(id, new LogQuery()),
        ["follow"] = (specs, id) => specs.Logs(id, new LogQuery { Follow = true }),
        ["runs"] = (specs, id) => specs.Manager.GetRunsAsync(id, Cancel),
        ["status"] = (specs, id) => specs.Manager.GetStatusAsync(id, Cancel),
        ["metrics"] = (specs, id) => specs.Manager.GetMetricsAsync(id, Cancel),
    };

    public static TheoryData<string> Names => [.. Verbs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_id_that_never_was_is_not_found(string verb) => await Refused(ErrorCode.NotFound, () => Verbs[verb](this, NewId()));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_id_that_was_removed_is_not_found(string verb)
    {
        var info = await Declare(Scripts.Sleeps);
        await Manager.RemoveAsync(info.Id, cancellationToken: Cancel);

        await Refused(ErrorCode.NotFound, () => Verbs[verb](this, info.Id));
    }
}
