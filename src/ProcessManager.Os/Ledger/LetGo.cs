using System.Collections.Concurrent;
using System.Globalization;

namespace ProcessManager.Os;

/// <summary>
/// Whom the manager has let go of. What was detached carries its mark for as long as it lives, and so does all that it starts; the next process of that name counts
/// its runs from 1 again. So that the two are never confused, the marks of a name go on from where the detached ones stopped:
/// <code>
/// web, run 1   marked web/1.1  ── detached: the highest of the name is 1 ─────────────► lives on, nobody's
/// web, run 1 (the next one)    marked web/2.1          a mark up to 1 is nobody's, 2 is run 1
/// </code>
/// One small file per such name, until nothing with a mark of that name lives.
/// </summary>
internal sealed class LetGo
{
    private readonly string _folder;
    private readonly ConcurrentDictionary<ProcessId, int> _highest = new();

    public LetGo(string folder)
    {
        _folder = folder;
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (ProcessId.TryParse(Path.GetFileName(file), out var id)
                && int.TryParse(SmallFile.TryRead(file, out _), NumberStyles.None, CultureInfo.InvariantCulture, out var run))
            {
                _highest[id] = run;
            }
        }
    }

    /// <summary>What an attempt's mark says.</summary>
    public Epoch MarkOf(ProcessId id, Epoch epoch) => epoch with { Run = epoch.Run + _highest.GetValueOrDefault(id) };

    /// <summary>Whose a mark is; null: nobody's, it was let go of.</summary>
    public Epoch? EpochOf(ProcessId id, Epoch mark) => mark.Run - _highest.GetValueOrDefault(id) is > 0 and var run ? mark with { Run = run } : null;

    /// <summary>Lets go of all attempts up to one.</summary>
    /// <returns>Where their output may be kept.</returns>
    /// <exception cref="ProcessManagerException">StorageFull, StorageUnavailable: it can't be written down, so nothing is let go of.</exception>
    public string Add(ProcessId id, Epoch epoch)
    {
        var run = MarkOf(id, epoch).Run;
        try
        {
            SmallFile.Replace(Path.Combine(_folder, id.Value), run.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SmallFile.Explain(e, $"That {id} is let go of can't be written down");
        }

        _highest[id] = run;
        return Path.Combine(_folder, $"{id}@{run}");
    }

    /// <summary>Forgets the names of which nothing lives, and deletes their output. Only before anything is started.</summary>
    public void ForgetDead(Func<IEnumerable<ProcessId>> marked)
    {
        if (_highest.IsEmpty)
        {
            return;
        }

        var living = marked().ToHashSet();
        foreach (var id in _highest.Keys.Where(id => !living.Contains(id)))
        {
            try
            {
                foreach (var output in Directory.EnumerateDirectories(_folder, $"{id}@*"))
                {
                    Directory.Delete(output, recursive: true);
                }

                File.Delete(Path.Combine(_folder, id.Value));
                _highest.TryRemove(id, out _);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It stays, and is tried again at the next start.
            }
        }
    }
}
