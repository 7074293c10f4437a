namespace ProcessManager;

/// <summary>
/// A failure with a stable <see cref="Code"/> that a user can cause and act on. The message is a sentence with the facts.
/// </summary>
public class ProcessManagerException : Exception
{
    public ProcessManagerException(ErrorCode code, string message, Exception? inner = null)
        : this(code, message, [], inner)
    {
    }

    public ProcessManagerException(ErrorCode code, string message, IReadOnlyList<Fault> faults, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Faults = faults;
    }

    /// <summary>What went wrong, for programs.</summary>
    public ErrorCode Code { get; }

    /// <summary>For <see cref="ErrorCode.InvalidSpec"/>: all that is wrong, each with its path. Else empty.</summary>
    public IReadOnlyList<Fault> Faults { get; }

    /// <summary>An <see cref="ErrorCode.InvalidSpec"/> whose message holds every fault.</summary>
    public static ProcessManagerException Invalid(IReadOnlyList<Fault> faults) =>
        new(ErrorCode.InvalidSpec, string.Join("; ", faults), faults);
}
