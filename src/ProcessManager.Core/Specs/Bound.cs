namespace ProcessManager;

/// <summary>What an input was read as, or everything that is wrong with it.</summary>
public sealed record Bound<T>
    where T : class
{
    private readonly T? _value;

    internal Bound(T? value, FaultList faults)
    {
        Faults = value is null && faults.None ? [new Fault("", "can't be read")] : faults.ToList();
        _value = Faults.Count == 0 ? value : null;
    }

    /// <summary>Empty: it was read.</summary>
    public IReadOnlyList<Fault> Faults { get; }

    public bool Valid => _value is not null;

    /// <exception cref="ProcessManagerException"><see cref="ErrorCode.InvalidSpec"/> with all <see cref="Faults"/>.</exception>
    public T Value => _value ?? throw ProcessManagerException.Invalid(Faults);
}
