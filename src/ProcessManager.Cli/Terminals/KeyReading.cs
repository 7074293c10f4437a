using System.Text;

namespace ProcessManager.Cli;

/// <summary>Makes keys of what a terminal sends. A sequence may come in pieces; an escape that nothing follows is the key itself.</summary>
internal sealed class KeyReading
{
    private static readonly Dictionary<string, NamedKey> Sequences = new()
    {
        ["[A"] = NamedKey.Up,
        ["[B"] = NamedKey.Down,
        ["[C"] = NamedKey.Right,
        ["[D"] = NamedKey.Left,
        ["OA"] = NamedKey.Up,
        ["OB"] = NamedKey.Down,
        ["OC"] = NamedKey.Right,
        ["OD"] = NamedKey.Left,
        ["[5~"] = NamedKey.PageUp,
        ["[6~"] = NamedKey.PageDown,
        ["[H"] = NamedKey.Home,
        ["OH"] = NamedKey.Home,
        ["[1~"] = NamedKey.Home,
        ["[F"] = NamedKey.End,
        ["OF"] = NamedKey.End,
        ["[4~"] = NamedKey.End,
    };

    private readonly StringBuilder _open = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>The keys that these bytes complete.</summary>
    public List<Key> Add(ReadOnlySpan<byte> bytes)
    {
        var characters = new char[_decoder.GetCharCount(bytes, flush: false)];
        _decoder.GetChars(bytes, characters, flush: false);
        var keys = new List<Key>();
        foreach (var character in characters)
        {
            Add(character, keys);
        }

        return keys;
    }

    /// <summary>Nothing more came for a while: an open escape was the key.</summary>
    public List<Key> Rest()
    {
        List<Key> keys = _open.Length > 0 ? [NamedKey.Escape] : [];
        _open.Clear();
        return keys;
    }

    private void Add(char character, List<Key> keys)
    {
        if (_open.Length == 0)
        {
            if (character == '\e')
            {
                _open.Append(character);
            }
            else
            {
                keys.Add(Plain(character));
            }

            return;
        }

        if (_open.Length == 1 && character is not ('[' or 'O'))
        {
            keys.AddRange(Rest());
            Add(character, keys);
            return;
        }

        _open.Append(character);
        if (_open.Length > 2 && (char.IsAsciiLetter(character) || character == '~'))
        {
            if (Sequences.TryGetValue(_open.ToString(1, _open.Length - 1), out var name))
            {
                keys.Add(name);
            }

            // Any other sequence is a key that nobody waits for.
            _open.Clear();
        }
    }

    private static Key Plain(char character) => character switch
    {
        '\r' or '\n' => NamedKey.Enter,
        '\t' => NamedKey.Tab,
        '\b' or '\u007f' => NamedKey.Backspace,
        '\u0003' => NamedKey.Interrupt,
        _ => character,
    };
}
