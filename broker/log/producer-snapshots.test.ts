import { describe, expect, it } from 'vitest';
import { resolveTopicConfig } from '../config/definitions.js';
import { buildBatch } from '../protocol/record-batch.js';
import { logRules } from '../rules/log/index.js';
import { append, batchOf, type OpenOptions, openLog, settle } from '../testing/batches.js';
import { TestEnv } from '../testing/test-env.js';
import { runProcedure } from './disk-procedure.js';
import type { PartitionLog } from './partition-log.js';
import { encodeProducers, readProducerSnapshot } from './producer-snapshot.js';
import { ProducerStateTable } from './producer-state-table.js';

const START = 1_700_000_000_000;
const LAST_LOG = 'data/orders-0/00000000000000000002.log';

const pathOf = (offset: number): string => `data/orders-0/${String(offset).padStart(20, '0')}.snapshot`;

/** The offsets of the snapshots on the disk. */
const snapshots = (env: TestEnv): number[] =>
  [...env.disk.files.keys()]
    .filter((path) => path.endsWith('.snapshot'))
    .map((path) => Number(path.slice(-29, -9)))
    .sort((a, b) => a - b);

const open = (env: TestEnv, options: OpenOptions = {}): PartitionLog =>
  openLog(env, { properties: { 'segment.bytes': '1024', 'retention.ms': '10000' }, ...options });

/** Offsets 0 to 5 in three segments of two batches; producer 7 writes 0 and 1, producer 8 writes 2 and 3, producer 9 the rest. */
function threeSegments(env: TestEnv): PartitionLog {
  const log = open(env);
  for (let offset = 0; offset < 6; offset++) {
    const producer = { producerId: 7 + Math.floor(offset / 2), baseSequence: offset % 2 };
    const values = [String(offset).repeat(400)];
    append(env, log, batchOf({ values, ...producer, timestamp: START + offset * 1000 }));
  }
  expect(log.segmentBaseOffsets).toEqual([0, 2, 4]);
  return log;
}

/** Each producer and its last offset. */
const lastOffsets = (producers: ProducerStateTable): [number, number][] =>
  [...producers].map(({ producerId, batches }) => [producerId, batches[batches.length - 1]!.lastOffset]);

function inSnapshot(env: TestEnv, offset: number): [number, number][] {
  const producers = new ProducerStateTable(logRules);
  const read = readProducerSnapshot(pathOf(offset), producers);
  expect(settle<boolean>(env, (done) => runProcedure(env.disk, read, (_, is) => done(is ?? false)))).toBe(
    true,
  );
  return lastOffsets(producers);
}

