import { describe, expect, it } from 'vitest';
import * as batch from '../protocol/record-batch.js';
import { allRecords, append, batchOf, openLog, readBytes, recordsIn, settle } from '../testing/batches.js';
import { observing } from '../testing/silent-observer.js';
import { TestEnv } from '../testing/test-env.js';
import type { AppendResult } from './append-result.js';

const follow = (env: TestEnv, log: ReturnType<typeof openLog>, records: Uint8Array): AppendResult =>
  settle(env, (done) => log.appendAsFollower(records, done));

describe('a leader append', () => {
  it('gives consecutive offsets and the epoch, and leaves the bytes of the sender alone', () => {
    const env = new TestEnv();
    const log = openLog(env);
    const sent = batchOf({ values: ['a', 'b'] });
    const before = sent.slice();
    expect(append(env, log, sent, 3)).toEqual({
      errorCode: 'NONE',
      baseOffset: 0,
      lastOffset: 1,
      logAppendTimeMs: -1,
      duplicate: false,
    });
    expect(append(env, log, sent, 3)).toMatchObject({ baseOffset: 2, lastOffset: 3 });
    expect(sent).toEqual(before);
    expect(allRecords(env, log)).toEqual(['0:a', '1:b', '2:a', '3:b']);
    expect(batch.partitionLeaderEpoch(readBytes(env, log, 2) as Uint8Array, 0)).toBe(3);
    expect(log.epochs.entries).toEqual([{ leaderEpoch: 3, startOffset: 0 }]);
  });

  it('moves the log end when the write completed, not before', () => {
    const env = new TestEnv();
    const log = openLog(env);
    append(env, log, batchOf());
    log.appendAsLeader(batchOf(), 0, () => {});
    expect([log.logEndOffset, log.readCached(1, 1000, 9, true)]).toEqual([1, null]);
    env.disk.run();
    expect(log.logEndOffset).toBe(2);
  });

  it('answers several concurrent appends in order', () => {
    const env = new TestEnv();
    const log = openLog(env);
    const answers: number[] = [];
    for (let index = 0; index < 50; index++) {
      log.appendAsLeader(batchOf({ values: [`${index}`] }), 0, (result) =>
        answers.push(result.errorCode === 'NONE' ? result.baseOffset : -1),
      );
    }
    env.disk.run();
    expect(answers).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(allRecords(env, log)).toEqual(answers.map((offset) => `${offset}:${offset}`));
  });

  it('refuses a damaged, too large or inconsistent batch, and writes nothing of it', () => {
    const env = new TestEnv();
    const log = openLog(env, { properties: { 'max.message.bytes': '100' } });
    const flipped = batchOf();
    flipped[65]! ^= 1;
    const twice = new Uint8Array([...batchOf(), ...batchOf()]);
    const large = batchOf({ values: ['x'.repeat(100)] });
    const ageless = batchOf({ timestamp: 2 ** 53 });
    const answers = [flipped, batchOf().slice(0, 60), new Uint8Array(0), twice, ageless, large].map(
      (records) => append(env, log, records).errorCode,
    );
    expect(answers).toEqual([
      'CORRUPT_MESSAGE',
      'INVALID_RECORD',
      'INVALID_RECORD',
      'INVALID_RECORD',
      'INVALID_RECORD',
      'MESSAGE_TOO_LARGE',
    ]);
    expect(log.logEndOffset).toBe(0);
    const small = openLog(new TestEnv(), { properties: { 'segment.bytes': '1024' } });
    expect(append(env, small, batchOf({ values: ['x'.repeat(1000)] })).errorCode).toBe(
      'RECORD_LIST_TOO_LARGE',
    );
  });

  it('is refused when a newer epoch began while it waited', () => {
    const env = new TestEnv();
    const log = openLog(env);
    const answers: string[] = [];
    const note = (result: AppendResult): unknown => answers.push(result.errorCode);
    log.appendAsLeader(batchOf({ values: ['in flight'] }), 4, note);
    log.appendAsLeader(batchOf({ values: ['waiting'] }), 4, note);
    log.fenceAppendsBelow(5);
    env.disk.run();
    expect(answers).toEqual(['NONE', 'NOT_LEADER_OR_FOLLOWER']);
    expect(allRecords(env, log)).toEqual(['0:in flight']);
  });
});

