using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ProcessManager.Http;

/// <summary>Reads a query string and collects everything that is wrong with it; a name that nobody asked for is a fault too.</summary>
internal sealed class QueryReader(IQueryCollection query)
{
    private readonly List<Fault> _faults = [];
    private readonly List<string> _known = [];

    public string? Text(string name)
    {
        var values = Values(name);
        if (values.Length > 1)
        {
            Fault(name, "is given more than once");
        }

        return values.Length == 0 ? null : values[0];
    }

    /// <summary>Present without a value means true.</summary>
    public bool Flag(string name, bool otherwise = false) => Text(name)?.ToUpperInvariant() switch
    {
        null => otherwise,
        "" or "TRUE" or "1" => true,
        "FALSE" or "0" => false,
        var other => Fault(name, $"\"{other}\" is neither true nor false", otherwise),
    };

    public long? Number(string name, long least, long most)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : Fault(name, $"\"{text}\" is not a number from {least} to {most}", least);
    }

    public TimeSpan? Duration(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return Durations.TryParse(text, out var value, out var problem) ? value : Fault(name, problem, TimeSpan.Zero);
    }

    public T? Choice<T>(string name)
        where T : struct, Enum => Text(name) is { } text ? Choice<T>(name, text) : null;

    /// <summary>Repeated, or with commas.</summary>
    public ValueList<T> Choices<T>(string name)
        where T : struct, Enum => new([.. List(name).Select(text => Choice<T>(name, text))]);

    public ValueList<ProcessId> Ids(string name) => new([.. List(name).Select(text => Id(name, text))]);

    /// <summary><c>label=tier=web</c>, or <c>label=tier</c> for any value; repeated for several.</summary>
    public ValueMap<string?> Labels(string name) => new(Values(name).Select(text =>
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? new(text, null) : new KeyValuePair<string, string?>(text[..equals], text[(equals + 1)..]);
    }));

    public void Fault(string name, string message) => _faults.Add(new Fault(name, message));

    /// <summary>To be called when all has been read.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec, with every fault.</exception>
    public void Done()
    {
        foreach (var name in query.Keys.Except(_known, StringComparer.Ordinal))
        {
            Fault(name, _known.Count == 0 ? "is not known here" : $"is not known here; known are {string.Join(", ", _known)}");
        }

        if (_faults.Count > 0)
        {
            throw ProcessManagerException.Invalid(_faults);
        }
    }

    private string[] Values(string name)
    {
        _known.Add(name);
        return [.. query[name].Select(value => value ?? "")];
    }

    private IEnumerable<string> List(string name) =>
        Values(name).SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private T Choice<T>(string name, string text)
        where T : struct, Enum =>
        Spelling.TryParse<T>(text, out var value) ? value : Fault<T>(name, $"\"{text}\" is none of {string.Join(", ", Spelling.Names<T>())}", default);

    private ProcessId Id(string name, string text) => ProcessId.TryParse(text, out var id) ? id : Fault<ProcessId>(name, $"\"{text}\" is not an id", default);

    private T Fault<T>(string name, string message, T instead)
    {
        Fault(name, message);
        return instead;
    }
}
