using System.CommandLine;

namespace ProcessManager.Silo;

/// <summary>A value from the command line, else from the environment: <c>--silo-port</c>, <c>PROCMAN_SILO_PORT</c>.</summary>
internal sealed class Setting
{
    public Setting(string name, string helpName, string description)
    {
        Variable = "PROCMAN_" + name[2..].ToUpperInvariant().Replace('-', '_');
        Option = new Option<string?>(name) { HelpName = helpName, Description = $"{description} [{Variable}]" };
    }

    public Option<string?> Option { get; }

    public string Variable { get; }

    public string? Read(ParseResult parse) => parse.GetValue(Option) ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } value ? value : null);
}
