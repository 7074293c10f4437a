using System.Net.Sockets;

namespace ProcessManager.Http.Tests;

public sealed class SocketSpecs
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task The_socket_is_its_owners_alone_and_goes_with_the_server()
    {
        var served = await Served.StartAsync();
        File.GetUnixFileMode(served.Socket).ShouldBe(Owner);
        File.GetUnixFileMode(Path.GetDirectoryName(served.Socket)!).ShouldBe(Owner | UnixFileMode.UserExecute);
        await served.GoAwayAsync();
        File.Exists(served.Socket).ShouldBeFalse();
        await served.ComeBackAsync();
        (await served.Client.GetHealthAsync()).Ready.ShouldBeTrue();
        await served.DisposeAsync();
    }

    [Fact]
    public async Task A_stale_socket_is_replaced()
    {
        using var folder = new Folder();
        using (var dead = Listening(folder.At("first")))
        {
            // The file of a socket that is disposed of goes with it, unless it has another name by then.
            File.Move(folder.At("first"), folder.At("s"));
        }

        File.Exists(folder.At("s")).ShouldBeTrue();
        await using var server = await ProcessManagerServer.StartAsync(new MemoryManager(), new ServerOptions { SocketPath = folder.At("s") });
        using var client = new HttpProcessManager(folder.At("s"));
        (await client.GetHealthAsync()).Ready.ShouldBeTrue();
    }

    [Fact]
    public async Task A_live_socket_stays()
    {
        await using var served = await Served.StartAsync();
        (await RefusedAsync(served.Socket)).Code.ShouldBe(ErrorCode.AddressInUse);
        (await served.Client.GetHealthAsync()).Ready.ShouldBeTrue();

        using var folder = new Folder();
        using var foreign = Listening(folder.At("s"));
        (await RefusedAsync(folder.At("s"))).Code.ShouldBe(ErrorCode.AddressInUse);
        File.Exists(folder.At("s")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_that_is_no_socket_stays()
    {
        using var folder = new Folder();
        await File.WriteAllTextAsync(folder.At("s"), "letters");
        (await RefusedAsync(folder.At("s"))).Message.ShouldContain("isn't a socket");
        (await File.ReadAllTextAsync(folder.At("s"))).ShouldBe("letters");
        Directory.CreateDirectory(folder.At("d"));
        (await RefusedAsync(folder.At("d"))).Message.ShouldContain("isn't a socket");
    }

    [Fact]
    public async Task A_path_that_is_too_long_is_told_to_server_and_client()
    {
        using var folder = new Folder();
        var most = folder.At(new string('s', SocketPath.MaxBytes - folder.At("x").Length + 1));
        await using (await ProcessManagerServer.StartAsync(new MemoryManager(), new ServerOptions { SocketPath = most }))
        {
            using var client = new HttpProcessManager(most);
            (await client.GetHealthAsync()).Ready.ShouldBeTrue();
        }

        var error = await RefusedAsync(most + "s");
        error.Code.ShouldBe(ErrorCode.InvalidSpec);
        error.Message.ShouldContain("108 bytes");
        Should.Throw<ProcessManagerException>(() => new HttpProcessManager(most + "s")).Code.ShouldBe(ErrorCode.InvalidSpec);
    }

    [Fact]
    public async Task A_directory_that_cant_be_made_is_told()
    {
        using var folder = new Folder();
        await File.WriteAllTextAsync(folder.At("file"), "");
        (await RefusedAsync(Path.Combine(folder.At("file"), "s"))).Code.ShouldBe(ErrorCode.StorageUnavailable);
    }

    [Fact]
    public async Task Another_user_may_not_come_in()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/usr/bin/setpriv") && File.Exists("/usr/bin/curl"), "Needs root, setpriv and curl.");
        await using var served = await Served.StartAsync();
        // The modes alone would keep it out; they are opened here to see what the check of the user does.
        const UnixFileMode Open = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        foreach (var path in new[] { served.Folder, Path.GetDirectoryName(served.Socket)!, served.Socket })
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | Open);
        }

        (await CurlAsync(served.Socket, "65534")).ShouldContain("\"code\":\"Forbidden\"");
        (await CurlAsync(served.Socket, "0")).ShouldContain("\"ready\":true");
    }

    private static async Task<string> CurlAsync(string socket, string uid)
    {
#pragma warning disable RS0030 // A client of another user needs a process of its own, and ProcessManager.Os isn't what is tested here.
        using var curl = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo
        {
            FileName = "/usr/bin/setpriv",
            ArgumentList = { "--reuid", uid, "--regid", uid, "--clear-groups", "curl", "-s", "--max-time", "20", "--unix-socket", socket, "http://localhost/v1/health" },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var output = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
#pragma warning restore RS0030
        return output;
    }

    private static Task<ProcessManagerException> RefusedAsync(string path) =>
        Should.ThrowAsync<ProcessManagerException>(() => ProcessManagerServer.StartAsync(new MemoryManager(), new ServerOptions { SocketPath = path }));

    private static Socket Listening(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        return socket;
    }
}
