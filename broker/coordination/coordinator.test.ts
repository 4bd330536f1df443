import { describe, expect, it } from 'vitest';
import { Counters, type Increment } from '../testing/counters.js';
import { ScriptedCoordinatorLog } from '../testing/scripted-coordinator-log.js';
import { TinyWorld } from '../testing/tiny-world.js';
import { Coordinator, type CoordinatorState } from './coordinator.js';
import type { CoordinatorBatch } from './coordinator-log.js';
import { CoordinatorRuntime } from './coordinator-runtime.js';
import type { Outcome } from './deferred-answers.js';

class Bench {
  readonly world = new TinyWorld();
  readonly log = new ScriptedCoordinatorLog<Increment>();
  readonly told: string[] = [];
  readonly coordinator = new Coordinator<Counters, Increment>({
    timers: this.world.env('b1').timers,
    makeState: () => new Counters(),
    onLoaded: () => void this.told.push('loaded'),
    notLeader: 'NOT_COORDINATOR',
    loading: 'COORDINATOR_LOAD_IN_PROGRESS',
  });

  load(leaderEpoch = 1): this {
    this.coordinator.load(leaderEpoch, this.log);
    return this;
  }

  increment(key: string, timeoutMicros = 0): void {
    this.coordinator.write((counters) => counters.increment(key), this.tell(key), { timeoutMicros });
  }

  commit(offset = this.log.endOffset): void {
    this.log.highWatermark = offset;
    this.coordinator.onHighWatermark(offset);
  }

  /** At the committed state. */
  committed(key: string): Outcome<number> {
    return this.coordinator.read((counters) => counters.committedCount(key));
  }

  get counted(): number {
    return this.coordinator.state?.count('a') ?? -1;
  }

  tell =
    (name: string) =>
    (outcome: Outcome<unknown>): void =>
      void this.told.push(`${name} ${outcome.ok ? outcome.value : outcome.error}`);
}

describe('a write operation', () => {
  it('is answered when its records are committed, in the order of the operations', () => {
    const bench = new Bench().load();
    bench.increment('a');
    bench.increment('b');
    bench.increment('a');
    expect(bench.told).toEqual(['loaded']);
    bench.commit(2);
    expect(bench.told).toEqual(['loaded', 'a 1', 'b 1']);
    bench.commit(3);
    expect(bench.told.at(-1)).toBe('a 2');
  });

  it('waits for what it rests on, also when it changes nothing', () => {
    const bench = new Bench().load();
    bench.increment('a');
    bench.coordinator.write(
      (counters) => ({ records: [], response: counters.count('a') }),
      bench.tell('count'),
    );
    expect(bench.told).toEqual(['loaded']);
    bench.commit();
    expect(bench.told).toEqual(['loaded', 'a 1', 'count 1']);
    bench.coordinator.write(
      (counters) => ({ records: [], response: counters.count('a') }),
      bench.tell('count'),
    );
    expect(bench.told.at(-1)).toBe('count 1');
  });

  it('is not answered within the answer to another', () => {
    const bench = new Bench().load();
    bench.coordinator.write(
      (counters) => counters.increment('a'),
      () => {
        bench.increment('b');
        bench.commit();
        bench.told.push('a');
      },
    );
    bench.commit();
    expect(bench.told).toEqual(['loaded', 'a', 'b 1']);
  });

  it('is answered with REQUEST_TIMED_OUT when it is not committed in time, and may take place nevertheless', () => {
    const bench = new Bench().load();
    bench.increment('a', 5_000);
    bench.increment('a', 50_000);
    bench.world.run(10_000);
    expect(bench.told).toEqual(['loaded', 'a REQUEST_TIMED_OUT']);
    bench.commit();
    expect(bench.told.at(-1)).toBe('a 2');
    expect(bench.committed('a')).toEqual({ ok: true, value: 2 });
    bench.world.run(100_000);
    expect(bench.told).toHaveLength(3);
  });
});

describe('a read operation', () => {
  it('sees what is committed, whatever has been appended since', () => {
    const bench = new Bench().load();
    bench.increment('a');
    bench.commit();
    bench.increment('a');
    expect(bench.committed('a')).toEqual({ ok: true, value: 1 });
    expect(bench.counted).toBe(2);
    bench.commit();
    expect(bench.committed('a')).toEqual({ ok: true, value: 2 });
  });
});

