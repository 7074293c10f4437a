using Microsoft.AspNetCore.Http;

namespace ProcessManager.Http;

/// <summary>The metrics page: what the manager knows now, by process and phase, and what its meter counted.</summary>
internal static class PrometheusPage
{
    public static async Task SendAsync(HttpContext http, IProcessManager manager, MeterTotals totals, ErrorCount errors)
    {
        new QueryReader(http.Request.Query).Done();
        var processes = await MeasuredProcesses.AllAsync(manager, http.RequestAborted);
        var health = await manager.GetHealthAsync(http.RequestAborted);

        var text = new PrometheusText();
        text.Family("procman_processes", "gauge", "Processes by phase.");
        foreach (var phase in Enum.GetValues<Phase>())
        {
            text.Sample("procman_processes", PrometheusText.Label("phase", Spelling.Of(phase)), processes.Count(info => info.Phase == phase));
        }

        Each(text, "procman_process_cpu_seconds_total", "counter", "CPU time of the tree's living members.", processes, info => info.Metrics?.CpuSeconds);
        Each(text, "procman_process_memory_bytes", "gauge", "Resident memory of the tree.", processes, info => info.Metrics?.MemoryBytes);
        Each(text, "procman_process_restarts_total", "counter", "Restarts by policy.", processes, info => info.RestartCount);

        text.Family("procman_errors_total", "counter", "Problems answered over HTTP, by code.");
        foreach (var (code, count) in errors.Counts)
        {
            text.Sample("procman_errors_total", PrometheusText.Label("code", code), count);
        }

        text.Family("procman_queue_depth", "gauge", "Turns that wait for the journal.");
        text.Sample("procman_queue_depth", "", health.QueueDepth);
        text.Family("procman_ready", "gauge", "1 once recovery is over and while the journal can be written.");
        text.Sample("procman_ready", "", health.Ready ? 1 : 0);
        totals.WriteTo(text);

        http.Response.ContentType = PrometheusText.ContentType;
        await http.Response.WriteAsync(text.ToString(), http.RequestAborted);
    }

    private static void Each(PrometheusText text, string name, string type, string help, IEnumerable<ProcessInfo> processes, Func<ProcessInfo, double?> value)
    {
        text.Family(name, type, help);
        foreach (var info in processes)
        {
            if (value(info) is { } number)
            {
                text.Sample(name, PrometheusText.Label("id", info.Id.Value), number);
            }
        }
    }
}
