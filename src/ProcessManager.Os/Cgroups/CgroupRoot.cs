using System.Globalization;

namespace ProcessManager.Os;

/// <summary>
/// Where a manager makes the groups of its children: a directory of its own in what it was given, made when the first one is wanted.
/// <code>
/// /sys/fs/cgroup/system.slice/procman.service      given (Delegate=yes)
///   procman-self                                    the manager itself, once controllers are wanted: a group with processes in it can't hand them down
///   procman-MANAGER
///     web@1.1                                       one attempt each
/// </code>
/// </summary>
internal sealed class CgroupRoot(Guid manager, Func<CgroupAbility> look) : IDisposable
{
    public const string LeafName = "procman-self";

    private readonly Lock _gate = new();
    private CgroupAbility? _ability;
    private string? _problem;
    private bool _handedDown;

    /// <summary>What was found when a group was first wanted.</summary>
    public CgroupAbility Ability
    {
        get
        {
            lock (_gate)
            {
                return _ability ??= look();
            }
        }
    }

    /// <summary>Why its groups have no limits though the controllers are there.</summary>
    public string? Problem
    {
        get
        {
            lock (_gate)
            {
                return _problem;
            }
        }
    }

    public string PathOf(string given, ProcessId id, Epoch epoch) => Path.Join(RootIn(given), string.Create(CultureInfo.InvariantCulture, $"{id}@{epoch}"));

    /// <summary>Makes the group of an attempt, without limits.</summary>
    /// <param name="limited">Whether it is to have some: only then the controllers are handed down, for which others may have to be moved.</param>
    /// <param name="problem">Why it can't have any, or can't be.</param>
    /// <returns>Null: there can't be one.</returns>
    public ControlGroup? TryMake(ProcessId id, Epoch epoch, bool limited, out string? problem)
    {
        if (Ability.Directory is not { } given)
        {
            problem = Ability.Obstacle;
            return null;
        }

        lock (_gate)
        {
            var root = RootIn(given);
            try
            {
                Directory.CreateDirectory(root);
                if (limited && !_handedDown)
                {
                    _problem = HandDown(given, root);
                    _handedDown = true;
                }

                problem = _problem;
                var path = PathOf(given, id, epoch);
                Directory.CreateDirectory(path);
                return new ControlGroup(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problem = $"no cgroup can be made in {root}: {e.Message}";
                return null;
            }
        }
    }

    /// <summary>The groups that this manager has in what it was given; those of an earlier place are found by the ledger.</summary>
    public IEnumerable<(ProcessId Id, Epoch Epoch, ControlGroup Group)> All()
    {
        if (Ability.Directory is not { } given || !Directory.Exists(RootIn(given)))
        {
            yield break;
        }

        foreach (var path in Directory.EnumerateDirectories(RootIn(given)))
        {
            if (Path.GetFileName(path).Split('@') is [var name, var attempt] && ProcessId.TryParse(name, out var id) && Epoch.TryParse(attempt, out var epoch))
            {
                yield return (id, epoch, new ControlGroup(path));
            }
        }
    }

    /// <summary>Takes the directory away if no group is left in it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            // Also what an earlier manager made, if this one ever looked.
            if (_ability?.Directory is { } given)
            {
                new ControlGroup(RootIn(given)).Remove();
            }
        }
    }

    private string RootIn(string given) => Path.Join(given, $"procman-{manager:N}");

    /// <returns>Why limits can't be had though the controllers are there; null: they can, or there are none.</returns>
    private string? HandDown(string given, string root)
    {
        try
        {
            if (Ability.Controllers.Count > 0)
            {
                Enable(given);
                Enable(root);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the controllers of {given} can't be handed down: {e.Message}";
        }
    }

    private void Enable(string directory)
    {
        var control = Path.Join(directory, "cgroup.subtree_control");
        var enabled = File.ReadAllText(control).Split((char[])[' ', '\n']);
        var wanted = string.Join(' ', Ability.Controllers.Except(enabled).Select(name => "+" + name));
        if (wanted.Length == 0)
        {
            return;
        }

        try
        {
            File.WriteAllText(control, wanted);
        }
        catch (IOException e) when ((e.HResult & 0xffff) == Errno.EBUSY)
        {
            // Who is in it goes to a leaf below it; it was handed over with them.
            MoveDown(directory);
            File.WriteAllText(control, wanted);
        }
    }

    private static void MoveDown(string directory)
    {
        var leaf = Path.Join(directory, LeafName);
        Directory.CreateDirectory(leaf);
        for (var round = 0; round < 10 && File.ReadAllLines(Path.Join(directory, "cgroup.procs")) is { Length: > 0 } members; round++)
        {
            foreach (var pid in members)
            {
                try
                {
                    File.WriteAllText(Path.Join(leaf, "cgroup.procs"), pid);
                }
                catch (IOException e) when ((e.HResult & 0xffff) == Errno.ESRCH)
                {
                    // It ended meanwhile.
                }
            }
        }
    }
}
