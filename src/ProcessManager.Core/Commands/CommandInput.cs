using System.Text;

namespace ProcessManager;

/// <summary>What a command reads: text (as UTF-8), bytes, or a stream that is passed on as it comes.</summary>
public sealed class CommandInput
{
    private CommandInput(ReadOnlyMemory<byte> bytes, Stream? stream) => (Bytes, Stream) = (bytes, stream);

    internal ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Read once, so that a command with retries can't have one. It stays the caller's.</summary>
    internal Stream? Stream { get; }

    public static CommandInput From(string text) => new(Encoding.UTF8.GetBytes(text), null);

    public static CommandInput From(ReadOnlyMemory<byte> bytes) => new(bytes, null);

    public static CommandInput From(Stream stream) => new(default, stream);

    public static implicit operator CommandInput(string text) => From(text);

    public static implicit operator CommandInput(byte[] bytes) => From((ReadOnlyMemory<byte>)bytes);
}
