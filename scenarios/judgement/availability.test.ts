import { describe, expect, it } from 'vitest';
import { UNLIMITED_BUDGET } from '../../harness/faults/budget.js';
import { HistoryTape } from '../../harness/history/history-tape.js';
import { executeRun } from '../../harness/runner/execute-run.js';
import { cluster } from '../cluster/cluster-spec.js';
import type { HostChronicle } from '../cluster/host-chronicle.js';
import { scenario } from '../experiment/scenario.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';
import { ProcessedRecords } from '../workloads/processed-records.js';
import { produceAndConsume } from '../workloads/produce-and-consume/produce-and-consume.js';
import { measureAvailability } from './availability.js';

/** A tape with one producer process per send, and one reader, for one key. */
class Tape {
  readonly tape = new HistoryTape();
  readonly #key = this.tape.key('orders-0');
  readonly #reader = this.tape.process('r1#1');
  #senders = 0;

  send(from: number, to: number, type: 'ok' | 'fail' | 'info', offset: number): this {
    this.#events.push({
      at: from,
      act: (sends) => {
        const process = this.tape.process(`p1#1/${this.#senders++}`);
        sends.set(from, this.tape.invokeSend(from, process));
        this.tape.record(this.#key, offset + 1, -1);
      },
    });
    this.#events.push({
      at: to,
      act: (sends) => {
        this.tape.completeSend(sends.get(from)!, to, type);
        this.tape.record(this.#key, offset + 1, offset);
      },
    });
    return this;
  }

  read(at: number, offset: number): this {
    this.#events.push({
      at,
      act: () => {
        const poll = this.tape.invokePoll(at, this.#reader);
        this.tape.completePoll(poll, at);
        this.tape.record(this.#key, offset + 1, offset);
      },
    });
    return this;
  }

  /** `[writes, reads]`: how long and until when. */
  longest(endMicros: number, committedEnd = 100) {
    const sends = new Map<number, number>();
    for (const { act } of this.#events.sort((a, b) => a.at - b.at)) act(sends);
    const model = { committedEnd, elections: [], isrShrinks: [] };
    const checker = { partitions: new Map([['orders-0', model]]) } as unknown as ReplicaChecker;
    const chronicle = { lastOf: () => null } as unknown as HostChronicle;
    const [account] = measureAvailability({
      history: this.tape,
      checker,
      chronicle,
      processed: new ProcessedRecords(),
      endMicros,
    });
    return [account?.writes, account?.reads].map((each) =>
      each === null || each === undefined ? null : [each.longestMicros, each.endedAtMicros],
    );
  }

  readonly #events: { at: number; act: (sends: Map<number, number>) => void }[] = [];
}

describe('a standstill of writes', () => {
  it('lasts from the first send that waits to the next acknowledgement', () => {
    expect(
      new Tape().send(10, 12, 'ok', 0).send(20, 90, 'ok', 1).send(30, 95, 'ok', 2).longest(100)[0],
    ).toEqual([70, 90]);
  });

  it('goes on through failed sends and those of unknown outcome', () => {
    const tape = new Tape().send(10, 20, 'fail', 0).send(30, 40, 'info', 0).send(60, 61, 'ok', 0);
    expect(tape.longest(100)[0]).toEqual([51, 61]);
  });

  it('does not count time in which nobody sends', () => {
    expect(new Tape().send(10, 11, 'ok', 0).send(900, 902, 'ok', 1).longest(1_000)[0]).toEqual([2, 902]);
  });

  it('goes on to the end when no send is acknowledged any more', () => {
    expect(new Tape().send(10, 11, 'ok', 0).send(20, 60, 'info', 1).longest(100)[0]).toEqual([80, 100]);
  });
});

describe('a standstill of reads', () => {
  it('lasts from an acknowledgement to the next record that a reader gets', () => {
    const tape = new Tape()
      .send(1, 2, 'ok', 0)
      .read(5, 0)
      .send(10, 12, 'ok', 1)
      .send(20, 22, 'ok', 2)
      .read(80, 1)
      .read(90, 2);
    expect(tape.longest(100)[1]).toEqual([68, 80]);
  });

  it('goes on to the end for a record that is still in the log, and not for one that is gone', () => {
    const tape = (): Tape => new Tape().send(1, 2, 'ok', 0).read(5, 0).send(10, 12, 'ok', 1);
    expect(tape().longest(100)[1]).toEqual([88, 100]);
    expect(tape().longest(100, 1)[1]).toEqual([3, 5]);
  });
});

it('a crash of the leader stops writes and reads until the election, at the session timeout', () => {
  const subject = scenario('leader-goes', {
    promise: 'the leader is replaced',
    cluster: cluster({ brokers: 3, pace: 'kafka', topics: { orders: { partitions: 1 } } }),
    workload: produceAndConsume({ producers: 1, consumers: 1, recordsPerSecond: 20, pace: 'kafka' }),
    plan: {
      version: 1,
      faults: [
        { kind: 'crash', atMicros: 10_000_000, target: 'leader of orders-0', durationMicros: 30_000_000 },
      ],
    },
    budget: UNLIMITED_BUDGET,
    durationSeconds: 45,
    livenessSeconds: 180,
  });
  const [orders] = executeRun(subject, { seed: '1' }).availability;
  // broker.session.timeout.ms is 9 s, and a heartbeat is sent every 2 s.
  expect(orders?.writes?.longestMicros).toBeGreaterThan(6_900_000);
  expect(orders?.writes?.longestMicros).toBeLessThan(10_500_000);
  expect(orders?.writes?.endedBy).toMatch(/^the election of b[123] \(leader epoch 1\)$/);
  expect(orders?.reads?.longestMicros).toBeLessThan(10_500_000);
  const quiet = scenario('nobody-goes', { ...subject.spec, plan: { version: 1, faults: [] } });
  expect(executeRun(quiet, { seed: '1' }).availability[0]?.writes?.longestMicros).toBeLessThan(500_000);
});
