using System.Text;

namespace ProcessManager.Contract;

/// <summary>Texts that are nearly right: samples with pieces cut out, repeated, swapped and replaced. The same for a seed.</summary>
public sealed class Mutation(int seed)
{
    private static readonly string[] Pieces =
    [
        "\"", "'", "{", "}", "[", "]", ":", ",", "- ", "\n", "\t", " ", "#", "|", ">", "&a", "*a", "!!int", "---", "...", "?", "%", "@", "`", "null", "true", "-1", "0", "1e999", "99999999999999999999",
        "\0", "\u0001", "\uFEFF", "\uFFFD", "ü", "😀", "\\u0000", "\\ud800", "\"\\ud800\"", "${", "${x}", "${x:-", "$${", "${env:HOME}", "{\"secret\": true}", "\"10m\"", "-5s", "64MiB", "unlimited", "id", "command", "runOnStartup",
        "processes", "environment", "replicas", "pattern", "../..", "a.b", "PROCMAN_X", "<<: *a", "\\", "//", "/*", new string('[', 100), new string('{', 100), new string('x', 5000),
    ];

    private readonly Random _random = new(seed);

    public T One<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];

    public string Of(string sample)
    {
        var text = new StringBuilder(sample);
        for (var changes = _random.Next(6); changes > 0; changes--)
        {
            var at = _random.Next(text.Length + 1);
            var length = Math.Min(text.Length - at, _random.Next(_random.Next(2) == 0 ? 4 : 40));
            switch (_random.Next(5))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 2:
                    var moved = text.ToString(at, length);
                    text.Remove(at, length);
                    text.Insert(_random.Next(text.Length + 1), moved);
                    break;
                case 3:
                    text.Remove(at, length).Insert(at, One(Pieces));
                    break;
                default:
                    text.Insert(at, One(Pieces));
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>The same as bytes, a few of them not UTF-8 any more.</summary>
    public byte[] BytesOf(string sample)
    {
        var bytes = Encoding.UTF8.GetBytes(Of(sample));
        if (bytes.Length > 0 && _random.Next(10) == 0)
        {
            bytes[_random.Next(bytes.Length)] = (byte)_random.Next(256);
        }

        return bytes;
    }
}
