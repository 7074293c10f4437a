namespace ProcessManager.Cluster.Tests;

public class PartitionSpecs
{
    [Theory]
    [InlineData("web", 6, 29)]
    [InlineData("web-2", 10, 4)]
    [InlineData("0123456789abcdef0123456789abcdef", 14, 9)]
    public void Where_a_process_is_never_changes(string id, int partition, int bucket)
    {
        IndexPartitions.Of(ProcessId.Parse(id)).ShouldBe(partition);
        IndexPartitions.Bucket(ProcessId.Parse(id)).ShouldBe(bucket);
    }

    [Fact]
    public void Ids_spread_over_all_rows()
    {
        var rows = Enumerable.Range(0, 512 * 100)
            .Select(number => ProcessId.Parse($"worker-{number}"))
            .CountBy(id => (IndexPartitions.Of(id), IndexPartitions.Bucket(id)))
            .ToList();

        rows.Count.ShouldBe(IndexPartitions.Count * IndexPartitions.Buckets);
        rows.Max(row => row.Value).ShouldBeLessThan(160);
    }
}
