using System.Globalization;

namespace ProcessManager;

/// <summary>What pools and jobs must keep to.</summary>
public static class PoolRules
{
    private const int LongestName = 64;
    private const int MostConcurrency = 10_000;

    internal static void Check(PoolSpec pool)
    {
        var faults = new List<Fault>();
        if (NameProblem(pool.Name) is { } problem)
        {
            faults.Add(new Fault("name", problem));
        }

        if (pool.Concurrency is < 1 or > MostConcurrency)
        {
            faults.Add(new Fault("concurrency", string.Create(CultureInfo.InvariantCulture, $"must be from 1 to {MostConcurrency}, and is {pool.Concurrency}")));
        }

        Throw(faults);
    }

    /// <summary>The jobs as they will be: each with its key, and its spec with its id.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec, with every fault of every job.</exception>
    public static IReadOnlyList<PoolJob> Named(string pool, IReadOnlyList<PoolJob> jobs)
    {
        var faults = new List<Fault>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var named = new List<PoolJob>(jobs.Count);
        for (var index = 0; index < jobs.Count; index++)
        {
            var (path, job) = (SpecPath.Item("jobs", index), jobs[index]);
            var key = job.Key ?? ProcessId.New().Value;
            var valid = ProcessId.TryParse(key, out _) & ProcessId.TryParse($"{pool}.{key}", out var id);
            faults.AddRange(SpecRules.Check(job.Spec).Select(fault => new Fault(SpecPath.Join(path, fault.Path), fault.Message)));
            if (!valid)
            {
                faults.Add(new Fault(SpecPath.Join(path, "key"), $"{Quoted.Text(key)} is not a key: {ProcessId.Characters}, its pool's name and a dot before it included"));
            }
            else if (!keys.Add(key))
            {
                faults.Add(new Fault(SpecPath.Join(path, "key"), $"is the key of more than one of these jobs: {key}"));
            }

            if (job.Spec.Id is { } own && own != id)
            {
                faults.Add(new Fault(SpecPath.Join(path, "id"), $"is `{pool}.{key}`, from the pool's name and the key; leave it out"));
            }

            named.Add(job with { Key = key, Spec = job.Spec with { Id = id } });
        }

        Throw(faults);
        return named;
    }

    internal static ProcessManagerException NotFound(string name) => new(ErrorCode.NotFound, $"There is no pool \"{name}\".");

    internal static ProcessManagerException Full(string name, int waiting, int more) => new(
        ErrorCode.LimitExceeded, $"{waiting} jobs wait in \"{name}\"; with {more} more they would be over {IPools.MostWaiting}, which is the limit of a pool.");

    internal static ProcessManagerException Going(string name) => new(ErrorCode.InvalidState, $"The pool \"{name}\" is being removed.");

    private static string? NameProblem(string name) => name.Length > LongestName || !ProcessId.TryParse(name, out _) || name.EndsWith('.')
        ? $"{Quoted.Text(name)} is not the name of a pool: letters, digits, '.', '_' and '-', starting with a letter or digit, without '..' and no '.' at its end, at most {LongestName} characters"
        : null;

    private static void Throw(List<Fault> faults)
    {
        if (faults.Count > 0)
        {
            throw ProcessManagerException.Invalid(faults);
        }
    }
}
