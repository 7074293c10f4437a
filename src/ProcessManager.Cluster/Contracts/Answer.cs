namespace ProcessManager.Cluster;

/// <summary>
/// What a grain answers: a value, or why there is none. What users can cause never crosses silos as an exception, because an exception's own properties, its code
/// among them, don't arrive.
/// </summary>
internal sealed record Answer<T>(T? Value, ErrorInfo? Error = null, ValueList<Fault>? Faults = null)
{
    /// <exception cref="ProcessManagerException">The error, with its code and faults.</exception>
    public T Unwrap() => Error is null ? Value! : throw new ProcessManagerException(Error.Code, Error.Message, (IReadOnlyList<Fault>?)Faults ?? []);
}

internal static class Answer
{
    public static Answer<T> Of<T>(T value) => new(value);

    /// <summary>What the work gives, or the coded failure that it ended with.</summary>
    public static async Task<Answer<T>> OfAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return new Answer<T>(await work());
        }
        catch (ProcessManagerException refused)
        {
            return new Answer<T>(default, new ErrorInfo(refused.Code, refused.Message), [.. refused.Faults]);
        }
    }
}
