namespace ProcessManager.Embedded;

/// <summary>
/// The templates' directory. What it holds is looked up whenever somebody asks, so that an answer is never older than the files; reading again only what changed.
/// </summary>
internal sealed class TemplateFolder(string path, TimeProvider clock)
{
    /// <summary>A file that was written so recently may be written again without its time of writing showing it: file systems count in ticks.</summary>
    private static readonly TimeSpan Unsettled = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, TemplateFile> _files = new(StringComparer.Ordinal);
    private readonly List<ProcessEvent> _news = [];
    private string? _problem;

    public string Path { get; } = path;

    /// <summary>Every file, by path, as it is now; of two with the same name the later one can't be used.</summary>
    public IReadOnlyList<TemplateFile> Look()
    {
        lock (_gate)
        {
            Scan();
            return Distinct();
        }
    }

    /// <exception cref="ProcessManagerException">NotFound; InvalidSpec: its file can't be used.</exception>
    public Template Find(string name)
    {
        var files = Look();
        var file = files.FirstOrDefault(file => file.Name == name && file.Problems.Count == 0)
            ?? files.FirstOrDefault(file => file.Name == name)
            ?? throw TemplateCalls.NotFound(name);
        return file.Problems.Count == 0 ? file.Template! : throw ProcessManagerException.Invalid([.. file.Problems.Select(problem => new Fault("", problem))]);
    }

    /// <summary>What is wrong with the directory and its files.</summary>
    public IEnumerable<string> Problems
    {
        get
        {
            var files = Look();
            return new[] { _problem }.OfType<string>().Concat(files.SelectMany(file => file.Problems));
        }
    }

    /// <summary>What was found since this was asked last, to be told.</summary>
    public IReadOnlyList<ProcessEvent> TakeNews()
    {
        lock (_gate)
        {
            Scan();
            IReadOnlyList<ProcessEvent> news = [.. _news];
            _news.Clear();
            return news;
        }
    }

    /// <summary>Writes it where the one of this name is, or where there is none to <c>name.yaml</c>. Readers see the old one or the new one.</summary>
    /// <exception cref="ProcessManagerException">StorageFull, StorageUnavailable.</exception>
    public TemplateFile Save(Template template)
    {
        lock (_gate)
        {
            Scan();
            var known = _files.Values.FirstOrDefault(file => file.Name == template.Name.Value)?.Path;
            var target = known ?? System.IO.Path.Combine(Path, $"{template.Name}.yaml");
            var whole = TemplateForm.Whole(TemplateSecrets.Filled(template, _files.GetValueOrDefault(target)?.Template));
            var aside = System.IO.Path.Combine(Path, $".{template.Name}.new");
            try
            {
                Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                using (var file = new FileStream(aside, new FileStreamOptions
                {
                    Mode = FileMode.Create,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }))
                using (var writer = new StreamWriter(file))
                {
                    writer.Write(target.EndsWith(".json", StringComparison.Ordinal) ? SpecTree.Json(whole) + "\n" : YamlText.Write(whole));
                    writer.Flush();
                    file.Flush(flushToDisk: true);
                }

                File.Move(aside, target, overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Os.SmallFile.Explain(e, $"The template {target} can't be written");
            }

            Scan();
            return Distinct().FirstOrDefault(file => file.Path == target) ?? throw TemplateCalls.NotFound(template.Name.Value);
        }
    }

    /// <exception cref="ProcessManagerException">NotFound; StorageUnavailable.</exception>
    public void Delete(string name)
    {
        lock (_gate)
        {
            Scan();
            var file = _files.Values.FirstOrDefault(file => file.Name == name) ?? throw TemplateCalls.NotFound(name);
            try
            {
                File.Delete(file.Path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Os.SmallFile.Explain(e, $"The template {file.Path} can't be deleted");
            }

            Scan();
        }
    }

    private void Scan()
    {
        var paths = Paths();
        foreach (var gone in _files.Keys.Except(paths, StringComparer.Ordinal).ToList())
        {
            _files.Remove(gone, out var file);
            Tell(EventType.TemplateRemoved, file!, gone);
        }

        foreach (var found in paths)
        {
            var known = _files.GetValueOrDefault(found);
            var now = new FileInfo(found);
            var settled = clock.GetUtcNow().UtcDateTime - now.LastWriteTimeUtc > Unsettled;
            if ((known is null || !settled || known.Stamp != (now.LastWriteTimeUtc, now.Exists ? now.Length : -1)) && TemplateFile.Read(found) is { } read)
            {
                _files[found] = read;
                if (known is null || !known.Bytes.Span.SequenceEqual(read.Bytes.Span) || !known.Problems.Equals(read.Problems))
                {
                    Tell(read.Problems.Count == 0 ? EventType.TemplateLoaded : EventType.TemplateRejected, read, found);
                }
            }
        }
    }

    private HashSet<string> Paths()
    {
        try
        {
            _problem = null;
            return Directory.EnumerateFiles(Path).Where(TemplateFile.IsOne).ToHashSet(StringComparer.Ordinal);
        }
        catch (DirectoryNotFoundException)
        {
            _problem = $"The directory of templates {Path} isn't there.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problem = $"The directory of templates {Path} can't be read: {e.Message}";
        }

        return [];
    }

    private List<TemplateFile> Distinct()
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        return [.. _files.Values.Select(file => file.Template is null || names.TryAdd(file.Name, file.Path)
            ? file
            : file with { Problems = [$"{file.Path}: has the name \"{file.Name}\", which is that of {names[file.Name]} too"] })];
    }

    private void Tell(EventType type, TemplateFile file, string where) => _news.Add(EventTelling.Template(
        type, file.Name, file.Problems.Count == 0 ? where : string.Join("; ", file.Problems), clock.GetUtcNow()));
}
