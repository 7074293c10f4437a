using System.Globalization;
using System.Text;

namespace ProcessManager.Cli;

/// <summary>What is to be seen: cells of one character and one style each. Drawn by what differs from the one before.</summary>
internal sealed class Screen
{
    /// <summary>The right half of a wide character.</summary>
    private static readonly Rune Covered = new('\0');

    private readonly (Rune Rune, Style Style)[] _cells;

    public Screen(int width, int height)
    {
        (Width, Height) = (Math.Max(1, width), Math.Max(1, height));
        _cells = new (Rune, Style)[Width * Height];
        Array.Fill(_cells, (new Rune(' '), Style.Plain));
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Writes from a column on, up to the edge or <paramref name="width"/>; the column after it.</summary>
    public int Text(int row, int column, string text, Style style = Style.Plain, int width = int.MaxValue)
    {
        var end = (int)Math.Min(Width, (long)column + width);
        if (row < 0 || row >= Height)
        {
            return column;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            var cells = CellsOf(rune);
            if (column + cells > end)
            {
                break;
            }

            if (cells == 0 || column < 0)
            {
                column += cells;
                continue;
            }

            _cells[(row * Width) + column] = (Rune.IsControl(rune) ? new Rune('·') : rune, style);
            if (cells == 2)
            {
                _cells[(row * Width) + column + 1] = (Covered, style);
            }

            column += cells;
        }

        return column;
    }

    /// <summary>Gives the whole row a style, keeping its text.</summary>
    public void Restyle(int row, Style style)
    {
        for (var column = 0; column < Width && row < Height; column++)
        {
            ref var cell = ref _cells[(row * Width) + column];
            cell.Style |= style;
        }
    }

    /// <summary>A row's text, without blanks at its end: what tests look at.</summary>
    public string Row(int row)
    {
        var text = new StringBuilder(Width);
        for (var column = 0; column < Width; column++)
        {
            var (rune, _) = _cells[(row * Width) + column];
            if (rune != Covered)
            {
                text.Append(rune);
            }
        }

        return text.ToString().TrimEnd();
    }

    public override string ToString() => string.Join('\n', Enumerable.Range(0, Height).Select(Row)).TrimEnd('\n');

    /// <summary>What makes a terminal that shows <paramref name="before"/> show this; null, or one of another size: all of it.</summary>
    public string Draw(Screen? before, bool colours)
    {
        var same = before is not null && before.Width == Width && before.Height == Height;
        var text = new StringBuilder(same ? "" : "\e[0m\e[2J");
        Style? style = null;
        for (var row = 0; row < Height; row++)
        {
            var at = -1;
            for (var column = 0; column < Width; column++)
            {
                var index = (row * Width) + column;
                var cell = _cells[index];
                if (same && before!._cells[index] == cell)
                {
                    continue;
                }

                if (cell.Rune == Covered)
                {
                    continue;
                }

                if (at != column)
                {
                    text.Append(CultureInfo.InvariantCulture, $"\e[{row + 1};{column + 1}H");
                }

                if (style != cell.Style)
                {
                    text.Append(cell.Style.Sequence(colours));
                    style = cell.Style;
                }

                text.Append(cell.Rune);
                at = column + CellsOf(cell.Rune);
            }
        }

        return style is null ? text.ToString() : text.Append("\e[0m").ToString();
    }

    /// <summary>How many cells a terminal gives it: none to what combines with the one before, two to the wide ones of East Asia and pictures.</summary>
    private static int CellsOf(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD)
            ? 2
            : 1,
    };
}
