using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>What a run that is <see cref="Phase.Waiting"/> waits for before its attempt can start. Each kind of wait is a case.</summary>
[JsonDerivedType(typeof(Node), "node")]
[JsonDerivedType(typeof(StartToken), "startToken")]
[JsonDerivedType(typeof(Dependencies), "dependencies")]
[JsonDerivedType(typeof(Slot), "slot")]
public abstract record Blocker
{
    private Blocker()
    {
    }

    /// <summary>For people: what stands after "waits for".</summary>
    [JsonIgnore]
    public abstract string Text { get; }

    /// <summary>A node that it fits.</summary>
    /// <param name="Why">What is missing.</param>
    public sealed record Node(string Why) : Blocker
    {
        public override string Text => $"a node: {Why}";
    }

    /// <summary>A token from its node's bucket of automatic starts.</summary>
    public sealed record StartToken : Blocker
    {
        public override string Text => "a start token: more restarts are due on this machine than it starts in a second";
    }

    /// <summary>A slot of its pool: as many of its jobs as may run at once do, or others come first.</summary>
    public sealed record Slot(string Pool) : Blocker
    {
        public override string Text => $"a slot of the pool \"{Pool}\"";
    }

    /// <summary>Other processes.</summary>
    /// <param name="Unmet">Those that aren't as far as they must be.</param>
    /// <param name="Since">When the run began to wait.</param>
    public sealed record Dependencies(ValueList<UnmetDependency> Unmet, DateTimeOffset Since) : Blocker
    {
        /// <summary>More than these nobody reads in a line.</summary>
        private const int Named = 3;

        public override string Text => string.Join("; ", Unmet.Take(Named).Select(one => one.Text))
            + (Unmet.Count > Named ? $"; and {Unmet.Count - Named} more" : "");

        /// <summary>Nobody has looked yet.</summary>
        [JsonIgnore]
        public bool IsUnseen => Unmet.All(one => one.Why is null);

        public static Dependencies Unseen(ValueList<Dependency> all, DateTimeOffset now) => new([.. all.Select(on => new UnmetDependency(on, null))], now);
    }
}

/// <summary>A dependency that is waited for.</summary>
/// <param name="Why">What it lacks: "which is not started"; null when nobody has looked yet.</param>
public sealed record UnmetDependency(Dependency On, string? Why)
{
    [JsonIgnore]
    public string Text => Why is null ? On.Id.Value : $"{On.Id}, {Why}";
}

/// <summary>Reads what a version wrote that knew of nodes only: their text.</summary>
internal sealed class StoredBlockerConverter : JsonConverter<Blocker>
{
    public override Blocker? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? new Blocker.Node(reader.GetString()!) : JsonSerializer.Deserialize<Blocker>(ref reader, options);

    public override void Write(Utf8JsonWriter writer, Blocker value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, options);
}
