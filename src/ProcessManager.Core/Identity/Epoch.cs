namespace ProcessManager;

/// <summary>
/// Which child is meant: the run (one time of being wanted up, from 1) and the attempt within it (one child, from 1).
/// Every command to a supervisor carries it; a supervisor refuses an older one and answers an equal one with the same child.
/// </summary>
public readonly record struct Epoch(int Run, int Attempt) : IComparable<Epoch>
{
    public int CompareTo(Epoch other) => Run != other.Run ? Run.CompareTo(other.Run) : Attempt.CompareTo(other.Attempt);

    public static bool operator <(Epoch left, Epoch right) => left.CompareTo(right) < 0;

    public static bool operator >(Epoch left, Epoch right) => left.CompareTo(right) > 0;

    public static bool operator <=(Epoch left, Epoch right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Epoch left, Epoch right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Run}.{Attempt}";

    public static bool TryParse(ReadOnlySpan<char> text, out Epoch epoch)
    {
        var dot = text.IndexOf('.');
        if (dot > 0 && int.TryParse(text[..dot], out var run) && int.TryParse(text[(dot + 1)..], out var attempt))
        {
            epoch = new Epoch(run, attempt);
            return true;
        }

        epoch = default;
        return false;
    }
}
