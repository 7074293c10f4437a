namespace ProcessManager.Os;

/// <summary>What one attempt has said of itself so far, also before anybody listens.</summary>
internal sealed class NotifyInbox(ProcessId id, Epoch epoch)
{
    private readonly Lock _gate = new();
    private readonly List<NotifyMessage> _kept = [];
    private Action<NotifyMessage>? _listener;

    public ProcessId Id { get; } = id;

    public Epoch Epoch { get; } = epoch;

    /// <summary>The main child; null while it is being started.</summary>
    public ChildIdentity? Leader { get; set; }

    public void Take(NotifyMessage message)
    {
        lock (_gate)
        {
            if (_listener is null)
            {
                // A few are enough: it is listened to a moment after its start.
                if (_kept.Count < 64)
                {
                    _kept.Add(message);
                }

                return;
            }

            _listener(message);
        }
    }

    /// <summary>Hears all that was said, and from now on each that is. Null: nobody listens any more.</summary>
    public void Listen(Action<NotifyMessage>? listener)
    {
        lock (_gate)
        {
            _listener = listener;
            if (listener is not null)
            {
                _kept.ForEach(listener);
                _kept.Clear();
            }
        }
    }
}
