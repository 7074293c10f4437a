using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

/// <summary>How health, readiness and the watchdog are written, and what is wrong with them.</summary>
public class HealthForms
{
    [Fact]
    public void A_probe_alone_is_the_readiness_probe() =>
        Read("""{"command": "x", "health": {"http": {"port": 8080, "path": "/health", "contains": "ok"}, "interval": "2s"}}""").Health.ShouldBe(new HealthSpec
        {
            Readiness = new ProbeSpec { Target = new ProbeTarget.Http("http://localhost:8080/health") { Contains = "ok" }, Interval = TimeSpan.FromSeconds(2) },
        });

    [Fact]
    public void Each_target_has_a_short_form()
    {
        var health = Read("""{"command": "x", "health": {"startup": {"http": "https://db/ok"}, "liveness": {"tcp": 5432}, "readiness": {"command": ["pg_isready", "-q"]}}}""").Health!;
        health.Startup!.Target.ShouldBe(new ProbeTarget.Http("https://db/ok"));
        health.Liveness!.Target.ShouldBe(new ProbeTarget.Tcp(5432));
        health.Readiness!.Target.ShouldBe(new ProbeTarget.Command("pg_isready") { Args = ["-q"] });
        Read("""{"command": "x", "health": {"tcp": {"port": 1, "host": "db"}}}""").Health!.Readiness!.Target.ShouldBe(new ProbeTarget.Tcp(1) { Host = "db" });
        Read("""{"command": "x", "health": {"command": "./check"}}""").Health!.Readiness!.Target.ShouldBe(new ProbeTarget.Command("./check"));
        Read("""{"command": "x", "health": {}}""").Health.ShouldBeNull();
    }

    [Fact]
    public void What_makes_ready_has_short_forms()
    {
        Read("""{"command": "x", "ready": "notify"}""").Ready.ShouldBe(new ReadySpec { By = ReadyBy.Notify });
        Read("""{"command": "x", "ready": {"logLine": "^up$", "timeout": "5s"}}""").Ready
            .ShouldBe(new ReadySpec { By = ReadyBy.LogLine, LogLine = "^up$", Timeout = TimeSpan.FromSeconds(5) });
        Read("""{"command": "x", "ready": {"port": 80}}""").Ready.ShouldBe(new ReadySpec { By = ReadyBy.Port, Port = 80 });
        Read("""{"command": "x", "ready": {"timeout": "5s"}, "health": {"tcp": 1}}""").Ready.ShouldBe(new ReadySpec { Timeout = TimeSpan.FromSeconds(5) });
    }

    [Theory]
    [InlineData("""{"health": {"interval": "1s"}}""", "health.interval", "unknown key")]
    [InlineData("""{"health": {"readiness": {"interval": "1s"}}}""", "health.readiness", "whom to ask")]
    [InlineData("""{"health": {"tcp": 1, "http": "http://a"}}""", "health", "one of")]
    [InlineData("""{"health": {"http": {"port": 1, "url": "http://a"}}}""", "health.http", "either a url or a port")]
    [InlineData("""{"health": {"http": "ftp://a"}}""", "health.readiness.http.url", "http or https")]
    [InlineData("""{"health": {"http": {"port": 99999}}}""", "health.readiness.http.url", "whole http")]
    [InlineData("""{"health": {"http": {"url": "http://a", "headers": {"A B": "x"}}}}""", "health.readiness.http.headers[\"A B\"]", "letters")]
    [InlineData("""{"health": {"http": {"url": "http://a", "headers": {"A": "x\ny"}}}}""", "health.readiness.http.headers.A", "printable")]
    [InlineData("""{"health": {"http": {"url": "http://a", "expectedStatus": [200, 99]}}}""", "health.readiness.http.expectedStatus[1]", "200 to 599")]
    [InlineData("""{"health": {"http": {"url": "http://a", "method": "G T"}}}""", "health.readiness.http.method", "method")]
    [InlineData("""{"health": {"tcp": 0}}""", "health.readiness.tcp.port", "1 to 65535")]
    [InlineData("""{"health": {"tcp": {"port": 1, "host": "a b"}}}""", "health.readiness.tcp.host", "host")]
    [InlineData("""{"health": {"command": []}}""", "health.command", "a command and its arguments")]
    [InlineData("""{"health": {"command": {"command": "x", "expectedExitCode": 300}}}""", "health.readiness.command.expectedExitCode", "0 to 255")]
    [InlineData("""{"health": {"tcp": 1, "interval": 0}}""", "health.readiness.interval", "at least")]
    [InlineData("""{"health": {"tcp": 1, "timeout": 0}}""", "health.readiness.timeout", "more than 0")]
    [InlineData("""{"health": {"tcp": 1, "failureThreshold": 0}}""", "health.readiness.failureThreshold", "from 1")]
    [InlineData("""{"ready": "probe"}""", "ready", "needs a readiness or a startup probe")]
    [InlineData("""{"ready": "probe", "health": {"liveness": {"tcp": 1}}}""", "ready", "needs a readiness or a startup probe")]
    [InlineData("""{"ready": {"port": 1, "notify": true}}""", "ready", "one of")]
    [InlineData("""{"ready": {"logLine": "(a)\\1"}}""", "ready.logLine", "without backtracking")]
    [InlineData("""{"ready": {"logLine": "("}}""", "ready.logLine", "without backtracking")]
    [InlineData("""{"ready": {"logLine": "x"}, "output": "discard"}""", "ready.logLine", "output that is kept")]
    [InlineData("""{"ready": {"notify": true, "timeout": 0}}""", "ready.timeout", "more than 0")]
    [InlineData("""{"ready": 5}""", "ready", "probe, notify")]
    [InlineData("""{"watchdog": "0s"}""", "watchdog", "more than 0")]
    public void A_fault_is_told_at_its_place(string json, string path, string part)
    {
        var bound = SpecBinder.Process(SpecJson.Parse(Encoding.UTF8.GetBytes("{\"command\": \"x\", " + json[1..])));
        bound.Faults.ShouldContain(fault => fault.Path == path && fault.Message.Contains(part), string.Join("; ", bound.Faults));
    }

    private static ProcessSpec Read(string json) => SpecBinder.Process(SpecJson.Parse(Encoding.UTF8.GetBytes(json))).Value;
}
