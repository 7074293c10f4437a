using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

public sealed class AccountsSpecs
{
    [Fact]
    public void Root_is_found_by_name_and_by_number()
    {
        var root = Accounts.FindUser("root").ShouldNotBeNull();

        root.Uid.ShouldBe(0u);
        root.Home.ShouldBe("/root");
        root.Shell.ShouldStartWith("/");
        Accounts.FindUser("0").ShouldBe(root);
        Accounts.GroupsOf(root, root.Gid).ShouldContain(0u);
        Accounts.FindGroup("root").ShouldBe(0u);
        Accounts.FindGroup("4242").ShouldBe(4242u);
    }

    [Theory]
    [InlineData("no-such-user")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("4294967295")]
    public void An_unknown_name_is_nobody(string name)
    {
        Accounts.FindUser(name).ShouldBeNull();
        Accounts.FindGroup(name).ShouldBeNull();
    }

    [Fact]
    public void A_number_without_an_entry_is_accepted()
    {
        var user = Accounts.FindUser("3999999").ShouldNotBeNull();

        user.Name.ShouldBeNull();
        Accounts.GroupsOf(user, user.Gid).ShouldBe([3999999u]);
    }
}
