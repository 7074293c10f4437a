using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

public sealed class LedgerSpecs : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("procman-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void It_belongs_to_one_manager_at_a_time_and_names_it()
    {
        var path = Path.Combine(_root.FullName, "data");
        var first = DataDirectory.Open(path);
        var refused = Should.Throw<ProcessManagerException>(() => DataDirectory.Open(path));
        refused.Code.ShouldBe(ErrorCode.AlreadyRunning);
        refused.Message.ShouldContain($"process {Environment.ProcessId}");
        first.Dispose();
        using var second = DataDirectory.Open(path);
        second.ManagerId.ShouldBe(first.ManagerId);
        (first.IsNew, second.IsNew).ShouldBe((true, false));
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void One_that_cannot_be_made_says_so()
    {
        var file = Path.Combine(_root.FullName, "file");
        File.WriteAllText(file, "");
        var refused = Should.Throw<ProcessManagerException>(() => DataDirectory.Open(Path.Combine(file, "data")));
        refused.Code.ShouldBe(ErrorCode.StorageUnavailable);
        refused.Message.ShouldContain("can't be used");
        Should.Throw<ProcessManagerException>(() => DataDirectory.Open("/proc/nothing")).Code.ShouldBe(ErrorCode.StorageUnavailable);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("inte", false)]
    [InlineData("intent boot\nchild 12 ", false)]
    [InlineData("intent boot\nchild 12 abc 5\n", false)]
    [InlineData("\0\0\0\0\0\0", false)]
    [InlineData("intent boot\nchild 12 34 5000\ncode 3 6000\n", true)]
    [InlineData("intent boot\nchild 12 34 5000\nsignal 9 1 6000\n", true)]
    public void A_torn_line_counts_as_not_written(string text, bool whole)
    {
        var record = new LedgerRecord(ProcessId.Parse("a"), new Epoch(1, 1));
        LedgerLines.TryRead(text, ref record).ShouldBe(whole);
        if (whole)
        {
            record.Child.ShouldBe(new ChildIdentity("boot", 12, 34));
            record.Status.ShouldNotBeNull();
        }
        else
        {
            record.Child.ShouldBeNull();
        }
    }

    [Fact]
    public void An_unreadable_entry_is_reported_and_the_others_load()
    {
        using var home = DataDirectory.Open(_root.FullName);
        var ledger = new ChildLedger(home, "boot");
        ledger.Intend(ProcessId.Parse("a.b-c"), new Epoch(3, 14));
        ledger.Identify(ProcessId.Parse("a.b-c"), new Epoch(3, 14), new ChildIdentity("boot", 5, 6), DateTimeOffset.UnixEpoch.AddDays(1));
        Directory.CreateDirectory(Path.Combine(home.LedgerFolder, "not-an-entry"));
        File.WriteAllBytes(Path.Combine(home.LedgerFolder, "bad@1.1"), [0, 255, 3]);
        var problems = new List<string>();
        var records = ledger.Load(problems.Add);
        problems.ShouldHaveSingleItem().ShouldContain("bad@1.1");
        records.Count.ShouldBe(2);
        records.Single(x => x.Id.Value == "a.b-c").ShouldSatisfyAllConditions(
            x => x.Epoch.ShouldBe(new Epoch(3, 14)), x => x.Child.ShouldBe(new ChildIdentity("boot", 5, 6)), x => x.Started.ShouldBeFalse());
    }
}
