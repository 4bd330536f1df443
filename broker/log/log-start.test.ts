import { describe, expect, it } from 'vitest';
import { resolveTopicConfig } from '../config/definitions.js';
import {
  allRecords,
  append,
  batchOf,
  type OpenOptions,
  openLog,
  readBytes,
  settle,
} from '../testing/batches.js';
import { TestEnv } from '../testing/test-env.js';
import { runProcedure } from './disk-procedure.js';
import { LogStartCheckpoint } from './log-start-checkpoint.js';
import { readOffsets } from './offset-checkpoint.js';
import type { PartitionLog } from './partition-log.js';

const START = 1_700_000_000_000;
const PATH = 'data/log-start-offset-checkpoint';

/** The checkpoint on the disk of `env`, as a broker reads it at its start. */
function checkpointOf(env: TestEnv): LogStartCheckpoint {
  const offsets = env.disk.files.has(PATH)
    ? settle<Map<string, number>>(env, (done) =>
        runProcedure(env.disk, readOffsets(PATH), (_, read) => done(read ?? new Map())),
      )
    : new Map<string, number>();
  return new LogStartCheckpoint(env, 'data', offsets);
}

function open(env: TestEnv, options: OpenOptions = {}): PartitionLog {
  const checkpoint = checkpointOf(env);
  return openLog(env, {
    logStartCheckpoint: checkpoint.get('orders-0'),
    checkpointLogStart: (offset, done) => checkpoint.set('orders-0', offset, done),
    ...options,
  });
}

/** Offsets 0 to 5 in three segments of two batches of one record; one second of timestamps from batch to batch. */
function threeSegments(
  env: TestEnv,
  properties: Record<string, string>,
  options: OpenOptions = {},
): PartitionLog {
  const log = open(env, { properties: { 'segment.bytes': '1024', ...properties }, ...options });
  for (let offset = 0; offset < 6; offset++) {
    const values = [String(offset).repeat(400)];
    append(env, log, batchOf({ values, timestamp: START + offset * 1000 }), offset < 3 ? 1 : 4);
  }
  expect(log.segmentBaseOffsets).toEqual([0, 2, 4]);
  return log;
}

const retain = (env: TestEnv, log: PartitionLog, highWatermark = log.logEndOffset): string =>
  settle(env, (done) => log.deleteOldSegments(() => highWatermark, done));

const moveTo = (env: TestEnv, log: PartitionLog, offset: number, highWatermark = log.logEndOffset): string =>
  settle(env, (done) => log.moveLogStart(offset, 'records deletion', () => highWatermark, done));

const logFiles = (env: TestEnv): string[] =>
  [...env.disk.files.keys()]
    .filter((path) => path.includes('.log'))
    .map((path) => path.slice(-16))
    .sort();

describe('retention deletes the oldest segments', () => {
  it('by time, when the newest record of a segment is older than retention.ms', () => {
    const env = new TestEnv();
    const log = threeSegments(env, { 'retention.ms': '10000' });
    // The newest record of the first segment is 10 s old: not older than the limit.
    env.nowMicros = 11_000_000;
    retain(env, log);
    expect(log.logStartOffset).toBe(0);
    env.nowMicros = 11_001_000;
    retain(env, log);
    expect([log.logStartOffset, log.segmentBaseOffsets]).toEqual([2, [2, 4]]);
    expect(log.epochs.entries[0]).toEqual({ leaderEpoch: 1, startOffset: 2 });
    expect(readBytes(env, log, 1)).toBe('OFFSET_OUT_OF_RANGE');
  });

  it('by size, as long as the rest is at least retention.bytes', () => {
    const env = new TestEnv();
    const log = threeSegments(env, { 'retention.ms': '-1', 'retention.bytes': '940' });
    retain(env, log);
    expect([log.segmentBaseOffsets, log.sizeBytes]).toEqual([[4], 940]);
  });

  it('and the last one too, after an empty one was rolled', () => {
    const env = new TestEnv();
    const log = threeSegments(env, { 'retention.ms': '1000' });
    env.nowMicros = 60_000_000;
    retain(env, log);
    expect([log.logStartOffset, log.logEndOffset, log.segmentBaseOffsets]).toEqual([6, 6, [6]]);
    append(env, log, batchOf({ values: ['next'] }), 4);
    expect(allRecords(env, log)).toEqual(['6:next']);
    expect(allRecords(env, open(env))).toEqual(['6:next']);
  });

  it('never at or above the high watermark', () => {
    const env = new TestEnv();
    const log = threeSegments(env, { 'retention.ms': '1000' });
    env.nowMicros = 60_000_000;
    retain(env, log, 3);
    expect(log.segmentBaseOffsets).toEqual([2, 4]);
  });

  it('neither without a limit nor under cleanup.policy=compact', () => {
    for (const properties of [
      { 'retention.ms': '-1' },
      { 'cleanup.policy': 'compact', 'retention.ms': '1' },
    ]) {
      const env = new TestEnv();
      const log = threeSegments(env, {});
      log.configure(resolveTopicConfig(properties));
      env.nowMicros = 60_000_000;
      expect(log.mayHaveDeletable(env.clock.wallMillis(), 1000)).toBe(false);
      retain(env, log);
      expect(log.logStartOffset).toBe(0);
    }
  });

  it('by renaming their files, which are removed after file.delete.delay.ms or by the next start', () => {
    for (const restarts of [false, true]) {
      const env = new TestEnv();
      const log = threeSegments(env, { 'retention.ms': '10000', 'file.delete.delay.ms': '500' });
      env.nowMicros = 11_001_000;
      retain(env, log);
      expect(logFiles(env)).toEqual(['0000.log.deleted', '000000000002.log', '000000000004.log']);
      if (restarts) open(env);
      else env.advance(500_000);
      expect(logFiles(env)).toEqual(['000000000002.log', '000000000004.log']);
    }
  });
});

