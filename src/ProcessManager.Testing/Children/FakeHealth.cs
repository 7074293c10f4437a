using System.Text.RegularExpressions;

namespace ProcessManager.Testing;

/// <summary>What is watched for of a fake child, and what was told of it: changes only, as a real supervisor does.</summary>
internal sealed class FakeHealth(SupervisorCommand.WatchHealth watch, LivingChild child, MemoryLog log, Epoch epoch)
{
    private readonly Lock _gate = new();
    private readonly Regex? _line = watch.Ready?.LogLine is { } expression ? new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.Multiline) : null;

    private readonly Dictionary<ProbeKind, ProbeStatus> _told = Enum.GetValues<ProbeKind>()
        .Where(probe => watch.Health?.Of(probe) is not null)
        .ToDictionary(probe => probe, probe => watch.Known?.Of(probe)?.Status ?? ProbeStatus.Unknown);

    private bool _ready = watch.IsReady;

    public LivingChild Child { get; } = child;

    /// <summary>What is new.</summary>
    public List<SupervisorReport> Look(DateTimeOffset now)
    {
        var reports = new List<SupervisorReport>();
        lock (_gate)
        {
            // In this order: startup holds back the others.
            foreach (var probe in _told.Keys.Order().ToList())
            {
                var (status, error) = Child.Answer(probe);
                if (status != _told[probe] && (probe == ProbeKind.Startup || _told.GetValueOrDefault(ProbeKind.Startup, ProbeStatus.Passing) == ProbeStatus.Passing))
                {
                    _told[probe] = status;
                    reports.Add(new SupervisorReport.Probed(probe, status, error, now));
                }
            }

            if (!_ready && IsReady())
            {
                _ready = true;
                reports.Add(new SupervisorReport.BecameReady(now));
            }
        }

        return reports;
    }

    private bool IsReady() => watch.Ready?.By switch
    {
        ReadyBy.LogLine => _line!.IsMatch(log.TextOf(epoch, LogStream.Stdout)) || _line.IsMatch(log.TextOf(epoch, LogStream.Stderr)),
        ReadyBy.Port or ReadyBy.Notify => Child.Serves,
        _ => false,
    };
}
