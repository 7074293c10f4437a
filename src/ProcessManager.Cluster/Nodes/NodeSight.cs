using Orleans.Runtime;

namespace ProcessManager.Cluster;

/// <summary>What a node says of itself, corrected by what the membership says of its silo.</summary>
internal static class NodeSight
{
    /// <param name="isFresh">Whether the node was heard of a moment ago: then a silo that the membership doesn't name yet is one that has just joined.</param>
    public static NodeRecord Seen(NodeRecord said, ClusterMembershipSnapshot membership, bool isFresh, DateTimeOffset now)
    {
        if (said.Info.State == NodeState.Away || !IsGone(said.Silo, membership, isFresh))
        {
            return said;
        }

        return said with { Silo = null, Info = said.Info with { State = NodeState.Away, Since = now, Load = 0 } };
    }

    /// <summary>A silo that shuts down isn't one to count on, though its last calls may still be answered. One that is merely silent is there.</summary>
    public static bool IsGone(string? silo, ClusterMembershipSnapshot membership, bool isFresh) =>
        silo is null || membership.GetSiloStatus(SiloAddress.FromParsableString(silo)) switch
        {
            SiloStatus.Created or SiloStatus.Joining or SiloStatus.Active => false,
            SiloStatus.None => !isFresh,
            _ => true,
        };
}