describe('an append that fails', () => {
  it('at once is answered with its error and changes nothing', () => {
    const bench = new Bench().load();
    bench.increment('a');
    bench.log.refusal = 'NOT_ENOUGH_REPLICAS';
    bench.increment('a');
    expect(bench.told).toEqual(['loaded', 'a NOT_ENOUGH_REPLICAS']);
    expect(bench.counted).toBe(1);
    bench.log.refusal = null;
    bench.commit();
    expect(bench.told.at(-1)).toBe('a 1');
  });

  it('later takes back its records and everything decided behind them', () => {
    const bench = new Bench().load();
    bench.increment('a');
    bench.increment('a');
    bench.coordinator.write(
      (counters) => ({ records: [], response: counters.count('a') }),
      bench.tell('count'),
    );
    bench.increment('b');
    bench.log.cutTo(1);
    bench.coordinator.appendFailed({ leaderEpoch: 1, baseOffset: 1, error: 'KAFKA_STORAGE_ERROR' });
    expect(bench.told).toEqual([
      'loaded',
      'a KAFKA_STORAGE_ERROR',
      'count KAFKA_STORAGE_ERROR',
      'b KAFKA_STORAGE_ERROR',
    ]);
    expect(bench.counted).toBe(1);
    bench.increment('a');
    bench.commit();
    expect(bench.told.slice(-2)).toEqual(['a 1', 'a 2']);
  });

  it('of an epoch that is over takes nothing back', () => {
    const bench = new Bench().load();
    bench.increment('a');
    bench.coordinator.unload(2);
    bench.load(3);
    bench.coordinator.appendFailed({ leaderEpoch: 1, baseOffset: 0, error: 'KAFKA_STORAGE_ERROR' });
    expect(bench.counted).toBe(1);
  });

  it('for the lost leadership unloads the partition', () => {
    const bench = new Bench().load();
    bench.increment('a');
    bench.log.refusal = 'NOT_COORDINATOR';
    bench.increment('b');
    expect(bench.told).toEqual(['loaded', 'a NOT_COORDINATOR', 'b NOT_COORDINATOR']);
    expect(bench.coordinator.isActive).toBe(false);
  });

  it('makes a state that cannot roll back load anew', () => {
    class Once implements CoordinatorState<Increment> {
      readonly rollBackTo = null;
      count = 0;
      replay({ records }: CoordinatorBatch<Increment>): void {
        this.count += records.length;
      }
      committedTo(): void {}
    }
    const world = new TinyWorld();
    const log = new ScriptedCoordinatorLog<Increment>();
    const coordinator = new Coordinator<Once, Increment>({
      timers: world.env('b1').timers,
      makeState: () => new Once(),
      onLoaded: () => undefined,
      notLeader: 'NOT_COORDINATOR',
      loading: 'COORDINATOR_LOAD_IN_PROGRESS',
    });
    coordinator.load(1, log);
    const answers: Outcome<unknown>[] = [];
    const write = () =>
      coordinator.write(
        ({ count }) => ({ records: [{ key: 'a', operation: 0 }], response: count + 1 }),
        (outcome) => answers.push(outcome),
      );
    write();
    write();
    log.cutTo(1);
    coordinator.appendFailed({ leaderEpoch: 1, baseOffset: 1, error: 'KAFKA_STORAGE_ERROR' });
    expect(coordinator.state?.count).toBe(1);
    log.highWatermark = 1;
    coordinator.onHighWatermark(1);
    expect(answers).toEqual([
      { ok: false, error: 'KAFKA_STORAGE_ERROR' },
      { ok: true, value: 1 },
    ]);
  });
});

describe('leadership', () => {
  it('is needed for every operation, and lost leadership is the answer to what still waits', () => {
    const bench = new Bench();
    bench.increment('a');
    expect(bench.committed('a')).toEqual({ ok: false, error: 'NOT_COORDINATOR' });
    bench.load();
    bench.increment('a');
    bench.coordinator.unload(2);
    bench.increment('a');
    expect(bench.told).toEqual(['a NOT_COORDINATOR', 'loaded', 'a NOT_COORDINATOR', 'a NOT_COORDINATOR']);
  });

  it('begins with the whole log, its uncommitted end included', () => {
    const bench = new Bench().load();
    bench.increment('a');
    bench.coordinator.unload(2);
    bench.load(3);
    expect(bench.counted).toBe(1);
    expect(bench.committed('a')).toEqual({ ok: true, value: 0 });
    bench.commit();
    expect(bench.committed('a')).toEqual({ ok: true, value: 1 });
  });

  it('answers with COORDINATOR_LOAD_IN_PROGRESS until the log is read', () => {
    const bench = new Bench();
    bench.log.loadsLater = true;
    bench.load();
    bench.increment('a');
    expect(bench.committed('a')).toEqual({ ok: false, error: 'COORDINATOR_LOAD_IN_PROGRESS' });
    bench.log.readTo(bench.log.readers[0]!);
    bench.increment('a');
    bench.commit();
    expect(bench.told).toEqual(['a COORDINATOR_LOAD_IN_PROGRESS', 'loaded', 'a 1']);
  });

  it('that ended while the log was being read leaves nothing of the load, and the next load begins from nothing', () => {
    const bench = new Bench().load();
    bench.increment('a');
    bench.coordinator.unload(2);
    bench.log.loadsLater = true;
    bench.load(3);
    bench.coordinator.unload(4);
    bench.load(5);
    const [first, second] = bench.log.readers;
    expect(first!.onBatch(bench.log.batches[0]!)).toBe(false);
    first!.onEnd(null);
    expect(bench.coordinator.isActive).toBe(false);
    bench.log.readTo(second!);
    expect(bench.counted).toBe(1);
  });

  it('changes with later epochs only, in whatever order they are heard of', () => {
    const bench = new Bench();
    bench.load(3);
    bench.coordinator.unload(2);
    expect(bench.coordinator.isActive).toBe(true);
    bench.coordinator.unload(4);
    bench.load(3);
    bench.load(4);
    expect(bench.coordinator.isActive).toBe(false);
    bench.load(5);
    bench.load(5);
    expect(bench.told).toEqual(['loaded', 'loaded']);
  });

  it('in a later epoch without a loss in between reads the log anew: its end may have been cut', () => {
    const bench = new Bench().load(1);
    bench.increment('a');
    bench.log.cutTo(0);
    bench.load(2);
    expect(bench.told).toEqual(['loaded', 'a NOT_COORDINATOR', 'loaded']);
    expect(bench.counted).toBe(0);
  });

  it('of a log that cannot be read is none, until it is loaded again', () => {
    const bench = new Bench();
    bench.log.loadError = 'KAFKA_STORAGE_ERROR';
    bench.load(1);
    bench.increment('a');
    bench.log.loadError = null;
    bench.load(1);
    bench.increment('a');
    bench.commit();
    expect(bench.told).toEqual(['a NOT_COORDINATOR', 'loaded', 'a 1']);
  });

  it('of a process that ends is answered to nobody', () => {
    const bench = new Bench().load();
    bench.increment('a', 1_000);
    bench.coordinator.close();
    bench.world.run(10_000);
    expect(bench.told).toEqual(['loaded']);
  });
});

