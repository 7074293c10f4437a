using Microsoft.Extensions.Logging.Abstractions;
using ProcessManager.Embedded;

namespace ProcessManager.Cli;

/// <summary>Managers inside this process, for as long as a command or the processes of a file run in the foreground.</summary>
internal static class LocalManagers
{
    /// <param name="directory">Where it keeps its data; null: in a temporary place, gone with it.</param>
    public static async Task<LocalManager> OpenAsync(string? directory, CancellationToken cancellationToken)
    {
        var temporary = directory is null ? Directory.CreateTempSubdirectory("procman-") : null;
        var options = new EmbeddedOptions
        {
            DataDirectory = directory ?? temporary!.FullName,
            DefaultLifetime = Lifetime.WithManager,
            DefaultInheritance = EnvironmentInheritance.All,
            Echo = false,
        };
        var manager = new EmbeddedProcessManager(options, NullLoggerFactory.Instance);
        try
        {
            await manager.StartAsync(cancellationToken);
        }
        catch
        {
            temporary?.Delete(recursive: true);
            throw;
        }

        return new LocalManager(manager, async () =>
        {
            await manager.DisposeAsync();
            temporary?.Delete(recursive: true);
        });
    }
}
