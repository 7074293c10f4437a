using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

public sealed class KeyReadingSpecs
{
    [Fact]
    public void Characters_and_sequences_are_keys()
    {
        var reading = new KeyReading();

        reading.Add("aé\e[A\eOB\e[5~\r\t\u007f\u0003"u8).ShouldBe(
            ['a', 'é', NamedKey.Up, NamedKey.Down, NamedKey.PageUp, NamedKey.Enter, NamedKey.Tab, NamedKey.Backspace, NamedKey.Interrupt]);
    }

    [Fact]
    public void A_sequence_may_come_in_pieces_and_an_escape_alone_is_the_key()
    {
        var reading = new KeyReading();

        reading.Add("\e"u8).ShouldBeEmpty();
        reading.Add("[B"u8).ShouldBe([NamedKey.Down]);
        reading.Add("\e"u8).ShouldBeEmpty();
        reading.Rest().ShouldBe([NamedKey.Escape]);
        reading.Add("\ex"u8).ShouldBe([NamedKey.Escape, 'x']);
        reading.Rest().ShouldBeEmpty();
    }

    [Fact]
    public void A_key_that_nobody_knows_is_no_key()
    {
        new KeyReading().Add(Encoding.UTF8.GetBytes("\e[15~\e[1;5Cq")).ShouldBe(['q']);
    }
}