describe('an idempotent producer', () => {
  const send = (env: TestEnv, log: ReturnType<typeof openLog>, baseSequence: number): AppendResult =>
    append(env, log, batchOf({ producerId: 9, baseSequence, values: [`s${baseSequence}`] }));

  it('is given the original offsets for each of its last five batches', () => {
    const env = new TestEnv();
    const log = openLog(env);
    for (let sequence = 0; sequence < 7; sequence++) send(env, log, sequence);
    for (const sequence of [2, 3, 4, 5, 6]) {
      const duplicate = { errorCode: 'NONE', baseOffset: sequence, lastOffset: sequence, duplicate: true };
      expect(send(env, log, sequence)).toMatchObject(duplicate);
    }
    expect(send(env, log, 1).errorCode).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(send(env, log, 8).errorCode).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(log.logEndOffset).toBe(7);
  });

  it('is remembered over a crash, and on a follower that becomes leader', () => {
    const env = new TestEnv();
    const log = openLog(env);
    for (let sequence = 0; sequence < 7; sequence++) send(env, log, sequence);
    const follower = new TestEnv();
    const copy = openLog(follower);
    follow(follower, copy, (readBytes(env, log, 0) as Uint8Array).slice());
    env.disk.crash();
    const again = openLog(env);
    for (const [where, replica] of [
      [env, again],
      [follower, copy],
    ] as const) {
      expect(send(where, replica, 2)).toMatchObject({ baseOffset: 2, duplicate: true });
      expect(send(where, replica, 1).errorCode).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
      expect(send(where, replica, 7)).toMatchObject({ baseOffset: 7, duplicate: false });
    }
  });

  it('may send a batch again that a truncation removed', () => {
    const env = new TestEnv();
    const log = openLog(env);
    for (let sequence = 0; sequence < 7; sequence++) send(env, log, sequence);
    settle(env, (done) => log.truncateTo(5, 'test', done));
    expect(send(env, log, 4)).toMatchObject({ baseOffset: 4, duplicate: true });
    expect(send(env, log, 0)).toMatchObject({ baseOffset: 0, duplicate: true });
    expect(send(env, log, 5)).toMatchObject({ baseOffset: 5, duplicate: false });
  });

  it('is forgotten when idle for long', () => {
    const env = new TestEnv();
    const log = openLog(env);
    append(env, log, batchOf({ producerId: 9, timestamp: 1000 }));
    log.producers.removeExpired(1499, 500);
    expect(log.producers.size).toBe(1);
    log.producers.removeExpired(1500, 500);
    expect(log.producers.size).toBe(0);
  });

  it('is forgotten producer by producer, each in its own time', () => {
    const env = new TestEnv();
    const log = openLog(env);
    const left = (nowMillis: number): readonly number[] => {
      log.producers.removeExpired(nowMillis, 500);
      return [...log.producers].map(({ producerId }) => producerId);
    };
    append(env, log, batchOf({ producerId: 7, timestamp: 2000 }));
    append(env, log, batchOf({ producerId: 8, timestamp: 1000 }));
    append(env, log, batchOf({ producerId: 9, timestamp: 3000 }));
    expect(left(1499)).toEqual([7, 8, 9]);
    expect(left(1500)).toEqual([7, 9]);
    append(env, log, batchOf({ producerId: 7, baseSequence: 1, timestamp: 2500 }));
    expect(left(2999)).toEqual([7, 9]);
    expect(left(3000)).toEqual([9]);
    expect(left(3500)).toEqual([]);
  });

  it('is duplicated when only one batch is remembered, and stalls a follower that validates', () => {
    const env = new TestEnv();
    const one = openLog(env, {
      rules: { producerBatchesKept: () => 1, checkSequence: () => ({ kind: 'accept' }) },
    });
    send(env, one, 0);
    expect(send(env, one, 0)).toMatchObject({ baseOffset: 1, duplicate: false });
    const other = new TestEnv();
    const strict = openLog(other, { rules: { validatesSequence: () => true } });
    follow(other, strict, batchOf({ producerId: 9, baseSequence: 3, baseOffset: 0, leaderEpoch: 0 }));
    const gap = batchOf({ producerId: 9, baseSequence: 8, baseOffset: 1, leaderEpoch: 0 });
    expect(follow(other, strict, gap).errorCode).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(follow(other, openLog(new TestEnv()), gap).errorCode).toBe('UNKNOWN_SERVER_ERROR');
  });
});

