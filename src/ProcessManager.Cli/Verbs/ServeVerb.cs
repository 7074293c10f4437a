using System.CommandLine;
using ProcessManager.Http;

namespace ProcessManager.Cli;

internal static class ServeVerb
{
    public static Command Create(CommandLine line)
    {
        var url = new Option<string?>("--http") { Description = "Listen on this address too: http://127.0.0.1:7777", HelpName = "URL" };
        var token = new Option<string?>("--token-file") { Description = "The token that --http asks for; made if it is missing", HelpName = "FILE" };
        var anyAddress = new Option<bool>("--allow-plain-http-on-any-address")
        {
            Description = "Let --http be another address than loopback: the token and all else cross the network in clear",
        };
        var templates = new Option<string?>("--templates") { Description = "Where its templates are; templates in the data directory when absent", HelpName = "DIR" };
        var stopChildren = new Option<bool>("--stop-children") { Description = "At the end of the daemon end all processes, also those that would outlive it" };
        var verb = new Command("serve", "Be the daemon: take the data directory, adopt what runs, listen") { url, token, anyAddress, templates, stopChildren };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(url) is null != result.GetValue(token) is null)
            {
                result.AddError("--http and --token-file belong together.");
            }
        });
        return line.Does(verb, (call, cancellationToken) =>
        {
            var location = call.Location;
            var doors = new ServerOptions { SocketPath = location.Socket, Tcp = Tcp(call, call.Get(url), call.Get(token), call.Get(anyAddress)) };
            var options = Daemon.Options(location.DataDirectory) with { TemplatesDirectory = call.Get(templates) is { } named ? call.Caller.Absolute(named) : null };
            return new Daemon(call, options, doors, call.Get(stopChildren)).RunAsync(cancellationToken);
        });
    }

    private static TcpOptions? Tcp(Call call, string? url, string? tokenFile, bool anyAddress)
    {
        if (url is null || tokenFile is null)
        {
            return null;
        }

        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp
            ? new TcpOptions { Url = address, TokenFile = call.Caller.Absolute(tokenFile), AllowPlainHttpOnAnyAddress = anyAddress }
            : throw ProcessManagerException.Invalid([new Fault("--http", $"\"{url}\" is not an address: write http://127.0.0.1:7777")]);
    }
}
