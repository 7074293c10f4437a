using System.Globalization;

namespace ProcessManager.Bench;

/// <summary>supervisord, of Debian's package <c>supervisor</c>.</summary>
internal sealed class Supervisord(Workbench bench) : IPeer
{
    private readonly string _folder = bench.Scratch.NewFolder();
    private Program? _program;

    public static bool IsInstalled => Baselines.IsInstalled("supervisord");

    public string Name => "supervisord";

    public string StatusCommand => "supervisorctl status";

    public int OsPid => _program!.OsPid;

    private string Configuration => Path.Combine(_folder, "supervisord.conf");

    public async Task StartAsync(int count)
    {
        await File.WriteAllTextAsync(Configuration, string.Create(CultureInfo.InvariantCulture, $"""
            [unix_http_server]
            file={_folder}/s.sock
            [supervisord]
            nodaemon=true
            directory={_folder}
            logfile={_folder}/supervisord.log
            pidfile={_folder}/supervisord.pid
            childlogdir={_folder}
            minfds={(count * 6) + 1000}
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
            [supervisorctl]
            serverurl=unix://{_folder}/s.sock
            [program:sleeper]
            command=sleep 1000000
            process_name=%(program_name)s-%(process_num)04d
            numprocs={count}
            autorestart=true
            startsecs=0
            """), bench.CancellationToken);
        _program = await bench.Programs.StartAsync("supervisord", ["-c", Configuration]);
        await _program.UntilAsync(() => Task.FromResult(OsFigures.Children(OsPid).Count >= count), $"its {count} children", bench.CancellationToken);
    }

    public Task StatusAsync() => bench.Programs.RunAsync("supervisorctl", ["-c", Configuration, "status"], cancellationToken: bench.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
        {
            await _program.KillAsync();
            _program.Dispose();
        }

        bench.Scratch.EndMarked();
    }
}
