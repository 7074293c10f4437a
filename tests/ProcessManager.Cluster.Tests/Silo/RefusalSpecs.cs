using System.Net;
using System.Net.Sockets;

namespace ProcessManager.Cluster.Tests;

/// <summary>Starts that can't be: one clear line, and an exit code.</summary>
public sealed class RefusalSpecs(SharedPostgres postgres) : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_a_database_it_says_how_to_give_one()
    {
        var refused = await SiloRun.EndedAsync("--data", _folder.At("d"));
        refused.Code.ShouldBe(2);
        Line(refused.Error).ShouldContain("PROCMAN_DATABASE");
        refused.Error.ShouldContain("--local");
    }

    [Fact]
    public async Task A_database_that_isnt_there_is_named_without_its_password()
    {
        var refused = await RefusedAsync($"Host=127.0.0.1;Port={SiloRun.FreePort()};Username=u;Password=sesame;Database=cluster");
        refused.ShouldContain("can't be reached");
        refused.ShouldContain("cluster");
        refused.ShouldNotContain("sesame");
    }

    [Theory]
    [InlineData("sesame")]
    [InlineData("Host=h;Pass;word=sesame")]
    public async Task What_isnt_a_connection_string_isnt_repeated(string text)
    {
        var refused = await SiloRun.EndedAsync(["--data", _folder.At("d"), "--database", text, .. SiloRun.OwnPorts()]);
        refused.Code.ShouldBe(2);
        Line(refused.Error).ShouldNotContain("sesame");
    }

    [Fact]
    public async Task A_database_without_tables_must_be_migrated_first_and_then_is_the_clusters()
    {
        var database = await (await postgres.ServerAsync()).CreateDatabaseAsync();
        (await RefusedAsync(database)).ShouldContain("run silo --migrate");

        await File.WriteAllTextAsync(_folder.At("connection"), database + "\n");
        var migrated = await SiloRun.EndedAsync("--migrate", "--database-file", _folder.At("connection"), "--cluster-id", "mine");
        migrated.Code.ShouldBe(0, migrated.Error);
        migrated.Out.ShouldContain("mine");
        migrated.Out.ShouldNotContain((await postgres.ServerAsync()).Password);

        (await RefusedAsync(database, "--cluster-id", "another")).ShouldContain("belongs to the cluster \"mine\", not to \"another\"");
    }

    [Theory]
    [InlineData("--silo-port")]
    [InlineData("--gateway-port")]
    public async Task A_port_of_the_silo_that_is_taken_is_named(string option)
    {
        using var taken = Taken();
        var refused = await SiloRun.EndedAsync(["--local", "--data", _folder.At("d"), .. OwnPortsWithout(option), option, $"{Port(taken)}"]);
        refused.Code.ShouldBe(1);
        Line(refused.Error).ShouldBe($"silo: Something else listens at 127.0.0.1:{Port(taken)} ({option}).");
    }

    [Fact]
    public async Task So_is_that_of_HTTP()
    {
        using var taken = Taken();
        var refused = await SiloRun.EndedAsync(
            ["--local", "--data", _folder.At("d"), .. SiloRun.OwnPorts(), "--http", $"http://127.0.0.1:{Port(taken)}", "--token-file", _folder.At("token")]);
        refused.Code.ShouldBe(1);
        Line(refused.Error).ShouldContain($"127.0.0.1:{Port(taken)} (--http)");
    }

    [Fact]
    public async Task A_data_directory_belongs_to_one_silo_and_so_do_its_ports()
    {
        string[] ports = SiloRun.OwnPorts();
        await using var first = SiloRun.Start(["--local", "--data", _folder.At("d"), .. ports]);
        await first.ReadyAsync();

        var second = await SiloRun.EndedAsync(["--local", "--data", _folder.At("d"), "--socket", _folder.At("s"), .. SiloRun.OwnPorts()]);
        second.Code.ShouldBe(1);
        Line(second.Error).ShouldContain(_folder.At("d"));

        // Orleans itself would share the port with it.
        var third = await SiloRun.EndedAsync(["--local", "--data", _folder.At("other"), .. ports]);
        third.Code.ShouldBe(1);
        Line(third.Error).ShouldContain($":{ports[1]} (--silo-port)");
    }

    [Fact]
    public async Task A_nodes_name_belongs_to_one_data_directory()
    {
        var database = await (await postgres.ServerAsync()).CreateClusterAsync("procman");
        await using var first = SiloRun.Start(["--data", _folder.At("a"), "--node", "n", "--database", database, .. SiloRun.OwnPorts()]);
        await first.ReadyAsync();

        (await RefusedAsync(database, "--node", "n")).ShouldContain("\"n\"");
    }

    [Fact]
    public async Task Misuse_is_told_with_its_option()
    {
        await MisusedAsync("--silo-port", "--silo-port", "70000");
        await MisusedAsync("--gateway-port", "--silo-port", "30000");
        await MisusedAsync("--address", "--address", "0.0.0.0");
        await MisusedAsync("--label", "--label", "blue");
        await MisusedAsync("--token-file", "--http", "http://127.0.0.1:7777");
        await MisusedAsync("--local", "--database", "Host=h");
        await MisusedAsync("--nonsense", "--nonsense");
    }

    [Fact]
    public async Task An_address_is_refused_by_the_name_of_its_option()
    {
        var elsewhere = await SiloRun.EndedAsync(["--data", _folder.At("d"), "--address", "192.0.2.1", "--database", "Host=h", .. SiloRun.OwnPorts()]);
        elsewhere.Code.ShouldBe(2);
        Line(elsewhere.Error).ShouldBe("silo: --address: 192.0.2.1 isn't an address of this machine");

        string[] open = ["--local", "--data", _folder.At("d"), .. SiloRun.OwnPorts(), "--http", $"http://0.0.0.0:{SiloRun.FreePort()}", "--token-file", _folder.At("token")];
        var clear = await SiloRun.EndedAsync(open);
        clear.Code.ShouldBe(2);
        Line(clear.Error).ShouldContain("--allow-plain-http-on-any-address");
        clear.Error.ShouldStartWith("silo: --http: ");

        await using var allowed = SiloRun.Start([.. open, "--allow-plain-http-on-any-address"]);
        (await allowed.ReadyAsync()).ShouldContain("http://0.0.0.0:");
    }

    [Theory]
    [InlineData("--databse", "Host=h;Password=sesame")]
    [InlineData("--databse=Host=h;Password=sesame")]
    [InlineData("Host=h;Password=sesame")]
    [InlineData("--database", "Host=h", "Password=sesame")]
    [InlineData("--silo-port", "Host=h;Pwd = sesame")]
    [InlineData("--log-level", "Password=sesame")]
    [InlineData("--http", "http://Host=h;Password=sesame", "--token-file", "f")]
    public async Task What_may_be_a_secret_isnt_repeated(params string[] args)
    {
        var refused = await SiloRun.EndedAsync(["--local", "--data", _folder.At("d"), .. args]);
        refused.Code.ShouldBe(2);
        refused.Error.ShouldStartWith("silo: ");
        refused.Error.ShouldNotContain("sesame");
    }

    private static async Task MisusedAsync(string told, params string[] args)
    {
        var refused = await SiloRun.EndedAsync(["--local", .. args]);
        refused.Code.ShouldBe(2, string.Join(' ', args));
        refused.Error.ShouldContain(told);
    }

    private async Task<string> RefusedAsync(string database, params string[] args)
    {
        var refused = await SiloRun.EndedAsync(["--data", _folder.At("refused"), "--database", database, .. SiloRun.OwnPorts(), .. args]);
        refused.Code.ShouldBe(1, refused.Error);
        refused.Out.ShouldBe("");
        return Line(refused.Error);
    }

    private static string Line(string error)
    {
        error.ShouldStartWith("silo: ");
        error.Count(letter => letter == '\n').ShouldBe(1, error);
        return error.TrimEnd();
    }

    private static string[] OwnPortsWithout(string option) => SiloRun.OwnPorts() is var ports && option == ports[0] ? ports[2..] : ports[..2];

    private static TcpListener Taken()
    {
        var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        return taken;
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
