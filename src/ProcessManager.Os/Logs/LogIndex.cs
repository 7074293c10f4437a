using System.Globalization;
using System.Text;
using ProcessManager.Os.Native;

namespace ProcessManager.Os;

/// <summary>
/// What must outlast the manager about a process' logs, as lines added to the file <c>index</c> beside them; the last word counts.
/// <code>
/// A 1.2 split 0 0          attempt 1.2 begins at these offsets of stdout and stderr
/// B stdout 123456          the file's first byte has this offset (it was truncated)
/// K stdout 8388700         the first offset that is kept
/// T stdout 65536 1700000   what stands before the offset had been written by then (ms since 1970)
/// </code>
/// A first attempt in a new folder begins at 0 and isn't written, so that most one-off commands need no index. The file is written anew when
/// it has grown by 128 KiB, with the last 200 attempts.
/// </summary>
internal sealed class LogIndex(string folder)
{
    private const int GrowthBeforeRewrite = 128 << 10;
    private const int AttemptsKept = 200;

    private readonly string _path = Path.Combine(folder, "index");
    private readonly StringBuilder _pending = new();
    private long _grown;

    /// <summary>Whether lines wait to be written.</summary>
    internal bool Pending => _pending.Length > 0;

    internal void Add(LogAttempt attempt) => Line($"A {attempt.Epoch} {(attempt.Merged ? "merged" : "split")} {attempt.Stdout} {attempt.Stderr}");

    internal void AddBase(LogFile file) => Line($"B {Name(file)} {file.Base}");

    internal void AddKept(LogFile file, long firstKept) => Line($"K {Name(file)} {firstKept}");

    internal void Add(LogFile file, TimePoint point) => Line($"T {Name(file)} {point.Offset} {point.TimeMs}");

    /// <summary>Writes what is pending. 0 or the errno; then it stays pending, up to a limit: on a full disk times are the least of it.</summary>
    internal int Write()
    {
        if (!Pending)
        {
            return 0;
        }

        var errno = FileCalls.AppendTo(Encoding.UTF8.GetBytes(_path + '\0'), Encoding.ASCII.GetBytes(_pending.ToString()));
        if (errno == 0)
        {
            _grown += _pending.Length;
        }

        if (errno == 0 || _pending.Length > GrowthBeforeRewrite)
        {
            _pending.Clear();
        }

        return errno;
    }

    internal bool WantsRewrite => _grown > GrowthBeforeRewrite;

    /// <summary>Puts a file in place that says the same in fewer lines.</summary>
    /// <exception cref="IOException">It couldn't be written; the old one is still there.</exception>
    internal void Rewrite(IReadOnlyList<LogFile> files, LogAttempts attempts)
    {
        attempts.KeepLast(AttemptsKept);
        _pending.Clear();
        _grown = 0;
        foreach (var file in files)
        {
            AddBase(file);
            AddKept(file, file.FirstKept);
            foreach (var point in file.Points.All)
            {
                Add(file, point);
            }
        }

        foreach (var attempt in attempts.All)
        {
            Add(attempt);
        }

        var temporary = _path + ".new";
        File.WriteAllText(temporary, _pending.ToString());
        File.Move(temporary, _path, overwrite: true);
        _pending.Clear();
    }

    /// <summary>
    /// Reads the index into files and attempts. Lines that can't be understood are left out; when there are any, the file is kept aside.
    /// </summary>
    /// <returns>Null, or what was wrong.</returns>
    internal string? Read(IReadOnlyList<LogFile> files, LogAttempts attempts)
    {
        if (!File.Exists(_path))
        {
            return null;
        }

        string[] lines;
        try
        {
            var text = File.ReadAllText(_path, Encoding.Latin1);
            lines = text.Split('\n');
            if (lines[^1].Length > 0)
            {
                // The manager or the machine died while this line was written.
                using var file = new FileStream(_path, FileMode.Open, FileAccess.Write);
                file.SetLength(text.Length - lines[^1].Length);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return SetAside(files, attempts, e.Message);
        }

        var known = files.ToDictionary(Name, _ => new Facts());
        var bad = lines.SkipLast(1).Count(line => line.Length > 0 && !Parse(line, known, attempts));
        foreach (var file in files)
        {
            var facts = known[Name(file)];
            var begun = attempts.All.Select(attempt => attempt.Start(file.Stream)).DefaultIfEmpty().Max();
            facts.Points.ForEach(point => file.Points.Add(point.Offset, point.TimeMs));
            file.Restore(facts.Base, facts.Kept, Math.Max(begun, file.Points.Last?.Offset ?? 0));
        }

        return bad == 0 ? null : SetAside(files, attempts, $"{bad} of its lines can't be read");
    }

    private static bool Parse(string line, Dictionary<string, Facts> files, LogAttempts attempts)
    {
        var words = line.Split(' ');
        switch (words)
        {
            case ["A", var epochText, "merged" or "split", var stdout, var stderr]
                when Epoch.TryParse(epochText, out var epoch) && TryNumber(stdout, out var start) && TryNumber(stderr, out var errorStart):
                attempts.Add(new LogAttempt(epoch, words[2] == "merged", start, errorStart));
                return true;
            case ["B", var name, var text] when files.TryGetValue(name, out var facts) && TryNumber(text, out var offset):
                facts.Base = offset;
                return true;
            case ["K", var name, var text] when files.TryGetValue(name, out var facts) && TryNumber(text, out var offset):
                facts.Kept = offset;
                return true;
            case ["T", var name, var text, var at]
                when files.TryGetValue(name, out var facts) && TryNumber(text, out var offset) && TryNumber(at, out var time):
                facts.Points.Add(new TimePoint(offset, time));
                return true;
            default:
                return false;
        }
    }

    private string SetAside(IReadOnlyList<LogFile> files, LogAttempts attempts, string why)
    {
        try
        {
            File.Move(_path, _path + ".unreadable", overwrite: true);
            Rewrite(files, attempts);
            return $"the index {_path} was set aside as {_path}.unreadable: {why}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the index {_path} can't be used ({why}), nor set aside: {e.Message}";
        }
    }

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Name(LogFile file) => file.Stream == LogStream.Stdout ? "stdout" : "stderr";

    private void Line(FormattableString line) => _pending.Append(FormattableString.Invariant(line)).Append('\n');

    private sealed class Facts
    {
        internal long Base { get; set; }

        internal long Kept { get; set; }

        internal List<TimePoint> Points { get; } = [];
    }
}
