using System.Globalization;

namespace ProcessManager.Bench;

/// <summary>The C programs in bench/baseline, compiled on the spot: what this machine can do without us.</summary>
internal sealed class Baselines(Programs programs, Scratch scratch)
{
    private static readonly string[] Compilers = ["cc", "gcc", "clang"];

    private readonly Dictionary<string, string?> _built = [];

    /// <summary>The path of a compiled program; null when there is no compiler, which has been said then.</summary>
    public async Task<string?> BuildAsync(string name)
    {
        if (_built.TryGetValue(name, out var known))
        {
            return known;
        }

        var compiler = Compilers.FirstOrDefault(IsInstalled);
        if (compiler is null)
        {
            Console.Error.WriteLine("""
                ************************************************************************************************
                  NO C COMPILER (cc, gcc, clang): the C baselines are SKIPPED and the targets that are a part of
                  them can't be judged. Debian and Ubuntu: apt-get install gcc libc6-dev
                ************************************************************************************************
                """);
            return _built[name] = null;
        }

        var path = scratch.Path(name);
        await programs.RunAsync(compiler, ["-O2", "-o", path, Path.Combine(AppContext.BaseDirectory, "baseline", $"{name}.c")]);
        return _built[name] = path;
    }

    /// <summary>Children per second of the bare posix_spawn loop, two fresh log files each or none; null without a compiler.</summary>
    public async Task<Func<Task<double>>?> SpawnLoopAsync(int count, int width, bool files, CancellationToken cancellationToken)
    {
        if (await BuildAsync("spawn") is not { } spawn)
        {
            return null;
        }

        return async () =>
        {
            var folder = scratch.NewFolder();
            var rate = await programs.RunAsync(
                spawn, [Text(count), Text(width), files ? "files" : "bare", folder], cancellationToken: cancellationToken);
            return double.Parse(rate, CultureInfo.InvariantCulture);
        };
    }

    public static bool IsInstalled(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, command)));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
