using System.CommandLine;
using System.Globalization;

namespace ProcessManager.Cli;

internal static class PoolVerb
{
    private static readonly string[] Header = ["POOL", "LIMIT", "WAITING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"];

    public static Command Create(CommandLine line) => new("pool", "Queues of commands of which so many run at the same time")
    {
        Set(line),
        Add(line),
        List(line),
        Show(line),
        Cancel(line),
        Wait(line),
        Remove(line),
    };

    private static Command Set(CommandLine line)
    {
        var name = Name();
        var concurrency = new Option<int>("--concurrency", "-n")
        {
            Description = "How many of its jobs run at the same time",
            DefaultValueFactory = _ => PoolSpec.DefaultConcurrency,
            HelpName = "N",
        };
        return line.Does(new Command("create", "Make a pool, or change how many of its jobs run at once") { name, concurrency }, async (call, cancellationToken) =>
            Print(call, await call.Manager.Pools.SetAsync(new PoolSpec { Name = call.Get(name)!, Concurrency = call.Get(concurrency) }, cancellationToken)));
    }

    private static Command Add(CommandLine line)
    {
        var name = Name();
        var said = new CommandOptions();
        var key = new Option<string?>("--key") { Description = "Names the job in its pool; made when absent", HelpName = "KEY" };
        var priority = new Option<int>("--priority") { Description = "The higher goes first; 0", HelpName = "N" };
        var retries = new Option<int>("--retry") { Description = "How often it is tried again when it fails; 0", HelpName = "N" };
        var delay = Values.Duration("--retry-delay", "Between two tries; 1s");
        var verb = new Command("add", "Queue a command; prints the id of its process, <pool>.<key>") { name, key, priority, retries, delay };
        said.AddTo(verb);
        return line.Does(verb, async (call, cancellationToken) =>
        {
            var spec = CallersEnvironment.SentWith(said.Spec(call), call.Caller) with { Id = null };
            var job = new PoolJob
            {
                Key = call.Get(key),
                Priority = call.Get(priority),
                Spec = call.Get(retries) == 0 ? spec : spec with { Restart = Retries.Policy(Math.Max(0, call.Get(retries)), call.Get(delay)) },
            };
            var added = await call.Manager.Pools.AddAsync(call.Get(name)!, [job], cancellationToken);
            if (call.Json)
            {
                call.PrintJson(added[0]);
            }
            else
            {
                call.Print(added[0].Id.Value);
            }

            return ExitCodes.Done;
        });
    }

    private static Command List(CommandLine line) => line.Does(new Command("ls", "List the pools"), async (call, cancellationToken) =>
    {
        var pools = await call.Manager.Pools.ListAsync(cancellationToken);
        if (call.Json)
        {
            call.PrintJson(pools);
        }
        else
        {
            call.Print(Columns.Format(Header, pools.Select(Row)));
        }

        return ExitCodes.Done;
    });

    private static Command Show(CommandLine line)
    {
        var name = Name();
        return line.Does(new Command("show", "Show a pool and its jobs") { name }, async (call, cancellationToken) =>
        {
            var pool = await call.Manager.Pools.GetAsync(call.Get(name)!, cancellationToken);
            var jobs = new List<ProcessInfo>();
            var query = new ProcessQuery { Pool = pool.Name, Limit = ProcessQuery.MaxLimit };
            do
            {
                var page = await call.Manager.ListAsync(query, cancellationToken);
                jobs.AddRange(page.Items);
                query = query with { After = page.Next };
            }
            while (query.After is not null);

            if (call.Json)
            {
                call.PrintJson(new { Pool = pool, Jobs = jobs });
                return ExitCodes.Done;
            }

            Print(call, pool);
            var now = call.Caller.Clock.GetUtcNow();
            foreach (var job in jobs.OrderBy(job => job.Job!.Number))
            {
                call.Print($"{job.Id}  {State.Brief(job, now)}");
            }

            return ExitCodes.Done;
        });
    }

    private static Command Cancel(CommandLine line)
    {
        var name = Name();
        var key = new Argument<string?>("key") { Description = "Of one job; without it all that wait or run", Arity = ArgumentArity.ZeroOrOne };
        return line.Does(new Command("cancel", "Call off a job, or all of them") { name, key }, async (call, cancellationToken) =>
        {
            if (call.Get(key) is not { } one)
            {
                return Print(call, await call.Manager.Pools.CancelAsync(call.Get(name)!, cancellationToken));
            }

            call.Show([await call.Manager.Pool(call.Get(name)!).CancelAsync(one, cancellationToken)]);
            return ExitCodes.Done;
        });
    }

    private static Command Wait(CommandLine line)
    {
        var name = Name();
        var timeout = Values.Duration("--timeout", "The longest to wait");
        return line.Does(new Command("wait", "Wait until nothing waits or runs in it; fails when one of its jobs did") { name, timeout }, async (call, cancellationToken) =>
        {
            var pool = await call.Manager.Pools.WaitAsync(call.Get(name)!, call.Get(timeout), cancellationToken);
            Print(call, pool);
            return pool.Failed == 0 ? ExitCodes.Done : ExitCodes.Failed;
        });
    }

    private static Command Remove(CommandLine line)
    {
        var name = Name();
        return line.Does(new Command("rm", "Call off its jobs, and forget them and the pool") { name }, async (call, cancellationToken) =>
        {
            await call.Manager.Pools.RemoveAsync(call.Get(name)!, cancellationToken);
            if (call.Json)
            {
                call.PrintJson(new { Removed = new[] { call.Get(name) } });
            }
            else
            {
                call.Print($"{call.Get(name)}  removed");
            }

            return ExitCodes.Done;
        });
    }

    private static Argument<string> Name() => new("pool") { Description = "Its name" };

    private static int Print(Call call, PoolInfo pool)
    {
        if (call.Json)
        {
            call.PrintJson(pool);
        }
        else
        {
            call.Print(Columns.Format(Header, [Row(pool)]));
        }

        return ExitCodes.Done;
    }

    private static string[] Row(PoolInfo pool) =>
    [
        pool.Name,
        .. ((int[])[pool.Concurrency, pool.Waiting, pool.Running, pool.Completed, pool.Failed, pool.Cancelled]).Select(count => count.ToString(CultureInfo.InvariantCulture)),
    ];
}
