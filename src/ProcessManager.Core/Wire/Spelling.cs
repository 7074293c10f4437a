using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ProcessManager;

/// <summary>
/// How the values of an enum are spelled outside: those that users write in a spec or a query in camelCase (<c>onFailure</c>), states, reasons
/// and types as they are named (<c>Running</c>). Read case-insensitively.
/// </summary>
public static class Spelling
{
    private static readonly HashSet<Type> CamelCase =
    [
        typeof(RestartWhen), typeof(UnknownEnd), typeof(StdinMode), typeof(OutputMode), typeof(KillMode), typeof(WaitFor), typeof(LogStream),
        typeof(UpdateEffect), typeof(OnNodeLost), typeof(ReadyBy), typeof(ProbeKind), typeof(DependencyCondition), typeof(MemberChange), typeof(Standing),
    ];

    private static readonly ConcurrentDictionary<Type, (string Name, Enum Value)[]> Tables = new();

    /// <summary>How <paramref name="value"/> is written.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The enum has no such value.</exception>
    public static string Of<T>(T value)
        where T : struct, Enum
    {
        foreach (var (name, known) in Table(typeof(T)))
        {
            if (((T)known).Equals(value))
            {
                return name;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, $"{typeof(T).Name} has no such value.");
    }

    /// <summary>Every value's spelling, in order of declaration.</summary>
    public static IReadOnlyList<string> Names<T>()
        where T : struct, Enum => [.. Table(typeof(T)).Select(row => row.Name)];

    public static bool TryParse<T>([NotNullWhen(true)] string? text, out T value)
        where T : struct, Enum
    {
        foreach (var (name, known) in Table(typeof(T)))
        {
            if (name.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                value = (T)known;
                return true;
            }
        }

        value = default;
        return false;
    }

    private static (string Name, Enum Value)[] Table(Type type) =>
        Tables.GetOrAdd(type, static type => [.. Enum.GetValues(type).Cast<Enum>().Select(value => (Spell(type, value), value))]);

    private static string Spell(Type type, Enum value) => value switch
    {
        // What the kernel says is in lower case (as in /proc/pid/status), what only we know of a process isn't.
        OsState.Initial or OsState.Terminated or OsState.Unavailable => value.ToString(),
        OsState => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()),
        _ when CamelCase.Contains(type) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()),
        _ => value.ToString(),
    };
}
