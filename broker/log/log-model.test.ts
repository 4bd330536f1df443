import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allRecords, append, batchOf, openLog, settle } from '../testing/batches.js';
import { TestEnv } from '../testing/test-env.js';

/**
 * The log compared with a plain array: random appends, truncations, elections, flushes, crashes, power losses and
 * clean restarts over small segments. After each step both hold the same records, and the log's producer state and
 * epochs are those that the array implies.
 */
type Step =
  | { readonly kind: 'append'; readonly records: number; readonly producer: number | null }
  | { readonly kind: 'burst'; readonly count: number }
  | { readonly kind: 'truncate'; readonly back: number }
  | { readonly kind: 'elect' }
  | { readonly kind: 'flush' }
  | { readonly kind: 'crash' }
  | { readonly kind: 'tear'; readonly bytes: number }
  | { readonly kind: 'power' }
  | { readonly kind: 'restart' };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('append' as const),
        records: fc.integer({ min: 1, max: 4 }),
        producer: fc.option(fc.integer({ min: 1, max: 2 })),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('burst' as const), count: fc.integer({ min: 2, max: 12 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('truncate' as const), back: fc.nat({ max: 20 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('elect', 'flush', 'crash', 'power', 'restart') }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('tear' as const), bytes: fc.integer({ min: 1, max: 90 }) }),
    },
  ),
  { minLength: 1, maxLength: 40 },
);

interface ModelBatch {
  readonly baseOffset: number;
  readonly values: readonly string[];
  readonly epoch: number;
  readonly producer: number | null;
  readonly baseSequence: number;
}

class Pair {
  readonly #properties: Record<string, string>;
  readonly env = new TestEnv();
  log: ReturnType<typeof openLog>;
  model: ModelBatch[] = [];
  epoch = 0;
  #next = 0;

  constructor(properties: Record<string, string>) {
    this.#properties = properties;
    this.log = this.#open(false);
  }

  get end(): number {
    const last = this.model.at(-1);
    return last === undefined ? 0 : last.baseOffset + last.values.length;
  }

  #open(cleanShutdown: boolean): ReturnType<typeof openLog> {
    return openLog(this.env, { properties: this.#properties, cleanShutdown, tailCacheBytes: 2000 });
  }

  #batch(records: number, producer: number | null): ModelBatch {
    const values = Array.from({ length: records }, () => `v${this.#next++}`);
    const last = this.model.findLast((batch) => producer !== null && batch.producer === producer);
    const baseSequence = last === undefined ? 0 : last.baseSequence + last.values.length;
    return { baseOffset: this.end, values, epoch: this.epoch, producer, baseSequence };
  }

  apply(step: Step): void {
    switch (step.kind) {
      case 'append': {
        const batch = this.#batch(step.records, step.producer);
        const ids =
          batch.producer === null ? {} : { producerId: batch.producer, baseSequence: batch.baseSequence };
        const result = append(this.env, this.log, batchOf({ values: batch.values, ...ids }), this.epoch);
        expect(result).toMatchObject({ errorCode: 'NONE', baseOffset: batch.baseOffset, duplicate: false });
        this.model.push(batch);
        return;
      }
      case 'burst':
        for (let index = 0; index < step.count; index++) {
          const batch = this.#batch(1, null);
          this.log.appendAsLeader(batchOf({ values: batch.values }), this.epoch, () => {});
          this.model.push(batch);
        }
        this.env.disk.run();
        return;
      case 'truncate': {
        const target = Math.max(0, this.end - step.back);
        settle(this.env, (done) => this.log.truncateTo(target, 'test', done));
        this.model = this.model.filter((batch) => batch.baseOffset + batch.values.length <= target);
        return;
      }
      case 'elect':
        this.epoch++;
        settle(this.env, (done) => this.log.startLeaderEpoch(this.epoch, done));
        return;
      case 'flush':
        settle(this.env, (done) => this.log.flush(done));
        return;
      case 'crash':
        this.env.disk.crash();
        this.log = this.#open(false);
        return;
      case 'tear':
        this.#tear(step.bytes);
        return;
      case 'power':
        this.#losePower();
        return;
      case 'restart':
        settle(this.env, (done) => this.log.close(done));
        this.log = this.#open(true);
        return;
      default:
        step satisfies never;
    }
  }

  /** A crash that left the last write torn. */
  #tear(bytes: number): void {
    const last = this.model.at(-1);
    if (last === undefined) return;
    const base = this.log.segmentBaseOffsets.findLast((offset) => offset <= last.baseOffset) ?? 0;
    const file = this.env.disk.files.get(`data/orders-0/${String(base).padStart(20, '0')}.log`)!;
    const size = batchOf({ values: last.values }).length;
    file.bytes = file.bytes.slice(0, file.bytes.length - Math.min(bytes, size));
    this.model.pop();
    this.env.disk.crash();
    this.log = this.#open(false);
  }

  /** Flushed records must be there. Of the others, any prefix may be. */
  #losePower(): void {
    const durable = this.log.recoveryPoint;
    this.env.disk.powerLoss();
    this.log = this.#open(false);
    const end = this.log.logEndOffset;
    expect(end).toBeGreaterThanOrEqual(durable);
    this.model = this.model.filter((batch) => batch.baseOffset + batch.values.length <= end);
  }

  check(): void {
    const records = this.model.flatMap((batch) =>
      batch.values.map((value, at) => `${batch.baseOffset + at}:${value}`),
    );
    expect(this.log.logEndOffset).toBe(this.end);
    expect(allRecords(this.env, this.log, 500)).toEqual(records);
    for (const producer of [1, 2]) {
      const batches = this.model.filter((batch) => batch.producer === producer).slice(-5);
      const known = this.log.producers
        .get(producer)
        ?.batches.map((batch) => [batch.baseSequence, batch.baseOffset]);
      expect(known ?? []).toEqual(batches.map((batch) => [batch.baseSequence, batch.baseOffset]));
    }
    const epochs = this.model.filter((batch, at) => batch.epoch !== this.model[at - 1]?.epoch);
    const entries = this.log.epochs.entries.filter((entry) => entry.startOffset < this.end);
    expect(entries).toEqual(
      epochs.map((batch) => ({ leaderEpoch: batch.epoch, startOffset: batch.baseOffset })),
    );
    expect(this.env.halts).toEqual([]);
  }
}

describe('the log', () => {
  it.each([
    ['one segment', {}],
    ['small segments', { 'segment.bytes': '1024', 'index.interval.bytes': '200' }],
    ['small segments, flushed at each append', { 'segment.bytes': '1024', 'flush.messages': '1' }],
  ])('holds what a plain array holds, in %s', (_, properties) => {
    fc.assert(
      fc.property(steps, (plan) => {
        const pair = new Pair(properties);
        for (const step of plan) {
          pair.apply(step);
          pair.check();
        }
      }),
      { numRuns: 150 },
    );
  });
});
