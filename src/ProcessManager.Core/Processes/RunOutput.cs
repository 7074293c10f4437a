namespace ProcessManager;

/// <summary>What an attempt wrote, read as UTF-8: all of it, or the last <see cref="Limit"/> bytes of each stream.</summary>
/// <param name="Truncated">Whether the log has more.</param>
public sealed record RunOutput(string Output, string ErrorOutput, bool Truncated)
{
    /// <summary>What is read of each stream.</summary>
    public const int Limit = 16 << 20;

    public static readonly RunOutput Nothing = new("", "", Truncated: false);
}
