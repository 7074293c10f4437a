using System.Net;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

/// <summary>The daemon and a collector of OTLP over HTTP.</summary>
public sealed class TelemetrySpecs
{
    [Fact]
    public async Task The_daemon_sends_its_metrics_where_the_standard_variables_say()
    {
        using var collector = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}/";
        collector.Prefixes.Add(address);
        collector.Start();
        await using var site = new Site();
        site.More = new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment=test-9",
        };
        await site.ServeAsync();
        await site.RunAsync("run", "-d", "--name", "measured-process", "--", "sleep", "1000");

        // Of a run's metrics each comes when it has been used, and all of them together then.
        string[] wanted =
        [
            "procman.processes", "procman.process.memory_bytes", "procman.process.cpu_seconds", "procman.turns", "procman.transitions", "procman.start",
            "procman.journal_append", "measured-process", "deployment", "test-9",
        ];
        string[] missing = wanted;
        using var patience = new CancellationTokenSource(Executable.Patience);
        while (missing.Length > 0)
        {
            var request = await collector.GetContextAsync().WaitAsync(patience.Token);
            request.Request.Url!.AbsolutePath.ShouldBe("/v1/metrics");
            using var body = new MemoryStream();
            await request.Request.InputStream.CopyToAsync(body, patience.Token);
            request.Response.Close();
            var text = Encoding.Latin1.GetString(body.ToArray());
            missing = [.. wanted.Where(name => !text.Contains(name, StringComparison.Ordinal))];
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
