using System.CommandLine;

namespace ProcessManager.Cli;

internal static class DoctorVerb
{
    public static Command Create(CommandLine line) => line.Does(new Command("doctor", "Say what this host can, and what is in the way"), async (call, cancellationToken) =>
    {
        var location = call.Location;
        var findings = HostCheck.Findings(location.DataDirectory).Append(await DaemonAsync(call, location, cancellationToken)).ToList();
        if (call.Json)
        {
            call.PrintJson(findings);
        }
        else
        {
            call.Print(Columns.Format(["", "", ""], findings.Select(finding => (string[])[Mark(finding.Verdict), finding.About, finding.Detail])).TrimStart());
        }

        return findings.Exists(finding => finding.Verdict == Verdict.Missing) ? ExitCodes.Failed : ExitCodes.Done;
    });

    private static async Task<Finding> DaemonAsync(Call call, Location location, CancellationToken cancellationToken)
    {
        try
        {
            var health = await call.Manager.GetHealthAsync(cancellationToken);
            var detail = $"answers at {location.Socket}: version {health.Version}, {health.Running} of {Words.Count(health.Total, "process")} running";
            return Finding.Of("daemon", health.Problems.Count == 0, detail, $"{detail}; {string.Join("; ", health.Problems)}");
        }
        catch (ProcessManagerException e)
        {
            return new Finding("daemon", Verdict.Ok, $"none at {location.Socket} ({e.Code})");
        }
    }

    private static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Ok => "ok",
        Verdict.Less => "less",
        Verdict.Missing => "MISSING",
    };
}
