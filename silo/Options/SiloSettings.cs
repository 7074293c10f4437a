using System.CommandLine;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using ProcessManager.Cluster;
using ProcessManager.Http;

namespace ProcessManager.Silo;

/// <summary>What can be set, and what each value must be.</summary>
internal sealed class SiloSettings
{
    /// <summary>Where the dashboard is.</summary>
    public const string DashboardPath = "/orleans";

    private readonly Setting _data = new("--data", "DIR", "This node's data directory; not a daemon's (/var/lib/procman-silo for root, else ~/.local/state/procman-silo)");
    private readonly Setting _node = new("--node", "NAME", "What this machine is called (its host name)");
    private readonly Option<string[]> _labels = new("--label") { HelpName = "K=V", Description = "A label of this node, for placement; repeatable", DefaultValueFactory = _ => [] };
    private readonly Setting _address = new("--address", "IP", "The address that the other silos and clients reach; it listens there alone (127.0.0.1)");
    private readonly Setting _siloPort = new("--silo-port", "PORT", "For the other silos (11111)");
    private readonly Setting _gatewayPort = new("--gateway-port", "PORT", "For clients (30000)");
    private readonly Setting _clusterId = new("--cluster-id", "NAME", "Which cluster (procman)");
    private readonly Option<bool> _local = new("--local") { Description = "One silo, to try it: no database, records in memory" };
    private readonly Setting _http = new("--http", "URL", "Listen for HTTP on this address too: http://127.0.0.1:7777");
    private readonly Setting _tokenFile = new("--token-file", "FILE", "The token that --http asks for; made if it is missing");
    private readonly Option<bool> _anyAddress = new("--allow-plain-http-on-any-address")
    {
        Description = "Let --http be another address than loopback: the token and all else cross the network in clear",
    };

    private readonly Setting _socket = new("--socket", "PATH", "The unix socket (procman.sock in the data directory)");
    private readonly Option<bool> _dashboard = new("--dashboard") { Description = $"Serve Orleans' dashboard at {DashboardPath}, with the token as its password (the default)" };
    private readonly Option<bool> _noDashboard = new("--no-dashboard") { Description = "Don't" };
    private readonly Option<bool> _stopChildren = new("--stop-children") { Description = "At the silo's end, end the processes of this node too" };
    private readonly Option<LogLevel?> _logLevel = new("--log-level") { Description = "Log this and above on stderr, also while starting (Warning, once it is ready)" };
    private readonly DatabaseSetting _database = new();

    public IEnumerable<Option> Options =>
    [
        _data.Option, _node.Option, _labels, _address.Option, _siloPort.Option, _gatewayPort.Option, _clusterId.Option, .. _database.Options, _local,
        _http.Option, _tokenFile.Option, _anyAddress, _socket.Option, _dashboard, _noDashboard, _stopChildren, _logLevel,
    ];

    public string ReadClusterId(ParseResult parse) => _clusterId.Read(parse) ?? "procman";

    /// <exception cref="ProcessManagerException">InvalidSpec: there is none.</exception>
    public string ReadDatabase(ParseResult parse) => _database.Read(parse)
        ?? throw Refuse("--database", $"a database is needed: give --database, --database-file or {DatabaseSetting.Variable}, or try it with --local");

    /// <exception cref="ProcessManagerException">InvalidSpec.</exception>
    public SiloOptions Read(ParseResult parse)
    {
        var data = Path.GetFullPath(_data.Read(parse) ?? DefaultDataDirectory());
        if (parse.GetValue(_dashboard) && parse.GetValue(_noDashboard))
        {
            throw Refuse("--dashboard", "not together with --no-dashboard");
        }

        var dashboard = !parse.GetValue(_noDashboard);
        return new SiloOptions
        {
            Node = new NodeOptions { Name = _node.Read(parse) ?? Environment.MachineName, DataDirectory = data, Labels = Labels(parse.GetValue(_labels)!) },
            Place = Place(parse),
            ClusterId = ReadClusterId(parse),
            Database = Local(parse) ? null : ReadDatabase(parse),
            Doors = new ServerOptions
            {
                SocketPath = _socket.Read(parse) ?? Path.Combine(data, "procman.sock"),
                Tcp = Tcp(_http.Read(parse), _tokenFile.Read(parse), parse.GetValue(_anyAddress)),
                Pages = dashboard ? [DashboardPath] : [],
            },
            Dashboard = dashboard,
            StopChildren = parse.GetValue(_stopChildren),
            LogLevel = parse.GetValue(_logLevel),
        };
    }

    private bool Local(ParseResult parse)
    {
        if (!parse.GetValue(_local))
        {
            return false;
        }

        if (_database.IsGiven(parse))
        {
            throw Refuse("--local", "not together with a database");
        }

        return _address.Read(parse) is not { } address || (IPAddress.TryParse(address, out var ip) && IPAddress.IsLoopback(ip))
            ? true
            : throw Refuse("--address", "a --local silo is on a loopback address");
    }

    private SiloPlace Place(ParseResult parse)
    {
        var text = _address.Read(parse) ?? "127.0.0.1";
        if (!IPAddress.TryParse(text, out var address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            throw Refuse("--address", $"\"{text}\" isn't an IP address that others can reach");
        }

        var place = new SiloPlace(address, Port(_siloPort, 11111), Port(_gatewayPort, 30000));
        return place.SiloPort == place.GatewayPort ? throw Refuse("--gateway-port", "the same as --silo-port") : place;

        int Port(Setting setting, int otherwise) =>
            setting.Read(parse) is not { } given ? otherwise
            : int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port
            : throw Refuse(setting.Option.Name, $"\"{given}\" isn't a port (1 to 65535)");
    }

    private static ValueMap<string> Labels(string[] given)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in given)
        {
            var equals = label.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw Refuse("--label", $"\"{label}\" isn't K=V");
            }

            labels[label[..equals]] = label[(equals + 1)..];
        }

        return [.. labels];
    }

    private static TcpOptions? Tcp(string? url, string? tokenFile, bool anyAddress)
    {
        if (url is null && tokenFile is null)
        {
            return null;
        }

        if (url is null || tokenFile is null)
        {
            throw Refuse("--http", "--http and --token-file belong together");
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttp || address.PathAndQuery != "/" || address.UserInfo.Length > 0)
        {
            throw Refuse("--http", "this isn't an address: write http://127.0.0.1:7777");
        }

        if (address.HostNameType is not (UriHostNameType.IPv4 or UriHostNameType.IPv6) && address.Host != "localhost")
        {
            throw Refuse("--http", $"\"{address.Host}\" is neither an IP address nor localhost");
        }

        return address.IsLoopback || anyAddress
            ? new TcpOptions { Url = address, TokenFile = Path.GetFullPath(tokenFile), AllowPlainHttpOnAnyAddress = anyAddress }
            : throw Refuse(
                "--http",
                $"{address.Host} is no loopback address, and the token would cross the network in clear: listen on 127.0.0.1 behind a proxy with TLS, or allow it (--allow-plain-http-on-any-address)");
    }

    /// <summary>Not the daemon's: what a silo doesn't know there, it ends.</summary>
    private static string DefaultDataDirectory()
    {
        if (Environment.IsPrivilegedProcess)
        {
            return "/var/lib/procman-silo";
        }

        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } home
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return Path.Combine(state, "procman-silo");
    }

    private static ProcessManagerException Refuse(string option, string message) => ProcessManagerException.Invalid([new Fault(option, message)]);
}
