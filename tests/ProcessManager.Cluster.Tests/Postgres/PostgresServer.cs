#pragma warning disable RS0030 // PostgreSQL is started as a plain child by its script: nothing of what is tested may stand between.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;
using ProcessManager.Contract;

namespace ProcessManager.Cluster.Tests;

/// <summary>
/// A real PostgreSQL of the tests' own, in a directory of its own and on a port of its own, gone with its data when it is disposed, or when
/// the tests die in any way (the script ends with its input).
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("procman-postgres-");
    private Process? _script;
    private int _databases;

    private PostgresServer()
    {
    }

    public string Password { get; } = RandomNumberGenerator.GetHexString(24, lowercase: true);

    public int Port { get; private set; }

    /// <exception cref="InvalidOperationException">It isn't installed, or didn't start; the message says why.</exception>
    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        try
        {
            for (var left = 3; ; left--)
            {
                server.Port = FreePort();
                try
                {
                    await server.LaunchAsync();
                    return server;
                }
                catch (InvalidOperationException) when (left > 1 && !IsFree(server.Port))
                {
                    // Somebody took the port in between.
                }
            }
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>How to reach <paramref name="database"/>, which need not exist.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = "postgres",
        Password = Password,
        Database = database,
    }.ConnectionString;

    /// <summary>A fresh, empty database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        // Not from the pool: those in it are broken once the server was started anew.
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString("postgres")) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <summary>A fresh database with the tables of <paramref name="clusterId"/>.</summary>
    public async Task<string> CreateClusterAsync(string clusterId)
    {
        var connectionString = await CreateDatabaseAsync();
        await PostgresSchema.MigrateAsync(connectionString, clusterId);
        return connectionString;
    }

    /// <summary>Ends the server as an operator does; its data stay for <see cref="StartAgainAsync"/>.</summary>
    public async Task StopAsync()
    {
        if (_script is not { } script)
        {
            return;
        }

        script.StandardInput.Close();
        try
        {
            await script.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            script.Dispose();
            _script = null;
        }
    }

    /// <summary>On the same port, with the same data.</summary>
    public Task StartAgainAsync() => LaunchAsync();

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        finally
        {
            _directory.Delete(recursive: true);
        }
    }

    private async Task LaunchAsync()
    {
        var script = new Process
        {
            StartInfo = new ProcessStartInfo(Path.Combine(Repository.Root, "tests", "postgres"))
            {
                ArgumentList = { _directory.FullName, $"{Port}" },
                Environment = { ["PGPASSWORD"] = Password },
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        script.Start();
        _script = script;
        var complaint = script.StandardError.ReadToEndAsync();
        if (await script.StandardOutput.ReadLineAsync().WaitAsync(Patience) != "ready")
        {
            await StopAsync();
            throw new InvalidOperationException($"PostgreSQL didn't start on port {Port}: {await complaint}");
        }
    }

    /// <summary>Below those that the kernel gives to anybody who connects, so that it is still free when the server starts again.</summary>
    public static int FreePort()
    {
        int port;
        do
        {
            port = RandomNumberGenerator.GetInt32(20_000, 32_000);
        }
        while (!IsFree(port));
        return port;
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false; // In use, by whomever.
        }
    }
}
