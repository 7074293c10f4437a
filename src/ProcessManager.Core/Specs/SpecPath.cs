namespace ProcessManager;

/// <summary>How a place in an input is written: <c>processes.api.stop.grace</c>, <c>args[2]</c>, <c>labels["a.b"]</c>.</summary>
internal static class SpecPath
{
    public static string Key(string path, string key) =>
        key.Length is > 0 and <= 64 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? Join(path, key) : $"{path}[{Quoted.Text(key)}]";

    public static string Item(string path, int index) => $"{path}[{index}]";

    public static string Join(string path, string rest) =>
        path.Length == 0 ? rest : rest.Length == 0 ? path : rest[0] == '[' ? path + rest : $"{path}.{rest}";
}
