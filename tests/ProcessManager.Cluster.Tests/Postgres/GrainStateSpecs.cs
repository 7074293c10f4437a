using Orleans.Runtime;
using Orleans.Storage;

namespace ProcessManager.Cluster.Tests;

/// <summary>The queries of grain-state.sql, as Orleans' provider of storage uses them.</summary>
public sealed class GrainStateSpecs(SharedPostgres postgres)
{
    [Theory]
    [InlineData("keeping")]
    [InlineData("deleting")]
    public async Task A_state_is_read_as_it_was_written(string provider)
    {
        await using var silo = await StorageSilo.StartAsync(postgres);
        var storage = silo.Storage(provider);

        var none = await ReadAsync(storage, "one");
        none.RecordExists.ShouldBeFalse();
        none.ETag.ShouldBeNull();

        var written = await WriteAsync(storage, "one", new GrainState<Note> { State = new Note("ä\0b", 1) });
        await WriteAsync(storage, "two", new GrainState<Note> { State = new Note("other", 2) });
        written.State = new Note("again", 3);
        await WriteAsync(storage, "one", written);

        var read = await ReadAsync(storage, "one");
        read.RecordExists.ShouldBeTrue();
        read.State.ShouldBe(new Note("again", 3));
        read.ETag.ShouldBe(written.ETag);
    }

    [Fact]
    public async Task Who_writes_on_what_has_changed_since_is_refused_and_nothing_is_written()
    {
        await using var silo = await StorageSilo.StartAsync(postgres);
        var storage = silo.Storage("deleting");
        var mine = await WriteAsync(storage, "one", new GrainState<Note> { State = new Note("first", 1) });
        var theirs = await ReadAsync(storage, "one");
        theirs.State = new Note("theirs", 2);
        await WriteAsync(storage, "one", theirs);

        mine.State = new Note("mine", 3);
        await Should.ThrowAsync<InconsistentStateException>(WriteAsync(storage, "one", mine));

        (await ReadAsync(storage, "one")).State.ShouldBe(new Note("theirs", 2));
    }

    [Fact]
    public async Task Of_many_first_writes_one_wins()
    {
        await using var silo = await StorageSilo.StartAsync(postgres);
        var storage = silo.Storage("deleting");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async number =>
        {
            try
            {
                await WriteAsync(storage, "one", new GrainState<Note> { State = new Note("first", number) });
                return number;
            }
            catch (InconsistentStateException)
            {
                return -1; // Somebody was first.
            }
        }));

        var winner = outcomes.Where(number => number >= 0).ShouldHaveSingleItem();
        (await ReadAsync(storage, "one")).State.ShouldBe(new Note("first", winner));
    }

    [Fact]
    public async Task Clearing_deletes_the_row_and_a_late_write_cannot_touch_the_one_that_follows()
    {
        await using var silo = await StorageSilo.StartAsync(postgres);
        var storage = silo.Storage("deleting");
        var stale = await WriteAsync(storage, "one", new GrainState<Note> { State = new Note("old", 1) });
        var present = await ReadAsync(storage, "one");

        await storage.ClearStateAsync("note", Id("one"), present);
        present.RecordExists.ShouldBeFalse();
        present.ETag.ShouldBeNull();
        (await ReadAsync(storage, "one")).ETag.ShouldBeNull();
        await Should.ThrowAsync<InconsistentStateException>(WriteAsync(storage, "one", stale));

        await WriteAsync(storage, "one", new GrainState<Note> { State = new Note("new", 2) });
        await Should.ThrowAsync<InconsistentStateException>(WriteAsync(storage, "one", stale));
        await Should.ThrowAsync<InconsistentStateException>(storage.ClearStateAsync("note", Id("one"), stale));
        (await ReadAsync(storage, "one")).State.ShouldBe(new Note("new", 2));
    }

    [Fact]
    public async Task A_state_that_is_cleared_and_kept_goes_on_from_its_version()
    {
        await using var silo = await StorageSilo.StartAsync(postgres);
        var storage = silo.Storage("keeping");
        var state = await WriteAsync(storage, "one", new GrainState<Note> { State = new Note("old", 1) });

        await storage.ClearStateAsync("note", Id("one"), state);

        var cleared = await ReadAsync(storage, "one");
        cleared.RecordExists.ShouldBeFalse();
        cleared.ETag.ShouldBe(state.ETag);
        await Should.ThrowAsync<InconsistentStateException>(WriteAsync(storage, "one", new GrainState<Note> { State = new Note("blind", 2) }));
        cleared.State = new Note("new", 3);
        await WriteAsync(storage, "one", cleared);
        (await ReadAsync(storage, "one")).State.ShouldBe(new Note("new", 3));
    }

    [Fact]
    public async Task Keys_of_every_kind_and_types_have_rows_of_their_own()
    {
        await using var silo = await StorageSilo.StartAsync(postgres);
        var storage = silo.Storage("deleting");
        var number = GrainType.Create("number");
        GrainId[] ids =
        [
            Id("text"), Id("Text"), Id("text2"), GrainId.Create("other", "text"),
            GrainId.Create(number, GrainIdKeyExtensions.CreateIntegerKey(7)),
            GrainId.Create(number, GrainIdKeyExtensions.CreateIntegerKey(-7)),
            GrainId.Create(number, GrainIdKeyExtensions.CreateIntegerKey(7, "more")),
            GrainId.Create(GrainType.Create("guid"), GrainIdKeyExtensions.CreateGuidKey(Guid.NewGuid())),
        ];

        for (var i = 0; i < ids.Length; i++)
        {
            await storage.WriteStateAsync(ids[i].Type.ToString()!, ids[i], new GrainState<Note> { State = new Note("mine", i) });
        }

        for (var i = 0; i < ids.Length; i++)
        {
            var state = new GrainState<Note>();
            await storage.ReadStateAsync(ids[i].Type.ToString()!, ids[i], state);
            state.State.ShouldBe(new Note("mine", i), $"{ids[i]}");
        }
    }

    private static GrainId Id(string key) => GrainId.Create("note", key);

    private static async Task<GrainState<Note>> ReadAsync(IGrainStorage storage, string key)
    {
        var state = new GrainState<Note>();
        await storage.ReadStateAsync("note", Id(key), state);
        return state;
    }

    private static async Task<GrainState<Note>> WriteAsync(IGrainStorage storage, string key, GrainState<Note> state)
    {
        await storage.WriteStateAsync("note", Id(key), state);
        return state;
    }

    public sealed record Note(string Text = "", int Number = 0);
}