describe('a follower append', () => {
  it('keeps offsets and epochs of all its batches', () => {
    const env = new TestEnv();
    const log = openLog(env);
    const fetched = new Uint8Array([
      ...batchOf({ baseOffset: 0, leaderEpoch: 1, values: ['a', 'b'] }),
      ...batchOf({ baseOffset: 2, leaderEpoch: 4 }),
      ...batchOf({ baseOffset: 3, leaderEpoch: 4 }).slice(0, 40),
    ]);
    expect(follow(env, log, fetched)).toEqual({
      errorCode: 'NONE',
      baseOffset: 0,
      lastOffset: 2,
      logAppendTimeMs: -1,
      duplicate: false,
    });
    expect(log.logEndOffset).toBe(3);
    expect(log.epochs.entries).toEqual([
      { leaderEpoch: 1, startOffset: 0 },
      { leaderEpoch: 4, startOffset: 2 },
    ]);
  });

  it('refuses a hole, an overlap and a damaged batch', () => {
    const env = new TestEnv();
    const log = openLog(env);
    follow(env, log, batchOf({ baseOffset: 0, leaderEpoch: 1 }));
    const damaged = batchOf({ baseOffset: 1, leaderEpoch: 1 });
    damaged[70]! ^= 4;
    expect(follow(env, log, batchOf({ baseOffset: 2, leaderEpoch: 1 })).errorCode).toBe(
      'UNKNOWN_SERVER_ERROR',
    );
    expect(follow(env, log, batchOf({ baseOffset: 0, leaderEpoch: 1 })).errorCode).toBe(
      'UNKNOWN_SERVER_ERROR',
    );
    expect(follow(env, log, damaged).errorCode).toBe('CORRUPT_MESSAGE');
    expect(log.logEndOffset).toBe(1);
  });
});

describe('reading', () => {
  const filled = (
    options: Parameters<typeof openLog>[1] = {},
  ): { env: TestEnv; log: ReturnType<typeof openLog> } => {
    const env = new TestEnv();
    const log = openLog(env, {
      ...options,
      properties: { 'index.interval.bytes': '150', ...options.properties },
    });
    for (let index = 0; index < 40; index++)
      append(env, log, batchOf({ values: [`${index}a`, `${index}b`] }));
    return { env, log };
  };
  const size = batchOf({ values: ['10a', '10b'] }).length;
  const stored = { tailCacheBytes: 1 };

  it.each([
    ['the cache', {}],
    ['the disk', stored],
    ['many segments', { ...stored, properties: { 'segment.bytes': '1024' } }],
  ])('from %s keeps whole batches within its bounds', (_, options) => {
    const { env, log } = filled(options);
    const read = (from: number, maxBytes: number, end: number, one: boolean): string[] =>
      recordsIn(settle(env, (done) => log.read(from, maxBytes, end, one, (_error, bytes) => done(bytes))));
    expect(read(20, 2 * size, 80, false)).toEqual(['20:10a', '21:10b', '22:11a', '23:11b']);
    expect(read(21, size, 80, false)).toEqual(['20:10a', '21:10b']);
    expect(read(21, 10, 80, true)).toEqual(['20:10a', '21:10b']);
    expect(read(21, 10, 80, false)).toEqual([]);
    expect(read(20, 1000, 23, true)).toEqual(['20:10a', '21:10b']);
    expect(read(20, 1000, 21, true)).toEqual([]);
    expect(read(80, 1000, 80, true)).toEqual([]);
    expect(allRecords(env, log, 200)).toHaveLength(80);
  });

  it('outside the log is OFFSET_OUT_OF_RANGE', () => {
    const { env, log } = filled();
    expect(readBytes(env, log, 81)).toBe('OFFSET_OUT_OF_RANGE');
    expect(readBytes(env, log, -1)).toBe('OFFSET_OUT_OF_RANGE');
    expect(readBytes(env, log, 80)).toBe(null);
  });

  it('at the tail asks the disk for nothing', () => {
    const { env, log } = filled();
    env.disk.recording = true;
    expect(recordsIn(log.readCached(78, 1000, 80, true) ?? null)).toEqual(['78:39a', '79:39b']);
    expect(env.disk.operations).toEqual([]);
  });

  it('finds the first record at or after a timestamp', () => {
    const env = new TestEnv();
    const log = openLog(env, { properties: { 'index.interval.bytes': '100', 'segment.bytes': '1024' } });
    for (let index = 0; index < 40; index++) append(env, log, batchOf({ timestamp: 1000 + index * 10 }));
    const find = (timestamp: number): number | undefined =>
      settle<number | undefined>(env, (done) =>
        log.offsetForTimestamp(timestamp, 35, (_error, found) => done(found?.offset)),
      );
    expect([0, 1000, 1001, 1010, 1340, 1341, 9999].map(find)).toEqual([0, 0, 1, 1, 34, undefined, undefined]);
  });
});

