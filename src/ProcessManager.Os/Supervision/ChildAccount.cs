namespace ProcessManager.Os;

/// <summary>Whom a spec wants its child to run as.</summary>
internal static class ChildAccount
{
    /// <returns>Nulls for one that runs as the manager does.</returns>
    /// <exception cref="ProcessManagerException">InvalidSpec: a name that nobody has.</exception>
    public static (UserAccount? Account, Credentials? Credentials) Of(ProcessSpec spec)
    {
        if (spec is { User: null, OsGroup: null, SupplementaryGroups: null })
        {
            return (null, null);
        }

        if (Faults(spec).ToList() is { Count: > 0 } faults)
        {
            throw ProcessManagerException.Invalid(faults);
        }

        var uid = Libc.GetEuid();
        var account = spec.User is null
            ? Accounts.FindUser(uid) ?? new UserAccount(null, uid, Libc.GetEgid(), "/", "/bin/sh")
            : Accounts.FindUser(spec.User)!;
        var gid = spec.OsGroup is null ? account.Gid : Accounts.FindGroup(spec.OsGroup)!.Value;
        var groups = spec.SupplementaryGroups is { } names
            ? new ValueList<uint>([.. names.Select(x => Accounts.FindGroup(x)!.Value)])
            : Accounts.GroupsOf(account, gid);
        return (spec.User is null ? null : account, new Credentials(account.Uid, gid, groups));
    }

    public static IEnumerable<Fault> Faults(ProcessSpec spec)
    {
        if (spec.User is { } user && Accounts.FindUser(user) is null)
        {
            yield return new Fault("user", $"there is no user \"{user}\" on this machine");
        }

        if (spec.OsGroup is { } group && Accounts.FindGroup(group) is null)
        {
            yield return new Fault("osGroup", $"there is no group \"{group}\" on this machine");
        }

        foreach (var (index, name) in (spec.SupplementaryGroups ?? []).Index())
        {
            if (Accounts.FindGroup(name) is null)
            {
                yield return new Fault($"supplementaryGroups[{index}]", $"there is no group \"{name}\" on this machine");
            }
        }
    }
}
