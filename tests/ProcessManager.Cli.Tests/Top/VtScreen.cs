using System.Globalization;
using System.Text;

namespace ProcessManager.Cli.Tests;

/// <summary>As much of a terminal as the tests need: text, the cursor's place, erasing, the alternate screen. Colours are dropped.</summary>
internal sealed class VtScreen(int width, int height)
{
    private readonly Dictionary<bool, string[,]> _screens = new() { [false] = Blank(width, height), [true] = Blank(width, height) };
    private readonly StringBuilder _open = new();
    private int _row;
    private int _column;
    private (int Row, int Column) _saved;

    public bool Alternate { get; private set; }

    public bool CursorShown { get; private set; } = true;

    public string Row(int row)
    {
        var text = new StringBuilder();
        for (var column = 0; column < width; column++)
        {
            text.Append(_screens[Alternate][row, column]);
        }

        return text.ToString().TrimEnd();
    }

    public override string ToString() => string.Join('\n', Enumerable.Range(0, height).Select(Row)).TrimEnd();

    public void Add(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (_open.Length > 0)
            {
                _open.Append(rune);
                var sequence = _open.ToString();
                if (sequence.Length > 2 && char.IsAsciiLetter(sequence[^1]))
                {
                    _open.Clear();
                    Do(sequence[2..^1], sequence[^1]);
                }
                else if (sequence is ['\e', not '[', ..])
                {
                    _open.Clear();
                }
            }
            else if (rune.Value == '\e')
            {
                _open.Append(rune);
            }
            else
            {
                Put(rune);
            }
        }
    }

    private static string[,] Blank(int width, int height)
    {
        var cells = new string[height, width];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                cells[row, column] = " ";
            }
        }

        return cells;
    }

    private void Put(Rune rune)
    {
        switch (rune.Value)
        {
            case '\n':
                _row = Math.Min(_row + 1, height - 1);
                return;
            case '\r':
                _column = 0;
                return;
        }

        var wide = rune.Value is (>= 0x2E80 and <= 0xA4CF) or (>= 0x1F300 and <= 0x1FAFF);
        if (_column + (wide ? 2 : 1) > width)
        {
            return;
        }

        _screens[Alternate][_row, _column++] = rune.ToString();
        if (wide)
        {
            _screens[Alternate][_row, _column++] = "";
        }
    }

    private void Do(string parameters, char verb)
    {
        switch (verb)
        {
            case 'H':
                var at = parameters.Split(';').Select(number => int.TryParse(number, CultureInfo.InvariantCulture, out var value) ? value : 1).ToArray();
                (_row, _column) = (Math.Min(at[0], height) - 1, Math.Min(at.Length > 1 ? at[1] : 1, width) - 1);
                break;
            case 'J' when parameters == "2":
                _screens[Alternate] = Blank(width, height);
                break;
            case 'h' when parameters == "?1049":
                (Alternate, _saved) = (true, (_row, _column));
                break;
            case 'l' when parameters == "?1049":
                Alternate = false;
                (_row, _column) = _saved;
                break;
            case 'h' or 'l' when parameters == "?25":
                CursorShown = verb == 'h';
                break;
        }
    }
}