describe('an election', () => {
  it('records its epoch at the log end before any append (KAFKA-7415)', () => {
    const env = new TestEnv();
    const log = openLog(env);
    append(env, log, batchOf(), 1);
    append(env, log, batchOf(), 1);
    settle(env, (done) => log.startLeaderEpoch(3, done));
    expect(log.epochs.entries).toEqual([
      { leaderEpoch: 1, startOffset: 0 },
      { leaderEpoch: 3, startOffset: 2 },
    ]);
    expect(log.epochs.endOffsetFor(2, log.logEndOffset)).toEqual({ leaderEpoch: 1, endOffset: 2 });
    const late = openLog(new TestEnv(), { rules: { recordsEpochAtElection: () => false } });
    settle(env, (done) => late.startLeaderEpoch(3, done));
    expect(late.epochs.entries).toEqual([]);
  });

  it('is known at once, also while the log is being flushed: the next fetch may ask where the epoch before ended', () => {
    const env = new TestEnv();
    const log = openLog(env);
    append(env, log, batchOf(), 1);
    log.flush(() => {});
    log.startLeaderEpoch(3, () => {});
    expect(log.epochs.endOffsetFor(2, log.logEndOffset)).toEqual({ leaderEpoch: 1, endOffset: 1 });
  });
});

