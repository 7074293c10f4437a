using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>
/// The name of a managed process: the user's own (<c>[A-Za-z0-9][A-Za-z0-9._-]{0,127}</c>, without <c>..</c>) or 32 hex digits
/// made for it. Safe as a file name and in a URL. The kernel's number for a child is <see cref="ChildIdentity.OsPid"/>.
/// </summary>
[JsonConverter(typeof(ProcessIdConverter))]
public readonly record struct ProcessId
{
    /// <summary>The longest id, in characters.</summary>
    public const int MaxLength = 128;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    private readonly string? _value;

    private ProcessId(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("This ProcessId was never given a value.");

    /// <summary>A new id of 32 hex digits.</summary>
    public static ProcessId New() => new(Guid.NewGuid().ToString("N"));

    public static bool TryParse([NotNullWhen(true)] string? text, out ProcessId id)
    {
        var valid = text is { Length: > 0 and <= MaxLength }
            && char.IsAsciiLetterOrDigit(text[0])
            && !text.AsSpan().ContainsAnyExcept(Allowed)
            && !text.Contains("..", StringComparison.Ordinal);
        id = valid ? new ProcessId(text!) : default;
        return valid;
    }

    /// <exception cref="ProcessManagerException"><see cref="ErrorCode.InvalidSpec"/>: not an id.</exception>
    public static ProcessId Parse(string text) =>
        TryParse(text, out var id) ? id : throw ProcessManagerException.Invalid([new Fault("id", Rule(text))]);

    public override string ToString() => _value ?? "";

    /// <summary>What ids are made of, and names of nodes.</summary>
    internal static readonly string Characters =
        $"letters, digits, '.', '_' and '-', starting with a letter or digit, without '..', at most {MaxLength} characters";

    internal static string Rule(string text) =>
        $"\"{text}\" is not an id: {Characters}";
}