describe('timers', () => {
  it('run once under their key, which can be armed again', () => {
    const bench = new Bench().load();
    const { timers } = bench.coordinator;
    timers.arm('expiry', 1_000, () => void bench.told.push('early'));
    timers.arm('expiry', 5_000, () => {
      bench.told.push('late');
      timers.arm('expiry', 5_000, () => void bench.told.push('again'));
    });
    bench.world.run(2_000);
    expect(timers.isArmed('expiry')).toBe(true);
    bench.world.run(20_000);
    expect(bench.told).toEqual(['loaded', 'late', 'again']);
    expect(timers.isArmed('expiry')).toBe(false);
    timers.arm('expiry', 1_000, () => void bench.told.push('cancelled'));
    timers.cancel('expiry');
    bench.world.run(20_000);
    expect(bench.told).toHaveLength(3);
  });

  it('end with the leadership', () => {
    const bench = new Bench().load();
    bench.coordinator.armWrite('expiry', 1_000, 100, (counters) => counters.increment('a'));
    bench.coordinator.unload(2);
    bench.load(3);
    bench.world.run(10_000);
    expect(bench.log.batches).toEqual([]);
  });

  it('append what they decide, and try again when the append fails', () => {
    const bench = new Bench().load();
    bench.log.refusal = 'NOT_ENOUGH_REPLICAS';
    bench.coordinator.armWrite('expiry', 1_000, 500, (counters) => counters.increment('a'));
    bench.world.run(1_200);
    bench.log.refusal = null;
    expect(bench.log.batches).toHaveLength(0);
    bench.world.run(1_000);
    expect(bench.log.batches).toHaveLength(1);
    bench.world.run(10_000);
    expect(bench.log.batches).toHaveLength(1);
  });
});

describe('the runtime of a broker', () => {
  it('keeps its partitions apart', () => {
    const world = new TinyWorld();
    const told: string[] = [];
    const runtime = new CoordinatorRuntime<Counters, Increment>({
      timers: world.env('b1').timers,
      makeState: () => new Counters(),
      onLoaded: (_state, partitionId) => void told.push(`loaded ${partitionId}`),
      notLeader: 'NOT_COORDINATOR',
      loading: 'COORDINATOR_LOAD_IN_PROGRESS',
    });
    const logs = [new ScriptedCoordinatorLog<Increment>(), new ScriptedCoordinatorLog<Increment>()];
    const increment = (partitionId: number) =>
      runtime.write(
        partitionId,
        (counters) => counters.increment('a'),
        (outcome) => told.push(`${partitionId} ${outcome.ok ? outcome.value : outcome.error}`),
      );
    increment(0);
    for (const [partitionId, log] of logs.entries()) runtime.load(partitionId, 1, log);
    increment(0);
    increment(1);
    logs[1]!.highWatermark = 1;
    runtime.onHighWatermark(1, 1);
    runtime.appendFailed(0, { leaderEpoch: 1, baseOffset: 0, error: 'KAFKA_STORAGE_ERROR' });
    runtime.unload(0, 2);
    increment(0);
    expect(runtime.read(1, (counters) => counters.committedCount('a'))).toEqual({ ok: true, value: 1 });
    expect(runtime.read(0, (counters) => counters.count('a')).ok).toBe(false);
    expect(told).toEqual([
      '0 NOT_COORDINATOR',
      'loaded 0',
      'loaded 1',
      '1 1',
      '0 KAFKA_STORAGE_ERROR',
      '0 NOT_COORDINATOR',
    ]);
    runtime.close();
    increment(1);
    expect(told.at(-1)).toBe('1 NOT_COORDINATOR');
  });
});
