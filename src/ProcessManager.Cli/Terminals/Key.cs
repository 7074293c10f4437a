namespace ProcessManager.Cli;

/// <summary>Keys that have no character of their own.</summary>
internal enum NamedKey
{
    /// <summary>The key is its character.</summary>
    None,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Home,
    End,
    Enter,
    Escape,
    Tab,
    Backspace,
    Interrupt,
}

/// <summary>One key that was pressed.</summary>
internal readonly record struct Key(NamedKey Name, char Character = '\0')
{
    public static implicit operator Key(char character) => new(NamedKey.None, character);

    public static implicit operator Key(NamedKey name) => new(name);
}