describe('producers of deleted segments', () => {
  /** Three segments as `threeSegments`, each of two batches of a producer of its own; the first two are deleted. */
  function afterDeletion(): { env: TestEnv; log: PartitionLog } {
    const env = new TestEnv();
    const log = open(env, { properties: { 'segment.bytes': '1024', 'retention.ms': '10000' } });
    for (let offset = 0; offset < 6; offset++) {
      const values = [String(offset).repeat(400)];
      const producerId = 7 + Math.floor(offset / 2);
      append(
        env,
        log,
        batchOf({ values, producerId, baseSequence: offset % 2, timestamp: START + offset * 1000 }),
      );
    }
    env.nowMicros = 13_001_000;
    retain(env, log);
    expect(log.segmentBaseOffsets).toEqual([4]);
    return { env, log };
  }

  const SNAPSHOT = 'data/orders-0/00000000000000000004.snapshot';
  const retry = batchOf({
    values: ['1'.repeat(400)],
    producerId: 7,
    baseSequence: 1,
    timestamp: START + 1000,
  });

  it('are remembered after a start, so that a retry is still a duplicate', () => {
    const { env } = afterDeletion();
    const again = open(env);
    expect([...again.producers].map(({ producerId }) => producerId)).toEqual([7, 8, 9]);
    expect(append(env, again, retry)).toMatchObject({ duplicate: true, baseOffset: 1, lastOffset: 1 });
  });

  it('are remembered after a truncation', () => {
    const { env, log } = afterDeletion();
    settle(env, (done) => log.truncateTo(5, 'diverging epoch', done));
    expect(append(env, log, retry)).toMatchObject({ duplicate: true, baseOffset: 1 });
  });

  it('go with a log that begins again elsewhere', () => {
    const { env, log } = afterDeletion();
    settle(env, (done) => log.truncateFullyAndStartAt(9, done));
    expect([log.producers.size, env.disk.files.has(SNAPSHOT)]).toEqual([0, false]);
  });

  it('are forgotten when their snapshot is damaged at any byte', () => {
    const { env } = afterDeletion();
    const whole = env.disk.content(SNAPSHOT).slice();
    for (let at = 0; at < whole.length; at++) {
      const bytes = whole.slice();
      bytes[at]! ^= 0x10;
      env.disk.files.set(SNAPSHOT, { bytes, durable: null });
      expect(
        [...open(env).producers].map(({ producerId }) => producerId),
        `byte ${at}`,
      ).toEqual([9]);
    }
  });
});

describe('DeleteRecords', () => {
  it('moves the log start offset at once, within a segment, and the segments below go at the next check', () => {
    const env = new TestEnv();
    const log = threeSegments(env, { 'retention.ms': '-1' });
    expect(moveTo(env, log, 3)).toBe('NONE');
    expect([log.logStartOffset, log.segmentBaseOffsets]).toEqual([3, [0, 2, 4]]);
    expect(readBytes(env, log, 2)).toBe('OFFSET_OUT_OF_RANGE');
    expect(log.mayHaveDeletable(env.clock.wallMillis(), 1000)).toBe(true);
    retain(env, log);
    expect([log.logStartOffset, log.segmentBaseOffsets]).toEqual([3, [2, 4]]);
  });

  it('is refused above the high watermark, and does nothing below the log start offset', () => {
    const env = new TestEnv();
    const log = threeSegments(env, {});
    expect(moveTo(env, log, 5, 4)).toBe('OFFSET_OUT_OF_RANGE');
    expect(moveTo(env, log, 4, 4)).toBe('NONE');
    expect(moveTo(env, log, 1, 4)).toBe('NONE');
    expect(log.logStartOffset).toBe(4);
  });

  it('hides deleted records from a search by time', () => {
    const env = new TestEnv();
    const log = threeSegments(env, {});
    moveTo(env, log, 3);
    const found = settle<unknown>(env, (done) => log.offsetForTimestamp(START, 6, (_, at) => done(at)));
    expect(found).toMatchObject({ offset: 3 });
  });
});

