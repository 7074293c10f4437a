using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

/// <summary>Whatever a probe's target does, the probe has an answer in time, and nobody is harmed.</summary>
public class HostileTargetSpecs
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public async Task One_that_answers_passes_and_is_asked_again_over_the_same_connection()
    {
        await using var target = new Target(async (stream, cancellationToken) =>
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await Target.HeadAsync(stream, cancellationToken);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(Ok), cancellationToken);
            }
        });
        (await OutcomeAsync(target.Url)).ShouldBe((ProbeStatus.Passing, null));
        target.MostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task One_that_never_answers_is_a_failure_at_the_timeout_and_is_never_asked_twice_at_once()
    {
        await using var target = new Target((_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
        (await OutcomeAsync(target.Url)).ShouldBe((ProbeStatus.Failing, "no answer within 0.2s"));
        target.Connections.ShouldBeGreaterThan(1);
        target.MostAtOnce.ShouldBeLessThanOrEqualTo(2, "one that was given up, and the next");
    }

    [Theory]
    [InlineData("garbage without any sense\r\n\r\n", "status line")]
    [InlineData("", "")]
    [InlineData("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "it answered 500")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://localhost:1/\r\nContent-Length: 0\r\n\r\n", "it answered 302; redirects are not followed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", "the body doesn't have \"ok\"")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\nno", "broke off")]
    [InlineData("\0\u0001\u0002HTTP/9.9 \xff\xff", "")]
    public async Task What_makes_no_sense_or_is_not_what_was_asked_for_is_a_failure_that_says_so(string answer, string part)
    {
        await using var target = Target.Answering(() => answer);
        var (status, error) = await OutcomeAsync(new ProbeTarget.Http(target.Url) { Contains = "ok" });
        status.ShouldBe(ProbeStatus.Failing);
        error.ShouldNotBeNull().ShouldContain(part, Case.Insensitive);
    }

    [Fact]
    public async Task One_that_sends_headers_without_end_is_cut_off()
    {
        await using var target = new Target(async (stream, cancellationToken) =>
        {
            await Target.HeadAsync(stream, cancellationToken);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), cancellationToken);
            var line = Encoding.ASCII.GetBytes($"X-More: {new string('x', 1000)}\r\n");
            while (true)
            {
                await stream.WriteAsync(line, cancellationToken);
            }
        });
        (await OutcomeAsync(target.Url)).Status.ShouldBe(ProbeStatus.Failing);
    }

    [Fact]
    public async Task One_that_would_send_a_gigabyte_is_read_a_few_kilobytes_of()
    {
        var sent = 0L;
        await using var target = new Target(async (stream, cancellationToken) =>
        {
            await Target.HeadAsync(stream, cancellationToken);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n"u8.ToArray(), cancellationToken);
            var block = new byte[64 << 10];
            while (sent < 1L << 30)
            {
                await stream.WriteAsync(block, cancellationToken);
                Interlocked.Add(ref sent, block.Length);
            }
        });
        var before = GC.GetAllocatedBytesForCurrentThread();

        (await OutcomeAsync(target.Url)).ShouldBe((ProbeStatus.Passing, null), "its status is good, and nobody wants its body");
        (await OutcomeAsync(new ProbeTarget.Http(target.Url) { Contains = "needle" })).Status.ShouldBe(ProbeStatus.Failing);
        Interlocked.Read(ref sent).ShouldBeLessThan(512L << 20, "what the sockets' buffers take, a few times");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64 << 20);
    }

    [Fact]
    public async Task A_text_is_found_across_the_pieces_that_a_body_comes_in()
    {
        await using var target = new Target(async (stream, cancellationToken) =>
        {
            await Target.HeadAsync(stream, cancellationToken);
            foreach (var piece in new[] { "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall is we", "ll he", "re" })
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(piece), cancellationToken);
                await Task.Delay(5, cancellationToken);
            }
        });
        (await OutcomeAsync(new ProbeTarget.Http(target.Url) { Contains = "well here" })).ShouldBe((ProbeStatus.Passing, null));
    }

    [Fact]
    public async Task A_certificate_that_nobody_signed_is_taken_only_when_that_is_asked_for()
    {
        using var key = RSA.Create(2048);
        using var made = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        await using var target = new Target(async (stream, cancellationToken) =>
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancellationToken);
            _ = await tls.ReadAsync(new byte[4096], cancellationToken);
            await tls.WriteAsync(Encoding.ASCII.GetBytes(Ok), cancellationToken);
        });
        var url = target.Url.Replace("http:", "https:");
        (await OutcomeAsync(new ProbeTarget.Http(url), TimeSpan.FromSeconds(5))).Error.ShouldNotBeNull().ShouldContain("certificate");
        (await OutcomeAsync(new ProbeTarget.Http(url) { SkipTls = true }, TimeSpan.FromSeconds(5))).ShouldBe((ProbeStatus.Passing, null));
    }

    [Fact]
    public async Task How_long_answers_take_is_measured()
    {
        var seen = new System.Collections.Concurrent.ConcurrentBag<string>();
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, on) =>
        {
            if (instrument is { Name: "probe", Unit: "s", Meter.Name: "ProcessManager" })
            {
                on.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
            seen.Add($"{string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))} {seconds is > 0 and < 60}"));
        listener.Start();
        await using var target = new Target((_, _) => Task.CompletedTask);
        await OutcomeAsync(new ProbeTarget.Tcp(target.Port));
        await Machine.UntilAsync(() => seen.Contains("target=tcp passed=true True"), () => string.Join("; ", seen));
    }

    [Fact]
    public async Task A_port_that_takes_connections_passes_and_one_that_does_not_fails()
    {
        var target = new Target((_, _) => Task.CompletedTask);
        var port = target.Port;
        (await OutcomeAsync(new ProbeTarget.Tcp(port))).ShouldBe((ProbeStatus.Passing, null));
        await target.DisposeAsync();
        (await OutcomeAsync(new ProbeTarget.Tcp(port))).Error.ShouldNotBeNull().ShouldContain("refused");
    }

    private static Task<(ProbeStatus Status, string? Error)> OutcomeAsync(string url) => OutcomeAsync(new ProbeTarget.Http(url));

    /// <summary>What a probe comes to.</summary>
    private static async Task<(ProbeStatus Status, string? Error)> OutcomeAsync(ProbeTarget target, TimeSpan? timeout = null)
    {
        await using var machine = new Machine();
        await machine.StartAsync("a", new ProcessSpec { Command = "sleep", Args = ["1000"] });
        var probe = new ProbeSpec { Target = target, Interval = TimeSpan.FromMilliseconds(100), Timeout = timeout ?? TimeSpan.FromMilliseconds(200) };
        machine.Tell("a", new SupervisorCommand.WatchHealth(new HealthSpec { Readiness = probe }, null, null, null, IsReady: false));
        while (true)
        {
            var probed = await machine.WaitForAsync<SupervisorReport.Probed>("a");
            probed.Probe.ShouldBe(ProbeKind.Readiness);
            if (probed.Status != ProbeStatus.Unknown)
            {
                await machine.EndAsync("a");
                machine.Faults.All.ShouldBeEmpty();
                return (probed.Status, probed.Error);
            }
        }
    }
}
