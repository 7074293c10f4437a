namespace ProcessManager.Http;

/// <summary>The manager can't be reached, or no more.</summary>
/// <param name="wasOpen">The request may have arrived: whoever asks again must be allowed to.</param>
internal sealed class ConnectionException(string message, bool wasOpen, Exception? inner) : ProcessManagerException(ErrorCode.Unavailable, message, inner)
{
    public bool WasOpen { get; } = wasOpen;
}