describe('the log start offset after a start', () => {
  it('is that of the checkpoint, which has an entry only for a start within the first segment', () => {
    const env = new TestEnv();
    const log = threeSegments(env, {});
    const checkpoint = checkpointOf(env);
    moveTo(env, log, 3);
    settle(env, (done) => checkpoint.update([log], done));
    expect(new TextDecoder().decode(env.disk.content(PATH))).toBe('0\n1\norders 0 3\n');
    env.disk.crash();
    const again = open(env);
    expect([again.logStartOffset, again.epochs.entries[0]]).toEqual([3, { leaderEpoch: 4, startOffset: 3 }]);
    moveTo(env, again, 4);
    retain(env, again);
    settle(env, (done) => checkpointOf(env).update([again], done));
    expect(new TextDecoder().decode(env.disk.content(PATH))).toBe('0\n0\n');
  });

  /** The log after a power loss at each step of a deletion of two segments: where it begins, and the offsets it holds. */
  function interrupted(options: OpenOptions): readonly (readonly [number, readonly number[]])[] {
    const properties = { 'retention.ms': '10000' };
    return Array.from({ length: 60 }, (_, steps) => {
      const env = new TestEnv();
      const log = threeSegments(env, properties, options);
      settle(env, (done) => log.flush(done));
      env.nowMicros = 13_001_000;
      log.deleteOldSegments(
        () => 6,
        () => {},
      );
      for (let step = 0; step < steps; step++) env.disk.step();
      env.disk.powerLoss();
      const again = open(env, { properties, recoveryPoint: 6, ...options });
      return [again.logStartOffset, allRecords(env, again).map((record) => Number(record[0]))] as const;
    });
  }

  it('never has a hole behind it, whenever a power loss interrupts a deletion', () => {
    const starts = new Set<number>();
    for (const [start, offsets] of interrupted({})) {
      starts.add(start);
      expect(offsets).toEqual([0, 1, 2, 3, 4, 5].slice(start));
    }
    expect([...starts]).toEqual([0, 4]);
  });

  it('is in the checkpoint before the first file is renamed', () => {
    const env = new TestEnv();
    const log = threeSegments(env, { 'retention.ms': '10000' });
    env.nowMicros = 13_001_000;
    log.deleteOldSegments(
      () => 6,
      () => {},
    );
    while (!logFiles(env).some((path) => path.endsWith('.deleted'))) env.disk.step();
    expect(new TextDecoder().decode(env.disk.content(PATH))).toBe('0\n1\norders 0 4\n');
  });

  it('is never below the first epoch in leader-epoch-checkpoint', () => {
    const env = new TestEnv();
    const log = threeSegments(env, {});
    moveTo(env, log, 4);
    append(env, log, batchOf({ values: ['next'] }), 5);
    const again = open(env);
    expect(again.logStartOffset).toBe(4);
    expect(again.epochs.entries).toEqual([
      { leaderEpoch: 4, startOffset: 4 },
      { leaderEpoch: 5, startOffset: 6 },
    ]);
  });

  it('empties a log that ends below it', () => {
    const env = new TestEnv();
    threeSegments(env, {});
    settle(env, (done) => checkpointOf(env).set('orders-0', 9, () => done(null)));
    const log = open(env);
    expect([log.logStartOffset, log.logEndOffset, log.epochs.entries]).toEqual([9, 9, []]);
    append(env, log, batchOf({ values: ['next'] }), 7);
    expect(allRecords(env, open(env))).toEqual(['9:next']);
  });

  it('is lowered on disk before a log begins again at a lower offset', () => {
    const env = new TestEnv();
    const log = threeSegments(env, {});
    moveTo(env, log, 5);
    settle(env, (done) => checkpointOf(env).update([log], done));
    const checkpoint = checkpointOf(env);
    const again = openLog(env, {
      logStartCheckpoint: 5,
      checkpointLogStart: (offset, done) => checkpoint.set('orders-0', offset, done),
    });
    settle(env, (done) => again.truncateTo(2, 'the leader ends there', done));
    append(env, again, batchOf({ values: ['other'] }), 9);
    expect(allRecords(env, open(env))).toEqual(['2:other']);
  });
});
