/**
 * A coordinator of counters on two hosts of the simulated world, under every fault that affects a coordinator:
 * crashes, power losses, pauses, disks that hang, fail, fill up or write short, and leaderships that end and begin
 * again.
 *
 * The log is a file on the host's disk in front of a scripted quorum. A batch is written and synced first. Then it is
 * sent to the quorum, which refuses it if its epoch is over. A batch that had not arrived before an election is not
 * in the log.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Coordinator } from '../../broker/coordination/coordinator.js';
import type {
  CoordinatorBatch,
  CoordinatorLog,
  CoordinatorLogReader,
} from '../../broker/coordination/coordinator-log.js';
import type { Outcome } from '../../broker/coordination/deferred-answers.js';
import type { DiskError, Env } from '../../broker/env.js';
import { Counters, type Increment } from '../../broker/testing/counters.js';
import type { FaultHandle } from '../../harness/world/fault-handle.js';
import { World } from '../../harness/world/world.js';

const HOSTS = ['n1', 'n2'] as const;
const KEYS = ['a', 'b', 'c'] as const;
const BATCHES_PER_READ = 3;

/** The replicated log and its elections. A batch that arrives here under the present epoch is committed. */
class Quorum {
  readonly batches: CoordinatorBatch<Increment>[] = [];
  /** By offset: the counts that result from the records below it. */
  readonly countsAt: ReadonlyMap<string, number>[] = [new Map()];
  leaderEpoch = 0;

  get endOffset(): number {
    return this.countsAt.length - 1;
  }

  take(batch: CoordinatorBatch<Increment>): boolean {
    if (batch.leaderEpoch !== this.leaderEpoch || batch.baseOffset !== this.endOffset) return false;
    this.batches.push(batch);
    for (const { key } of batch.records) {
      const counts = new Map(this.countsAt.at(-1));
      this.countsAt.push(counts.set(key, (counts.get(key) ?? 0) + 1));
    }
    return true;
  }
}

/** The log as seen by one host's coordinator. */
class HostLog implements CoordinatorLog<Increment> {
  highWatermark: number;
  readonly #env: Env;
  readonly #quorum: Quorum;
  readonly #node: CounterNode;
  readonly #leaderEpoch: number;
  #endOffset: number;
  /** Waiting batches in the order of their offsets; the first one is being written. */
  #writing: CoordinatorBatch<Increment>[] = [];

  constructor(env: Env, quorum: Quorum, node: CounterNode, leaderEpoch: number) {
    this.#env = env;
    this.#quorum = quorum;
    this.#node = node;
    this.#leaderEpoch = leaderEpoch;
    this.highWatermark = quorum.endOffset;
    this.#endOffset = quorum.endOffset;
  }

  append(leaderEpoch: number, records: readonly Increment[]) {
    if (leaderEpoch !== this.#leaderEpoch) return 'NOT_COORDINATOR' as const;
    const batch = { baseOffset: this.#endOffset, leaderEpoch, records };
    this.#endOffset += records.length;
    this.#writing.push(batch);
    if (this.#writing.length === 1) this.#write();
    return batch.baseOffset;
  }

  load(reader: CoordinatorLogReader<Increment>): void {
    const batches = this.#quorum.batches.slice();
    const readFrom = (first: number): void => {
      for (const batch of batches.slice(first, first + BATCHES_PER_READ)) if (!reader.onBatch(batch)) return;
      const next = first + BATCHES_PER_READ;
      if (next >= batches.length) reader.onEnd(null);
      else this.#env.timers.schedule(500, () => readFrom(next));
    };
    this.#env.timers.schedule(500, () => readFrom(0));
  }

  /** One batch at a time. A short write counts as failed. */
  #write(): void {
    const batch = this.#writing[0];
    if (batch === undefined) return;
    const bytes = new Uint8Array(8 * batch.records.length + 8);
    this.#env.disk.append('log', bytes, (error, writtenBytes) => {
      if (error !== null || writtenBytes < bytes.length) this.#fail(batch);
      else this.#env.disk.sync('log', (syncError) => this.#onSynced(batch, syncError));
    });
  }

