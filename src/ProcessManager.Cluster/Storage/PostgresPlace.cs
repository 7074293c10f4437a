using System.Net.Sockets;
using Npgsql;

namespace ProcessManager.Cluster;

/// <summary>Which database of which server, in words that may be shown: the connection string without its secrets.</summary>
internal sealed record PostgresPlace(string Server, string Database, string User)
{
    /// <exception cref="ProcessManagerException">InvalidSpec: it isn't a connection string.</exception>
    public static PostgresPlace Of(string connectionString)
    {
        NpgsqlConnectionStringBuilder parts;
        try
        {
            parts = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or OverflowException)
        {
            // Its message may quote a piece of a password that holds a semicolon.
            throw NotAConnectionString();
        }

        if (string.IsNullOrWhiteSpace(parts.Host))
        {
            throw NotAConnectionString();
        }

        // Several hosts, each perhaps with its port, and sockets stand in Host already.
        var server = parts.Host.AsSpan().ContainsAny(',', ':', '/') ? parts.Host : $"{parts.Host}:{parts.Port}";
        var user = parts.Username ?? Environment.UserName;
        return new PostgresPlace(server, parts.Database ?? user, user);
    }

    public static ProcessManagerException Unusable(string sentence, Exception? inner = null) =>
        new(ErrorCode.StorageUnavailable, sentence, inner);

    /// <summary>What went wrong on the way to the database or in it, as a sentence with the facts.</summary>
    public ProcessManagerException Translate(Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
            Unusable($"PostgreSQL at {Server} has no database \"{Database}\": create it first.", failure),
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } refused =>
            Unusable($"PostgreSQL at {Server} refuses the user \"{User}\": {refused.MessageText}.", failure),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused =>
            Unusable($"The user \"{User}\" may not do that in {this}: {refused.MessageText}.", failure),
        PostgresException answered => Unusable($"{Sentence()} can't be used: {answered.MessageText}.", failure),
        _ => Unusable($"PostgreSQL at {Server} can't be reached for the database \"{Database}\": {Reason(failure)}.", failure),
    };

    public override string ToString() => $"the database \"{Database}\" of PostgreSQL at {Server}";

    /// <summary>The same at the beginning of a sentence.</summary>
    public string Sentence() => $"The database \"{Database}\" of PostgreSQL at {Server}";

    private static string Reason(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException socket:
                    return socket.Message;
                case TimeoutException:
                    return "no answer in time";
            }
        }

        return failure.Message.TrimEnd('.');
    }

    private static ProcessManagerException NotAConnectionString() => ProcessManagerException.Invalid(
        [new Fault("connectionString", "not of the form Host=…;Port=…;Database=…;Username=…;Password=…")]);
}
