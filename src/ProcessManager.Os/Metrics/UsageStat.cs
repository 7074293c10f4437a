namespace ProcessManager.Os;

/// <summary>What a sample needs of <c>/proc/pid/stat</c>. Times are clock ticks (100 a second on every Linux that .NET runs on).</summary>
internal readonly record struct UsageStat(char State, long CpuTicks, int Threads, long StartTicks, long ResidentPages)
{
    internal const double TicksPerSecond = 100;

    /// <summary>False when the text isn't a whole stat line.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out UsageStat stat)
    {
        // The name in field 2 may hold anything, spaces and brackets too: the fields begin after the last bracket, with field 3.
        var position = text.LastIndexOf((byte)')') + 2;
        if (position < 2 || position >= text.Length)
        {
            stat = default;
            return false;
        }

        var state = (char)text[position++];
        var (cpu, threads, start, pages) = (0L, 0L, 0L, 0L);
        for (var field = 4; field <= 24; field++)
        {
            var number = ProcReader.Number(text, ref position);
            switch (field)
            {
                case 14 or 15:
                    cpu += number;
                    break;
                case 20:
                    threads = number;
                    break;
                case 22:
                    start = number;
                    break;
                case 24:
                    pages = number;
                    break;
            }
        }

        stat = new UsageStat(state, cpu, (int)threads, start, pages);
        return start > 0;
    }
}