  #onSynced(batch: CoordinatorBatch<Increment>, error: DiskError | null): void {
    if (error !== null) {
      this.#fail(batch);
      return;
    }
    this.#writing.shift();
    this.#env.timers.schedule(300, () => this.#send(batch));
    this.#write();
  }

  #fail(batch: CoordinatorBatch<Increment>): void {
    this.#writing = [];
    this.#endOffset = batch.baseOffset;
    const { leaderEpoch, baseOffset } = batch;
    this.#node.count('append failed');
    this.#node.coordinator.appendFailed({ leaderEpoch, baseOffset, error: 'KAFKA_STORAGE_ERROR' });
  }

  #send(batch: CoordinatorBatch<Increment>): void {
    if (!this.#quorum.take(batch)) return;
    this.#env.timers.schedule(300, () => {
      this.highWatermark = batch.baseOffset + batch.records.length;
      this.#node.onCommitted(this.#leaderEpoch, this.highWatermark);
    });
  }
}

interface Answer {
  readonly operation: number;
  readonly key: string;
  readonly outcome: Outcome<number>;
  /** An operation that was answered within its call was in no log at that time. */
  readonly isAtOnce: boolean;
}

/** One start of the program: increments a counter every 2 ms and reads the committed counts. */
class CounterNode {
  readonly coordinator: Coordinator<Counters, Increment>;
  readonly #env: Env;
  readonly #run: Run;
  #leaderEpoch = -1;

  constructor(env: Env, run: Run) {
    this.#env = env;
    this.#run = run;
    this.coordinator = new Coordinator({
      timers: env.timers,
      makeState: () => new Counters(),
      onLoaded: () => {
        const epoch = this.#leaderEpoch;
        this.coordinator.timers.arm('epoch', 7_000, () => {
          this.count('timer');
          if (this.#leaderEpoch !== epoch || !this.coordinator.isActive)
            this.#run.problems.push('a timer outlived its epoch');
        });
      },
      notLeader: 'NOT_COORDINATOR',
      loading: 'COORDINATOR_LOAD_IN_PROGRESS',
    });
    this.#work();
  }

  /** Elections are learned late, and possibly out of order. */
  hearLater(leader: string, leaderEpoch: number, delayMicros: number): void {
    this.#env.timers.schedule(delayMicros, () => this.#hear(leader, leaderEpoch));
  }

  #hear(leader: string, leaderEpoch: number): void {
    if (leader !== this.#env.hostName) {
      this.coordinator.unload(leaderEpoch);
      return;
    }
    if (leaderEpoch > this.#leaderEpoch) this.#leaderEpoch = leaderEpoch;
    this.coordinator.load(leaderEpoch, new HostLog(this.#env, this.#run.quorum, this, leaderEpoch));
  }

  onCommitted(leaderEpoch: number, highWatermark: number): void {
    if (leaderEpoch === this.#leaderEpoch) this.coordinator.onHighWatermark(highWatermark);
  }

  count(what: string): void {
    this.#run.counts.set(what, (this.#run.counts.get(what) ?? 0) + 1);
  }

  #work(): void {
    this.#increment();
    this.#look();
    this.#env.timers.schedule(2_000, () => this.#work());
  }

  #increment(): void {
    const { answers } = this.#run;
    const operation = this.#run.nextOperation();
    const key = KEYS[operation % KEYS.length] ?? 'a';
    let isAtOnce = true;
    this.coordinator.write(
      (counters) => counters.increment(key, operation),
      (outcome) => {
        answers.push({ operation, key, outcome, isAtOnce });
        this.count(outcome.ok ? 'ok' : outcome.error);
      },
      { timeoutMicros: operation % 5 === 0 ? 20_000 : 0 },
    );
    isAtOnce = false;
  }

  /** A read returns the committed log up to the offset that it was given. */
  #look(): void {
    const { quorum, problems } = this.#run;
    this.coordinator.read((counters, committedOffset) => {
      for (const key of KEYS) {
        const expected = quorum.countsAt[committedOffset]?.get(key) ?? 0;
        const seen = counters.committedCount(key);
        if (seen !== expected)
          problems.push(`read ${key}=${seen} at ${committedOffset}, which holds ${expected}`);
      }
    });
  }
}

class Run {
  readonly quorum = new Quorum();
  readonly answers: Answer[] = [];
  readonly problems: string[] = [];
  readonly counts = new Map<string, number>();
  readonly world: World;
  readonly nodes = new Map<string, CounterNode>();
  #operations = 0;

  constructor(seed: string) {
    this.world = new World({ seed });
    for (const name of HOSTS) {
      this.world
        .addHost(name, { start: (env: Env) => void this.nodes.set(name, new CounterNode(env, this)) })
        .start();
    }
  }

  nextOperation(): number {
    return this.#operations++;
  }

  elect(leader: string, delays: readonly number[]): void {
    this.quorum.leaderEpoch += 1;
    const { leaderEpoch } = this.quorum;
    for (const [index, name] of HOSTS.entries()) {
      this.nodes.get(name)?.hearLater(leader, leaderEpoch, delays[index] ?? 0);
    }
  }

