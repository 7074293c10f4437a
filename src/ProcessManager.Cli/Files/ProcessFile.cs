using System.Text;
using System.Text.RegularExpressions;

namespace ProcessManager.Cli;

/// <summary>A file of processes, YAML or JSON.</summary>
internal static partial class ProcessFile
{
    private const int MostBytes = 1 << 20;

    /// <exception cref="ProcessManagerException">NotFound, TooLarge, StorageUnavailable; InvalidSpec with the place in the file of each fault.</exception>
    public static SpecFile Read(Caller caller, string name)
    {
        var path = caller.Absolute(name);
        var bytes = Bytes(path, name);
        var node = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? SpecJson.Parse(bytes) : YamlTree.Parse(Encoding.UTF8.GetString(bytes));
        var bound = SpecBinder.File(node, otherwiseNamed: Path.GetFileNameWithoutExtension(path), directory: Path.GetDirectoryName(path));
        return bound.Valid ? bound.Value : throw ProcessManagerException.Invalid([.. bound.Faults.Select(fault => Placed(name, fault))]);
    }

    private static byte[] Bytes(string path, string name)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Length <= MostBytes
                ? File.ReadAllBytes(path)
                : throw new ProcessManagerException(ErrorCode.TooLarge, $"{name} has {Words.Size(file.Length)}; a file of processes has at most {Words.Size(MostBytes)}.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ProcessManagerException(ErrorCode.NotFound, Directory.Exists(path) ? $"{name} is a directory." : $"There is no file {name}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProcessManagerException(ErrorCode.StorageUnavailable, $"{name} can't be read: {e.Message}", e);
        }
    }

    /// <summary><c>shop.yaml:7:5</c> as editors know to open, where the binder knew the place.</summary>
    private static Fault Placed(string file, Fault fault)
    {
        var place = Place().Match(fault.Message);
        var message = fault.Path.Length == 0 ? fault.Message : $"{fault.Path} {fault.Message}";
        return place.Success
            ? new Fault($"{file}:{place.Groups["line"].Value}:{place.Groups["column"].Value}", message[..^place.Length])
            : new Fault(file, message);
    }

    [GeneratedRegex(@" \(line (?<line>\d+), column (?<column>\d+)\)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}
