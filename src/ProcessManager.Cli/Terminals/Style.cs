namespace ProcessManager.Cli;

/// <summary>How a cell looks.</summary>
[Flags]
internal enum Style
{
    Plain = 0,
    Red = 1,
    Green = 2,
    Yellow = 3,
    Blue = 4,
    Magenta = 5,
    Cyan = 6,
    ColourMask = 7,
    Bold = 8,
    Dim = 16,
    Reversed = 32,
}

internal static class Styles
{
    /// <summary>The sequence that puts it in force, whatever was before.</summary>
    public static string Sequence(this Style style, bool colours)
    {
        var codes = "0";
        codes += style.HasFlag(Style.Bold) ? ";1" : "";
        codes += style.HasFlag(Style.Dim) ? ";2" : "";
        codes += style.HasFlag(Style.Reversed) ? ";7" : "";
        codes += colours && (style & Style.ColourMask) is not Style.Plain and var colour ? $";3{(int)colour}" : "";
        return $"\e[{codes}m";
    }
}
