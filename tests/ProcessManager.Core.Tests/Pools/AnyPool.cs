using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

/// <summary>A pool and the real rules of its jobs, whatever is added, ends, is called off or lost in whatever order.</summary>
public class AnyPool
{
    [Fact]
    public void Never_runs_more_than_its_limit_keeps_its_order_and_leaves_no_slot_free_while_somebody_waits()
    {
        var step = Gen.Zip(Gen.Choose(0, 9), Gen.Choose(0, 999));
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(400),
            Prop.ForAll(Gen.Choose(1, 150).SelectMany(count => step.ArrayOf(count)).ToArbitrary(), steps =>
            {
                var pool = new Pool();
                foreach (var (kind, luck) in steps)
                {
                    pool.Take(kind, luck);
                    pool.Check();
                }

                pool.Finish();
            }));
    }

    private sealed class Pool
    {
        private const int Limit = 3;

        private readonly List<ProcessState> _jobs = [];
        private PoolLine _line = new() { Concurrency = Limit };
        private DateTimeOffset _now = Life.Birth;

        public void Take(int kind, int luck)
        {
            _now = _now.AddMilliseconds(100);
            switch (kind)
            {
                case 0 or 1 or 2:
                    Add(luck % 3);
                    break;
                case 3 or 4 or 5 when Running().ToList() is { Count: > 0 } running:
                    End(running[luck % running.Count], luck % 4 == 0 ? 1 : 0);
                    break;
                case 6 when _jobs.Count > 0:
                    Do(luck % _jobs.Count, new ProcessOrder.Stop(TimeSpan.Zero));
                    break;
                case 7:
                    // The host came up again: nothing is known but what the jobs say, in any order.
                    _line = new PoolLine { Concurrency = Limit };
                    foreach (var job in luck % 2 == 0 ? _jobs : Enumerable.Reverse(_jobs))
                    {
                        _line.See(SlotNews.Of(job, removed: false)!);
                    }

                    break;
                case 8 when _jobs.Count > 0:
                    Do(luck % _jobs.Count, new ProcessOrder.Start());
                    break;
                case 9:
                    _now = _now.AddSeconds(1);
                    for (var index = 0; index < _jobs.Count; index++)
                    {
                        Do(index, new ProcessOrder.Wake());
                    }

                    break;
                default:
                    break;
            }

            Give();
        }

        public void Check()
        {
            var holding = _jobs.Count(job => job.Phase is Phase.Starting or Phase.Running or Phase.Terminating || job.Ladder is not null);
            holding.ShouldBeLessThanOrEqualTo(Limit);
            var waiting = _jobs.Count(job => job.BlockedBy is Blocker.Slot);
            (waiting > 0 && holding < Limit).ShouldBeFalse("somebody waits beside a free slot");
            _line.Running.ShouldBe(holding);
            (_line.Waiting + _line.Running + _line.Count(SlotUse.Completed) + _line.Count(SlotUse.Failed) + _line.Count(SlotUse.Cancelled)).ShouldBe(_jobs.Count);
        }

        /// <summary>Everybody's turn comes: all end, each run once.</summary>
        public void Finish()
        {
            for (var round = 0; _jobs.Exists(job => job.IsUp || job.Phase == Phase.Terminating); round++)
            {
                round.ShouldBeLessThan(2000, "it never becomes idle");
                Take(9, 0);
                foreach (var index in Running().ToList())
                {
                    End(index, 0);
                }

                Give();
                Check();
            }

            _line.Info("pool", Life.Birth).Idle.ShouldBeTrue();
        }

        private IEnumerable<int> Running() => Enumerable.Range(0, _jobs.Count).Where(index => _jobs[index].Phase is Phase.Running or Phase.Terminating);

        private void Add(int priority)
        {
            var first = _line.Admit("pool", 1, _now);
            var spec = new ProcessSpec { Command = "work", Restart = Retries.Policy(2, TimeSpan.FromMilliseconds(150)) };
            _jobs.Add(ProcessMachine.Create(ProcessId.Parse($"pool.{first}"), spec, oneOff: true, _now, new JobPlace("pool", $"{first}", priority, first)));
            Do(_jobs.Count - 1, new ProcessOrder.Start());
            _line.Admitted(first);
        }

        private void Give()
        {
            for (var granted = _line.Grant(_now); granted.Count > 0; granted = _line.Grant(_now))
            {
                foreach (var (id, epoch) in granted)
                {
                    var index = _jobs.FindIndex(job => job.Id == id);
                    var before = _jobs.Where(job => job.BlockedBy is Blocker.Slot && !granted.Any(grant => grant.Id == job.Id)).Select(job => job.Job!);
                    before.ShouldAllBe(job => job.Priority < _jobs[index].Job!.Priority || (job.Priority == _jobs[index].Job!.Priority && job.Number > _jobs[index].Job!.Number));
                    Do(index, new ProcessOrder.SlotGranted(epoch));
                    Report(index, new SupervisorReport.Spawned(Life.Child(epoch), _now, Adopted: false));
                }
            }
        }

        private void End(int index, int code)
        {
            Report(index, new SupervisorReport.Exited(new ExitStatus.Code(code), _now, null));
            Report(index, new SupervisorReport.TreeEmpty([], _now));
            Do(index, new ProcessOrder.CleanedUp(_jobs[index].Epoch));
        }

        private void Report(int index, SupervisorReport report) => Do(index, new ProcessOrder.Reported(_jobs[index].Epoch, report));

        private void Do(int index, ProcessOrder order)
        {
            var decision = ProcessMachine.Decide(_jobs[index], order, _now);
            if (decision.Changes.Count > 0)
            {
                _jobs[index] = ProcessMachine.Apply(_jobs[index], decision.Changes).State;
                _line.See(SlotNews.Of(_jobs[index], removed: false)!);
            }
        }
    }
}
