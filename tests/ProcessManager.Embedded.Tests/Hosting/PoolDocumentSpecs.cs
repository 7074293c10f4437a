using ProcessManager.Contract;
using ProcessManager.Embedded.Tests.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests.Hosting;

/// <summary>What docs/pools.md and docs/library.md show does what they say.</summary>
public sealed class PoolDocumentSpecs(EmbeddedHost host)
{
    [Fact]
    public async Task The_pool_of_the_document_runs()
    {
        // A make that says what it was to make.
        using var bin = new Folder();
        Scripts.File(bin.Path, "make", "#!/bin/sh\necho made $1\n");
        var path = $"{bin.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        ProcessSpec With(ProcessSpec spec) => spec with { Environment = [KeyValuePair.Create("PATH", (EnvironmentValue?)path)] };
        var pool = host.Manager.Pool("build");
        await pool.SetAsync(concurrency: 4);

        var results = await pool.RunAsync(
        [
            new PoolJob { Key = "api", Spec = With(new ProcessSpec { Command = "make", Args = ["api"], Restart = Retries.Policy(2) }) },
            new PoolJob { Key = "docs", Spec = With(new ProcessSpec { Command = "make", Args = ["docs"] }), Priority = 5 },
        ]);

        results["api"].EnsureSuccess().Output.ShouldBe("made api\n");
        await pool.RemoveAsync();
        Shows("docs/pools.md", "new PoolJob { Key = \"docs\", Spec = new ProcessSpec { Command = \"make\", Args = [\"docs\"] }, Priority = 5 }");
    }

    [Fact]
    public async Task The_commands_at_once_and_the_pipe_of_the_document_run()
    {
        using var folder = new Folder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "access.log"), "200\n500\n404\n500\n");

        var results = await host.Manager.ConcurrentlyAsync(new Dictionary<string, ProcessSpec> { ["disk"] = new() { Command = "df" }, ["none"] = new() { Command = "true" } });
        var result = await host.Manager.PipeAsync(
            new ProcessSpec { Command = "cat", Args = ["access.log"], WorkingDirectory = folder.Path },
            new ProcessSpec { Command = "grep", Args = ["500"] },
            new ProcessSpec { Command = "wc", Args = ["-l"] });

        results["disk"].Output.ShouldNotBeEmpty();
        result.EnsureSuccess().Output.Trim().ShouldBe("2");
        Shows("docs/pools.md", "new ProcessSpec { Command = \"grep\", Args = [\"500\"] }");
    }

    [Fact]
    public async Task The_options_of_the_document_are_all_there()
    {
        using var folder = new Folder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "page"), "hello");
        var result = await host.Manager.RunAsync("tar", ["-cz", "."], new RunOptions
        {
            WorkingDirectory = folder.Path,
            Environment = new Dictionary<string, string?> { ["GZIP"] = "-9" },
            Timeout = TimeSpan.FromMinutes(1),
            IdleTimeout = TimeSpan.FromSeconds(10),
            Input = "text",
            RetryAttempts = 3,
            RetryDelay = TimeSpan.FromSeconds(2),
            OnOutput = OutputCallback.Lines(_ => { }),
        });

        result.Success.ShouldBeTrue();
        Shows("docs/library.md", "OnOutput = OutputCallback.Lines(");
    }

    private static void Shows(string document, string example) => File.ReadAllText(Path.Combine(Repository.Root, document)).ShouldContain(example);

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("procman-docs-");

        public string Path => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
