using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace ProcessManager.Http;

/// <summary>
/// Sends what <c>/metrics</c> shows over OTLP, where OpenTelemetry's own variables say: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> (or <c>…_METRICS_ENDPOINT</c>) turns it on, the others
/// (protocol, headers, interval, resource attributes) are as OpenTelemetry has them. For programs of their own, as the daemon and the silo are; an app adds the meter <c>ProcessManager</c> to
/// the telemetry that it has.
/// </summary>
public sealed class TelemetryExport : IDisposable
{
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    private const string PerProcess = "ProcessManager.Processes";

    /// <summary>The instruments below are observed one after another, and are of one look.</summary>
    private static readonly TimeSpan SameLook = TimeSpan.FromSeconds(1);

    private readonly IProcessManager _manager;
    private readonly TimeProvider _clock;
    private readonly Meter _meter = new(PerProcess);
    private readonly MeterProvider _provider;
    private IReadOnlyList<ProcessInfo> _seen = [];
    private DateTimeOffset _seenAt = DateTimeOffset.MinValue;

    private TelemetryExport(IProcessManager manager, TimeProvider clock)
    {
        (_manager, _clock) = (manager, clock);
        _meter.CreateObservableGauge("procman.processes", ByPhase, description: "Processes by phase.");
        _meter.CreateObservableCounter("procman.process.cpu_seconds", () => Each(info => info.Metrics?.CpuSeconds), "s", "CPU time of the tree's living members.");
        _meter.CreateObservableGauge("procman.process.memory_bytes", () => Each(info => info.Metrics?.MemoryBytes), "By", "Resident memory of the tree.");
        _meter.CreateObservableCounter("procman.process.restarts", () => Each(info => info.RestartCount), description: "Restarts by policy.");
        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("procman", autoGenerateServiceInstanceId: true).AddEnvironmentVariableDetector())
            .AddMeter("ProcessManager", PerProcess)
            .AddOtlpExporter()
            .Build();
    }

    /// <summary>Null where no variable names an endpoint.</summary>
    public static TelemetryExport? FromEnvironment(IProcessManager manager, TimeProvider clock) =>
        Endpoints.Any(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            ? new TelemetryExport(manager, clock)
            : null;

    /// <summary>What is counted by then is sent.</summary>
    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }

    private IEnumerable<Measurement<long>> ByPhase()
    {
        var seen = Look();
        return Enum.GetValues<Phase>().Select(phase => new Measurement<long>(
            seen.Count(info => info.Phase == phase), KeyValuePair.Create("phase", (object?)Spelling.Of(phase))));
    }

    private IEnumerable<Measurement<double>> Each(Func<ProcessInfo, double?> value) => Look()
        .Where(info => value(info) is not null)
        .Select(info => new Measurement<double>(value(info)!.Value, KeyValuePair.Create("id", (object?)info.Id.Value)));

    private IReadOnlyList<ProcessInfo> Look()
    {
        if (_clock.GetUtcNow() - _seenAt < SameLook)
        {
            return _seen;
        }

        try
        {
#pragma warning disable VSTHRD002 // The exporter's own thread asks, which has nothing else to do, and observing has no asynchronous form.
            _seen = MeasuredProcesses.AllAsync(_manager, CancellationToken.None).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }
        catch (ProcessManagerException)
        {
            // It starts, ends or can't be reached: nothing is known of its processes now.
            _seen = [];
        }

        _seenAt = _clock.GetUtcNow();
        return _seen;
    }
}
