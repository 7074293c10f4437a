namespace ProcessManager.Contract;

public static class Repository
{
    /// <summary>Where the solution is, above the tests' output.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo directory) =>
        File.Exists(Path.Combine(directory.FullName, "ProcessManager.sln"))
            ? directory.FullName
            : Find(directory.Parent ?? throw new InvalidOperationException("The tests don't run inside of the repository."));
}
