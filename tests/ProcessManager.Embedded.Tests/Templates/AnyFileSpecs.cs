using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>Files of processes and templates that are nearly right: read, or refused with faults, and never thrown at.</summary>
public sealed class AnyFileSpecs
{
    private const string Json =
        """{"name": "shop", "environment": {"STAGE": "dev", "T": {"secret": "x"}}, "processes": {"db": {"command": "postgres", "args": ["-D", "data"], "pattern": {"database": {"port": 5432}}, "stop": {"grace": "5s"}}, "api": {"command": "node", "dependsOn": ["db"], "restart": {"when": "onFailure"}, "limits": {"nofile": 1024}}}}""";

    private const string Template =
        """
        name: web
        runOnStartup: true
        command: sh
        args: [-c, 'echo "$PORT"', "${who:-world}"]
        environment: { PORT: "${port}", HOST: "${env:HOSTNAME:-localhost}", T: { secret: "${t}" } }
        nice: ${nice:-0}
        health: { http: { port: 8080, path: /up }, interval: 5s }
        restart: { when: onFailure, max: unlimited }
        labels: &l { tier: web }
        nodeLabels: *l
        stdin: |
          some text
        """;

    public static TheoryData<string> Samples => [Json, Template, File.ReadAllText(Path.Combine(Repository.Root, "samples", "shop.yaml"))];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Are_read_or_refused_with_faults(string sample)
    {
        var mutation = new Mutation(seed: sample.Length);
        for (var round = 0; round < 7_000; round++)
        {
            var bytes = mutation.BytesOf(sample);
            try
            {
                foreach (var node in new[] { SpecDocument.Parse("x.yaml", bytes), SpecDocument.Parse("x.json", bytes), SpecJson.Parse(bytes) })
                {
                    Told(SpecBinder.File(node, "shop", "/srv"));
                    Told(SpecBinder.Process(node));
                    var template = ProcessManager.Template.Read(node, "web");
                    Told(template);
                    if (template.Valid)
                    {
                        Told(template.Value.Fill([new("port", "80"), new("t", "\0")], _ => null));
                        Told(template.Value.Fill([new("port", "80"), new("t", "t")], _ => "x"));
                        SpecDocument.Write(template.Value).ShouldNotBeNull();
                    }
                }
            }
            catch (Exception bug)
            {
                throw new InvalidOperationException($"round {round}: {System.Text.Encoding.UTF8.GetString(bytes)}", bug);
            }
        }
    }

    private static void Told<T>(Bound<T> bound)
        where T : class
    {
        bound.Valid.ShouldBe(bound.Faults.Count == 0);
        SpecDocument.Placed("x", bound.Faults).Count.ShouldBe(bound.Faults.Count);
    }
}