describe('a snapshot of the producers', () => {
  it('is written at every roll and has what was known before its offset', () => {
    const env = new TestEnv();
    threeSegments(env);
    expect(snapshots(env)).toEqual([2, 4]);
    expect(inSnapshot(env, 2)).toEqual([[7, 1]]);
    expect(inSnapshot(env, 4)).toEqual([
      [7, 1],
      [8, 3],
    ]);
  });

  it('is on disk as soon as the records before its offset are', () => {
    const env = new TestEnv();
    const log = threeSegments(env);
    expect(log.recoveryPoint).toBe(4);
    env.disk.powerLoss();
    expect(inSnapshot(env, 4)).toEqual([
      [7, 1],
      [8, 3],
    ]);
  });

  it('goes with its segment, by retention and by a truncation', () => {
    const env = new TestEnv();
    const log = threeSegments(env);
    env.nowMicros = 12_001_000;
    settle(env, (done) => log.deleteOldSegments(() => 6, done));
    expect([log.segmentBaseOffsets, snapshots(env)]).toEqual([
      [2, 4],
      [2, 4],
    ]);
    settle(env, (done) => log.truncateTo(3, 'diverging epoch', done));
    expect([log.segmentBaseOffsets, snapshots(env)]).toEqual([[2], [2]]);
    expect(lastOffsets(log.producers)).toEqual([
      [7, 1],
      [8, 2],
    ]);
    settle(env, (done) => log.truncateFullyAndStartAt(9, done));
    expect(snapshots(env)).toEqual([]);
  });

  it('adds what compaction has removed, after a start and after a truncation', () => {
    const env = new TestEnv();
    const properties = {
      'cleanup.policy': 'compact',
      'segment.bytes': '1024',
      'min.cleanable.dirty.ratio': '0',
    };
    const rules = { retainsEmptyBatch: () => false };
    const log = openLog(env, { properties, rules });
    const records = [{ key: new Uint8Array([1]), value: new Uint8Array(400) }];
    const shape = { baseOffset: 0, leaderEpoch: -1, producerEpoch: 0, timestamp: START, records };
    for (const producerId of [7, 8])
      for (const baseSequence of [0, 1]) append(env, log, buildBatch({ ...shape, producerId, baseSequence }));
    append(env, log, buildBatch({ ...shape, producerId: -1, producerEpoch: -1, baseSequence: -1 }));
    expect(snapshots(env)).toEqual([2, 4]);
    // Both segments fit into one copy.
    log.configure(resolveTopicConfig({ ...properties, 'segment.bytes': '4096' }));
    const cleanable = log.compaction.findCleanable(4, env.clock.wallMillis())!;
    expect(settle<boolean>(env, (done) => log.compaction.clean(cleanable, 10, done))).toBe(true);
    expect(snapshots(env)).toEqual([4]);
    const known = [
      [8, 3],
      [7, 1],
    ];
    const again = openLog(env, { properties, rules });
    expect(lastOffsets(again.producers)).toEqual(known);
    settle(env, (done) => again.truncateTo(4, 'diverging epoch', done));
    expect(lastOffsets(again.producers)).toEqual(known);
  });
});

describe('a start', () => {
  it('gives up a snapshot above the end that recovery finds, and goes back to an earlier one', () => {
    const env = new TestEnv();
    const log = threeSegments(env);
    env.nowMicros = 12_001_000;
    settle(env, (done) => log.deleteOldSegments(() => 6, done));
    const whole = env.disk.content(LAST_LOG);
    env.disk.files.set(LAST_LOG, { bytes: whole.slice(0, whole.length - 1), durable: null });
    const again = open(env, { logStartCheckpoint: 2 });
    expect([again.logEndOffset, snapshots(env)]).toEqual([3, [2]]);
    expect(lastOffsets(again.producers)).toEqual([
      [7, 1],
      [8, 2],
    ]);
  });

  it('deletes a damaged snapshot and goes back to an earlier one', () => {
    const env = new TestEnv();
    const log = threeSegments(env);
    env.nowMicros = 12_001_000;
    settle(env, (done) => log.deleteOldSegments(() => 6, done));
    const bytes = env.disk.content(pathOf(4)).slice();
    bytes[20]! ^= 1;
    env.disk.files.set(pathOf(4), { bytes, durable: null });
    const again = open(env, { logStartCheckpoint: 2 });
    expect(snapshots(env)).toEqual([2]);
    expect(lastOffsets(again.producers)).toEqual([
      [7, 1],
      [8, 3],
      [9, 5],
    ]);
  });

  it('deletes a snapshot without a segment, but not that of a clean stop of Kafka', () => {
    const env = new TestEnv();
    threeSegments(env);
    const producers = new ProducerStateTable(logRules);
    const last = { baseSequence: 3, lastSequence: 3, baseOffset: 1, lastOffset: 1, timestamp: START };
    producers.restore(99, 0, last);
    for (const offset of [3, 6, 8])
      env.disk.files.set(pathOf(offset), { bytes: encodeProducers(producers), durable: null });
    const again = open(env);
    expect(snapshots(env)).toEqual([2, 4, 6]);
    expect(again.producers.get(99)).toMatchObject({ batches: [{ lastSequence: 3 }] });
  });
});
