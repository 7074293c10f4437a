using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>A signal of Linux, by its number (1-64). Written <c>SIGTERM</c>; read also as <c>TERM</c>, <c>term</c> and <c>15</c>.</summary>
[JsonConverter(typeof(SignalConverter))]
public readonly record struct Signal(int Number)
{
    public static readonly Signal Hup = new(1);
    public static readonly Signal Int = new(2);
    public static readonly Signal Kill = new(9);
    public static readonly Signal Term = new(15);
    public static readonly Signal Cont = new(18);
    public static readonly Signal Stop = new(19);

    private static readonly string[] Names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    private static readonly FrozenDictionary<string, int> Numbers =
        Names.Select((name, number) => (name, number)).Skip(1).ToFrozenDictionary(x => x.name, x => x.number, StringComparer.OrdinalIgnoreCase);

    public string Name => Number > 0 && Number < Names.Length ? "SIG" + Names[Number] : "SIG" + Number.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse([NotNullWhen(true)] string? text, out Signal signal)
    {
        signal = default;
        if (text is null)
        {
            return false;
        }

        var bare = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        if (!Numbers.TryGetValue(bare, out var number) && !int.TryParse(bare, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        signal = new Signal(number);
        return number is >= 1 and <= 64;
    }

    public override string ToString() => Name;

    private sealed class SignalConverter : JsonConverter<Signal>
    {
        public override Signal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.TokenType == JsonTokenType.Number ? reader.GetInt32().ToString(CultureInfo.InvariantCulture) : reader.GetString();
            return TryParse(text, out var signal) ? signal : throw new JsonException($"\"{text}\" is not a signal.");
        }

        public override void Write(Utf8JsonWriter writer, Signal value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);
    }
}