describe('truncation', () => {
  it('keeps whole batches only, over segments, and appends go on behind it', () => {
    const env = new TestEnv();
    const log = openLog(env, { properties: { 'segment.bytes': '1024' }, tailCacheBytes: 300 });
    for (let index = 0; index < 40; index++)
      append(env, log, batchOf({ values: [`${index}a`, `${index}b`] }));
    expect(log.segmentBaseOffsets.length).toBeGreaterThan(3);
    settle(env, (done) => log.truncateTo(31, 'test', done));
    expect(log.logEndOffset).toBe(30);
    append(env, log, batchOf({ values: ['new'] }));
    expect(allRecords(env, log).slice(-2)).toEqual(['29:14b', '30:new']);
    env.disk.crash();
    expect(allRecords(env, openLog(env)).slice(-2)).toEqual(['29:14b', '30:new']);
  });

  it('truncates the index with the batches, so that no later read starts inside a batch', () => {
    const env = new TestEnv();
    const log = openLog(env, { properties: { 'index.interval.bytes': '100' }, tailCacheBytes: 1 });
    const fill = (count: number, value: string): void => {
      for (let index = 0; index < count; index++) append(env, log, batchOf({ values: [value] }));
    };
    fill(30, 'short');
    settle(env, (done) => log.truncateTo(10, 'test', done));
    fill(60, 'rather longer than before, so that positions differ'.repeat(3));
    for (let offset = 0; offset < 70; offset++) {
      expect(recordsIn(readBytes(env, log, offset, 1))[0], String(offset)).toMatch(new RegExp(`^${offset}:`));
    }
  });

  it('at or above the log end still cuts the epochs (KAFKA-10706)', () => {
    const env = new TestEnv();
    const log = openLog(env);
    append(env, log, batchOf(), 1);
    settle(env, (done) => log.startLeaderEpoch(2, done));
    settle(env, (done) => log.truncateTo(1, 'test', done));
    expect(log.epochs.entries).toEqual([{ leaderEpoch: 1, startOffset: 0 }]);
  });

  it('may empty the log and start it elsewhere, and that outlasts a restart', () => {
    const env = new TestEnv();
    const log = openLog(env);
    append(env, log, batchOf({ producerId: 4 }), 1);
    settle(env, (done) => log.truncateFullyAndStartAt(700, done));
    expect([log.logStartOffset, log.logEndOffset, log.epochs.entries.length, log.producers.size]).toEqual([
      700, 700, 0, 0,
    ]);
    env.disk.powerLoss();
    const again = openLog(env);
    expect([again.logStartOffset, again.logEndOffset]).toEqual([700, 700]);
    append(env, again, batchOf({ values: ['x'] }), 2);
    expect(allRecords(env, again)).toEqual(['700:x']);
  });

  it('during a read makes the read see the log as it is now', () => {
    const env = new TestEnv();
    const log = openLog(env, { tailCacheBytes: 1 });
    for (let index = 0; index < 10; index++) append(env, log, batchOf({ values: ['x'.repeat(900)] }));
    const cut: unknown[] = [];
    const kept: unknown[] = [];
    const readInto = (answers: unknown[], offset: number): void =>
      log.read(offset, 100, 10, true, (errorCode, bytes) =>
        answers.push(bytes === null ? errorCode : recordsIn(bytes).length),
      );
    readInto(cut, 3);
    log.truncateTo(2, 'test', () => {});
    for (let step = 0; step < 40; step++) {
      readInto(cut, 3);
      readInto(kept, 1);
      env.disk.step();
    }
    env.disk.run();
    expect([cut.length, kept.length]).toEqual([41, 40]);
    expect(new Set(kept)).toEqual(new Set([1]));
    expect(cut.filter((answer) => answer !== 1 && answer !== 'OFFSET_OUT_OF_RANGE')).toEqual([]);
    expect(cut.at(-1)).toBe('OFFSET_OUT_OF_RANGE');
    expect(env.halts).toEqual([]);
  });
});

describe('the observer of a log', () => {
  it('gets each batch opened, appended and removed', () => {
    const env = new TestEnv();
    const told: unknown[] = [];
    const observer = observing({
      logOpened: (_, start, end, batches) => void told.push(['opened', start, end, batches.length]),
      appended: (_, { baseOffset, lastOffset, leaderEpoch }, role) =>
        void told.push(['appended', baseOffset, lastOffset, leaderEpoch, role]),
      truncated: (_, offset, reason) => void told.push(['truncated', offset, reason]),
      truncationDone: (_, state) => void told.push(['truncation done', state]),
    });
    const log = openLog(env, { observer });
    append(env, log, batchOf({ values: ['a', 'b'] }), 2);
    follow(env, log, batchOf({ baseOffset: 2, leaderEpoch: 3 }));
    settle(env, (done) => log.truncateTo(2, 'why', done));
    openLog(env, { observer });
    expect(told).toEqual([
      ['opened', 0, 0, 0],
      ['appended', 0, 1, 2, 'leader'],
      ['appended', 2, 2, 3, 'follower'],
      ['truncated', 2, 'why'],
      [
        'truncation done',
        {
          isSynced: true,
          logEndOffset: 2,
          epochs: [{ leaderEpoch: 2, startOffset: 0 }],
          recoveryPoint: 0,
          producersEndOffset: 0,
        },
      ],
      ['opened', 0, 2, 1],
    ]);
  });
});
