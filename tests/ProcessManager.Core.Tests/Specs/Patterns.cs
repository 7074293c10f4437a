using System.Text;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public partial class Patterns
{
    [Theory]
    [InlineData("{webServer: {port: 80}}", 3, 5)]
    [InlineData("{database: {port: 5432}}", 5, 10)]
    [InlineData("{worker: {}}", 3, 5)]
    [InlineData("{worker: {maxRestarts: 7}}", 7, 5)]
    [InlineData("worker", 3, 5)]
    [InlineData("{blockchainNode: {port: 9001}}", 3, 15)]
    public void A_pattern_restarts_on_failure_so_often_in_a_run_after_always_the_same_pause(string pattern, int max, int seconds)
    {
        var restart = Read($$"""{"command": "x", "pattern": {{Json(pattern)}}}""").Restart;

        restart.When.ShouldBe(RestartWhen.OnFailure);
        restart.Max.ShouldBe(max);
        restart.Window.ShouldBeNull();
        restart.Factor.ShouldBe(1);
        restart.Jitter.ShouldBe(0);
        (restart.Delay, restart.MaxDelay).ShouldBe((TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public void What_the_spec_says_itself_wins_field_by_field()
    {
        var spec = Read("""{"command": "x", "pattern": {"blockchainNode": {"port": 1}}, "restart": {"max": 9}, "stop": {"signal": "INT"}}""");

        spec.Restart.Max.ShouldBe(9);
        spec.Restart.Delay.ShouldBe(TimeSpan.FromSeconds(15));
        spec.Stop.Signal.ShouldBe(new Signal(2));
        spec.Stop.Grace.ShouldBe(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Its_probes_ask_what_it_serves_with_five_seconds_to_answer()
    {
        var web = Read("""{"command": "x", "pattern": {"webServer": {"port": 80}}}""").Health!;
        web.Readiness!.Target.ShouldBe(new ProbeTarget.Http("http://localhost:80/health"));
        (web.Readiness.Interval, web.Readiness.Timeout).ShouldBe((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)));
        (web.Startup, web.Liveness).ShouldBe((null, null));

        var database = Read("""{"command": "x", "pattern": {"database": {"port": 5432, "host": "db"}}}""").Health!;
        database.Startup!.Target.ShouldBe(new ProbeTarget.Tcp(5432) { Host = "db" });
        (database.Startup.Interval * database.Startup.FailureThreshold).ShouldBe(TimeSpan.FromSeconds(10));
        database.Readiness!.Timeout.ShouldBe(TimeSpan.FromSeconds(5));

        Read("""{"command": "x", "pattern": "worker"}""").Health.ShouldBeNull();
        Read("""{"command": "x", "pattern": {"worker": {"healthCommand": "test -e up"}}}""").Health!.Readiness!.Target
            .ShouldBe(new ProbeTarget.Command("test -e up") { Shell = true });
        var node = Read("""{"command": "x", "pattern": {"blockchainNode": {"port": 9001}}}""").Health!;
        (node.Startup!.Interval * node.Startup.FailureThreshold).ShouldBe(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Its_probes_are_left_out_or_replaced_as_a_whole()
    {
        Read("""{"command": "x", "pattern": {"webServer": {"port": 80}}, "health": null}""").Health.ShouldBeNull();
        var own = Read("""{"command": "x", "pattern": {"database": {"port": 80}}, "health": {"tcp": {"port": 81}}}""").Health!;
        own.Startup.ShouldBeNull();
        own.Readiness!.Target.ShouldBe(new ProbeTarget.Tcp(81));
    }

    [Fact]
    public void A_worker_that_is_not_to_be_restarted_is_not() =>
        Read("""{"command": "x", "pattern": {"worker": {"restartOnCrash": false}}}""").Restart.When.ShouldBe(RestartWhen.Never);

    [Fact]
    public void A_startup_time_is_never_a_limit_of_the_run() =>
        Read("""{"command": "x", "pattern": {"database": {"port": 1, "startupTime": "1s"}}}""").Timeout.ShouldBeNull();

    [Theory]
    [InlineData("{webServer: {port: 3000}}")]
    [InlineData("{database: {port: 5432, host: db, startupTime: 20s}}")]
    [InlineData("{worker: {healthCommand: test -e up, maxRestarts: 5}}")]
    [InlineData("{blockchainNode: {port: 9001, startupTime: 30s, grace: 5s}}")]
    public void The_library_fills_in_the_same(string pattern)
    {
        var spec = pattern[1] switch
        {
            'w' when pattern[2] == 'e' => ProcessPatterns.WebServer("x", ["y"], 3000),
            'd' => ProcessPatterns.Database("x", ["y"], 5432, "db", TimeSpan.FromSeconds(20)),
            'w' => ProcessPatterns.Worker("x", ["y"], "test -e up", maxRestarts: 5),
            _ => ProcessPatterns.BlockchainNode("x", ["y"], 9001, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)),
        };

        Read($$"""{"command": "x", "args": ["y"], "pattern": {{Json(pattern)}}}""").ShouldBe(spec);
    }

    [Theory]
    [InlineData("{webServer: {port: 0}}", "pattern.webServer.port", "from 1 to 65535")]
    [InlineData("{webServer: {port: 1, healthPath: x}}", "pattern.webServer.healthPath", "begin with /")]
    [InlineData("{webServer: {port: 1, path: /x}}", "pattern.webServer.path", "unknown key")]
    [InlineData("{webServer: {}}", "pattern.webServer.port", "is required")]
    [InlineData("{database: {port: 1, startupTime: 0s}}", "pattern.database.startupTime", "more than 0")]
    [InlineData("{web: {port: 1}}", "pattern.web", "unknown key")]
    [InlineData("{worker: {}, database: {port: 1}}", "pattern", "must be one of")]
    [InlineData("{worker: {maxRestarts: -1}}", "pattern.worker.maxRestarts", "0 or more")]
    [InlineData("database", "pattern", "with its parameters")]
    public void What_is_wrong_with_it_has_its_path(string pattern, string path, string message) =>
        SpecBinder.Process(SpecJson.Parse(Encoding.UTF8.GetBytes($$"""{"command": "x", "pattern": {{Json(pattern)}}}"""))).Faults
            .ShouldContain(fault => fault.Path == path && fault.Message.Contains(message, StringComparison.Ordinal));

    private static ProcessSpec Read(string json) => SpecBinder.Process(SpecJson.Parse(Encoding.UTF8.GetBytes(json))).Value;

    /// <summary>Names and values without quotes, for tests that can be read.</summary>
    private static string Json(string plain) => Word().Replace(plain, match => int.TryParse(match.Value, out _) ? match.Value : $"\"{match.Value}\"");

    [GeneratedRegex("[-/a-zA-Z0-9][-/a-zA-Z0-9 ]*", RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