  /** Compares every answer with the log. */
  judge(): void {
    const operations = new Map<number, number>();
    const counts = new Map<string, number>();
    for (const { key, operation } of this.quorum.batches.flatMap((batch) => batch.records)) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (operations.has(operation)) this.problems.push(`operation ${operation} took place twice`);
      operations.set(operation, counts.get(key) ?? 0);
    }
    for (const { operation, key, outcome, isAtOnce } of this.answers) {
      const place = operations.get(operation);
      if (outcome.ok && outcome.value !== place)
        this.problems.push(
          `${key} of operation ${operation}: answered ${outcome.value}, the log says ${place}`,
        );
      const isDefinite = !outcome.ok && (isAtOnce || outcome.error === 'KAFKA_STORAGE_ERROR');
      if (isDefinite && place !== undefined)
        this.problems.push(`operation ${operation} failed and took place nevertheless`);
    }
    if (new Set(this.answers.map(({ operation }) => operation)).size !== this.answers.length)
      this.problems.push('an operation was answered twice');
  }
}

type Happening = (run: Run, host: string) => FaultHandle | undefined;

const happenings: Readonly<Record<string, Happening>> = {
  crash: ({ world }, host) => void world.host(host).crash(),
  powerLoss: ({ world }, host) => void world.host(host).powerLoss(),
  pause: ({ world }, host) => void world.host(host).pause(),
  resume: ({ world }, host) => void world.host(host).resume(),
  start: ({ world }, host) => void world.host(host).start(),
  hang: ({ world }, host) => world.host(host).disk.hang(),
  slow: ({ world }, host) => world.host(host).disk.slow(3_000),
  full: ({ world }, host) => world.host(host).disk.full(),
  failWrite: ({ world }, host) => world.host(host).disk.fail('write', 1),
  failSync: ({ world }, host) => world.host(host).disk.fail('sync', 1),
  shortWrite: ({ world }, host) => world.host(host).disk.shortWrite(),
};

const happening = fc.record({
  atMillis: fc.nat({ max: 900 }),
  forMillis: fc.integer({ min: 1, max: 200 }),
  what: fc.constantFrom(...Object.keys(happenings), 'elect', 'elect', 'elect'),
  host: fc.constantFrom(...HOSTS),
  hearMillis: fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 40 })),
});

const plans = fc.array(happening, { minLength: 1, maxLength: 20 });

function execute(plan: typeof plans extends fc.Arbitrary<infer T> ? T : never, seed: string): Run {
  const run = new Run(seed);
  const { simulation } = run.world;
  simulation.schedule(1_000, () => run.elect('n1', [0, 0]));
  for (const { atMillis, forMillis, what, host, hearMillis } of plan) {
    simulation.schedule(atMillis * 1_000, () => {
      if (what === 'elect')
        run.elect(
          host,
          hearMillis.map((millis) => millis * 1_000),
        );
      const handle = happenings[what]?.(run, host);
      if (handle !== undefined) simulation.schedule(forMillis * 1_000, () => handle.heal());
    });
  }
  simulation.runUntil(1_200_000);
  for (const host of run.world.hosts) host.resume();
  for (const host of run.world.hosts) host.start();
  simulation.runUntil(1_210_000);
  run.elect('n2', [0, 0]);
  simulation.runUntil(1_500_000);
  run.judge();
  return run;
}

describe('a coordinator under every fault', () => {
  const reached = new Map<string, number>();

  it('answers each committed operation with its offset, refuses no committed operation, and reads the committed state', () => {
    fc.assert(
      fc.property(plans, fc.string(), (plan, seed) => {
        const run = execute(plan, seed);
        for (const [what, count] of run.counts) reached.set(what, (reached.get(what) ?? 0) + count);
        expect(run.problems).toEqual([]);
        // Everything is healed, and n2 was elected, so the coordinator works.
        expect(run.nodes.get('n2')?.coordinator.isActive).toBe(true);
        expect(run.quorum.batches.at(-1)?.leaderEpoch).toBe(run.quorum.leaderEpoch);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('met each of the answers that a fault can bring', () => {
    const answers = [
      'ok',
      'KAFKA_STORAGE_ERROR',
      'NOT_COORDINATOR',
      'COORDINATOR_LOAD_IN_PROGRESS',
      'REQUEST_TIMED_OUT',
    ];
    for (const what of [...answers, 'append failed', 'timer'])
      expect(reached.get(what) ?? 0, what).toBeGreaterThan(0);
  });
});
