using System.Diagnostics.CodeAnalysis;

namespace ProcessManager.Cluster;

/// <summary>The members of a partition, by id and by row.</summary>
internal sealed class MemberTable
{
    private readonly Dictionary<ProcessId, Member>[] _buckets = [.. Enumerable.Range(0, IndexPartitions.Buckets).Select(_ => new Dictionary<ProcessId, Member>())];
    private readonly SortedSet<string> _ids = new(StringComparer.Ordinal);

    public int Count => _ids.Count;

    public IEnumerable<Member> All => _buckets.SelectMany(bucket => bucket.Values);

    public IReadOnlyCollection<Member> Bucket(int bucket) => _buckets[bucket].Values;

    public bool TryGet(ProcessId id, [NotNullWhen(true)] out Member? member) => _buckets[IndexPartitions.Bucket(id)].TryGetValue(id, out member);

    /// <summary>Instead of the one with its id, if there is one.</summary>
    public void Put(Member member)
    {
        _buckets[IndexPartitions.Bucket(member.Id)][member.Id] = member;
        _ids.Add(member.Id.Value);
    }

    public void Remove(Member member)
    {
        _buckets[IndexPartitions.Bucket(member.Id)].Remove(member.Id);
        _ids.Remove(member.Id.Value);
    }

    public bool Has(Member member) => TryGet(member.Id, out var present) && present == member;

    /// <summary>Those after an id, in the order of ids (ordinal). Not to be held over an await.</summary>
    public IEnumerable<Member> After(string? id)
    {
        // Every id is below this: they are ASCII.
        const string end = "\uffff";
        var ids = id is null ? _ids : string.CompareOrdinal(id, end) < 0 ? _ids.GetViewBetween(id, end) : [];
        foreach (var each in ids)
        {
            if (each != id && ProcessId.TryParse(each, out var parsed) && TryGet(parsed, out var member))
            {
                yield return member;
            }
        }
    }
}
