using ProcessManager.Os.Native;

namespace ProcessManager.Embedded;

/// <summary>A file of the templates' directory as it was read last: a template, or why it is none.</summary>
internal sealed record TemplateFile
{
    private const int MostBytes = 1 << 20;

    public required string Path { get; init; }

    /// <summary>When the file was last written and how long it is: read again when that differs.</summary>
    public required (DateTime Written, long Length) Stamp { get; init; }

    /// <summary>What was read, to know whether it says something else than before.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Null: it can't be used.</summary>
    public Template? Template { get; init; }

    public ValueList<string> Problems { get; init; } = [];

    public string Name => Template?.Name.Value ?? System.IO.Path.GetFileNameWithoutExtension(Path);

    public TemplateInfo Info => Template is not null && Problems.Count == 0
        ? TemplateInfo.Of(Template, Path)
        : new TemplateInfo { Name = Name, Source = Path, Problems = Problems };

    public static bool IsOne(string path) => System.IO.Path.GetExtension(path) is ".yaml" or ".yml" or ".json" && !System.IO.Path.GetFileName(path).StartsWith('.');

    /// <summary>Null: it went just now.</summary>
    public static TemplateFile? Read(string path)
    {
        var file = new FileInfo(path);
        try
        {
            var stamp = (file.LastWriteTimeUtc, file.Length);
            if (!FileStatus.IsRegular(path))
            {
                return Unusable("is not a regular file");
            }

            if (file.Length > MostBytes)
            {
                return Unusable($"has {file.Length} bytes; at most {MostBytes} (1 MiB) are allowed");
            }

            var bytes = File.ReadAllBytes(path);
            var bound = Template.Read(SpecDocument.Parse(path, bytes), System.IO.Path.GetFileNameWithoutExtension(path));
            return new TemplateFile
            {
                Path = path,
                Stamp = stamp,
                Bytes = bytes,
                Template = bound.Valid ? bound.Value : null,
                Problems = [.. SpecDocument.Placed(path, bound.Faults).Select(fault => fault.ToString())],
            };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unusable($"can't be read: {e.Message}");
        }

        TemplateFile Unusable(string why) => new() { Path = path, Stamp = default, Bytes = default, Problems = [$"{path}: {why}"] };
    }
}
