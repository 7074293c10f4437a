using Microsoft.Extensions.Logging;

namespace ProcessManager.Os;

/// <summary>
/// Where children speak of themselves: one socket in the data directory for all of them, at the same place after a restart, and one without a file for those that run as
/// another user and so can't reach it. One thread reads, started by the first that is expected. Each message goes to the attempt whose tree its sender, by the kernel's word,
/// is in: the sender is, or descends from, the main child, shares its session, or carries its mark. What anybody else says is refused.
/// </summary>
internal sealed partial class NotifyDesk(DataDirectory home, ILogger logger) : IDisposable
{
    private const int MostMessage = 4096;
    private const int MostAncestors = 64;

    /// <summary>After so many in one go the reader rests a moment, so that a child that floods it takes no core.</summary>
    private const int Batch = 64;

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<(ProcessId, Epoch), NotifyInbox> _inboxes = [];
    private readonly List<NotifySocket> _sockets = [];
    private readonly ManualResetEventSlim _stop = new(initialState: false);
    private readonly string _manager = home.ManagerId.ToString("N");
    private EpollSet? _set;
    private Thread? _thread;
    private NotifySocket? _file;
    private NotifySocket? _nameless;

    /// <summary>Keeps what an attempt says from now on, until it is dropped.</summary>
    public NotifyInbox Expect(ProcessId id, Epoch epoch)
    {
        lock (_gate)
        {
            if (!_inboxes.TryGetValue((id, epoch), out var inbox))
            {
                _inboxes[(id, epoch)] = inbox = new NotifyInbox(id, epoch);
            }

            return inbox;
        }
    }

    /// <summary>Opens the socket for a child, if that wasn't done; the address to give it.</summary>
    /// <param name="asAnother">Whether it runs as another user than the manager.</param>
    /// <exception cref="ProcessManagerException">StartFailed: it can't be made.</exception>
    public string Open(bool asAnother)
    {
        var path = Path.Combine(home.Root, "notify");
        lock (_gate)
        {
            return asAnother || !NotifySocket.Fits(path)
                ? (_nameless ??= Listen($"@procman/{_manager}/notify")).Address
                : (_file ??= Listen(path)).Address;
        }
    }

    public void Drop(NotifyInbox inbox)
    {
        lock (_gate)
        {
            inbox.Listen(null);
            _inboxes.Remove((inbox.Id, inbox.Epoch));
        }
    }

    public void Dispose()
    {
        _stop.Set();
        _set?.Stop();
        _thread?.Join();
        _set?.Dispose();
        _sockets.ForEach(socket => socket.Dispose());
        _stop.Dispose();
    }

    private NotifySocket Listen(string address)
    {
        var socket = NotifySocket.Bind(address);
        _sockets.Add(socket);
        _set ??= new EpollSet();
        _set.TryAdd(socket.Descriptor, EpollSet.FirstKey + (ulong)_sockets.Count - 1);
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "procman-notify" };
            _thread.Start();
        }

        return socket;
    }

    private void Run()
    {
        var keys = new List<ulong>();
        var buffer = new byte[MostMessage];
        while (_set!.TryWait(-1, keys))
        {
            foreach (var key in keys)
            {
                NotifySocket socket;
                lock (_gate)
                {
                    socket = _sockets[(int)(key - EpollSet.FirstKey)];
                }

                if (Read(socket, buffer) == Batch)
                {
                    _ = _stop.Wait(Rest);
                }
            }
        }
    }

    private int Read(NotifySocket socket, byte[] buffer)
    {
        var count = 0;
        while (count < Batch && socket.TryReceive(buffer, out var length, out var sender))
        {
            count++;
            if (OwnerOf(sender) is { } inbox)
            {
                inbox.Take(NotifyMessage.Parse(buffer.AsSpan(0, length)));
            }
            else
            {
                LogRefused(logger, sender);
            }
        }

        return count;
    }

    /// <summary>The attempt whose tree a process is in, of those that may speak of themselves.</summary>
    public NotifyInbox? OwnerOf(int sender)
    {
        if (sender <= 0)
        {
            return null;
        }

        if (MarkOf(sender) is { } mark)
        {
            lock (_gate)
            {
                return mark.Innermost ? _inboxes.GetValueOrDefault((mark.Id, mark.Epoch)) : null;
            }
        }

        // Its environment isn't to be had, or is its own: then by where it comes from.
        List<NotifyInbox> inboxes;
        lock (_gate)
        {
            inboxes = [.. _inboxes.Values.Where(inbox => inbox.Leader is not null)];
        }

        var at = sender;
        for (var depth = 0; depth < MostAncestors && at > 1 && ProcStat.TryRead(at, out var stat); depth++)
        {
            var (pid, first) = (at, depth == 0);
            if (inboxes.Find(inbox => (inbox.Leader!.OsPid == pid && inbox.Leader.StartTicks == stat.StartTicks)
                || (first && inbox.Leader.OsPid == stat.Session && inbox.Leader.StartTicks <= stat.StartTicks)) is { } found)
            {
                return found;
            }

            at = stat.ParentPid;
        }

        return null;
    }

    private RunMark? MarkOf(int pid)
    {
        Span<byte> environment = stackalloc byte[32 << 10];
        return RunMark.InEnvironment(environment[..ProcFile.Read(pid, "/environ"u8, environment)], _manager);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Process {Sender} isn't one of ours that may tell of itself: what it said is refused")]
    private static partial void LogRefused(ILogger logger, int sender);
}
