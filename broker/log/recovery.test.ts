import { describe, expect, it } from 'vitest';
import { allRecords, append, batchOf, openLog, readBytes, settle } from '../testing/batches.js';
import { TestEnv } from '../testing/test-env.js';

const LOG = 'data/orders-0/00000000000000000000.log';
const EPOCHS = 'data/orders-0/leader-epoch-checkpoint';

/** Three batches of one, two and three records, in epochs 0, 0 and 2. */
function threeBatches(): { env: TestEnv; bytes: Uint8Array; ends: number[] } {
  const env = new TestEnv();
  const log = openLog(env);
  const ends = [0];
  for (const [values, epoch] of [
    [['a'], 0],
    [['b', 'c'], 0],
    [['d', 'e', 'f'], 2],
  ] as const) {
    append(env, log, batchOf({ values, producerId: 5, baseSequence: log.logEndOffset }), epoch);
    ends.push(env.disk.content(LOG).length);
  }
  return { env, bytes: env.disk.content(LOG).slice(), ends };
}

const endOffsets = [0, 1, 3, 6];

function withContent(env: TestEnv, bytes: Uint8Array): void {
  env.disk.files.get(LOG)!.bytes = bytes;
}

describe('recovery after an unclean stop', () => {
  it('cuts a torn tail at every byte position back to the last whole batch', () => {
    const { env, bytes, ends } = threeBatches();
    for (let length = 0; length <= bytes.length; length++) {
      withContent(env, bytes.slice(0, length));
      const whole = ends.findLastIndex((end) => end <= length);
      const log = openLog(env);
      expect(log.logEndOffset, `${length} bytes`).toBe(endOffsets[whole]);
      expect(env.disk.content(LOG).length).toBe(ends[whole]);
      expect(log.producers.get(5)?.batches.length ?? 0).toBe(whole);
    }
  });

  it('cuts at a batch damaged at any byte, and takes what follows with it', () => {
    const { env, bytes, ends } = threeBatches();
    for (let at = 0; at < ends[2]! - ends[1]!; at++) {
      const damaged = bytes.slice();
      damaged[ends[1]! + at]! ^= 0x80;
      withContent(env, damaged);
      // A larger epoch is outside the CRC. Then the next batch, with a lower epoch, is the one that does not fit.
      expect(openLog(env).logEndOffset, `byte ${at}`).toBe(at > 12 && at < 16 ? 3 : 1);
    }
  });

  it('goes on appending where it cut', () => {
    const { env, bytes } = threeBatches();
    withContent(env, bytes.slice(0, bytes.length - 1));
    const log = openLog(env);
    append(env, log, batchOf({ values: ['new'] }), 4);
    env.disk.crash();
    const again = openLog(env);
    expect(allRecords(env, again)).toEqual(['0:a', '1:b', '2:c', '3:new']);
    expect(again.epochs.entries).toEqual([
      { leaderEpoch: 0, startOffset: 0 },
      { leaderEpoch: 4, startOffset: 3 },
    ]);
  });

  it('deletes the segments after a truncation, and those that an undone deletion left', () => {
    const env = new TestEnv();
    const log = openLog(env, { properties: { 'segment.bytes': '1024' } });
    for (let index = 0; index < 40; index++) append(env, log, batchOf({ values: [`${index}`] }));
    const bases = log.segmentBaseOffsets;
    const second = env.disk.files.get(`data/orders-0/${String(bases[1]).padStart(20, '0')}.log`)!;
    second.bytes = second.bytes.slice(0, second.bytes.length - 1);
    const again = openLog(env);
    expect(again.logEndOffset).toBe(bases[2]! - 1);
    expect(again.segmentBaseOffsets).toEqual(bases.slice(0, 2));
    expect([...env.disk.files.keys()].filter((name) => name.endsWith('.log'))).toHaveLength(2);
    expect(allRecords(env, again)).toHaveLength(bases[2]! - 1);
  });

  it('truncates at a batch of an older epoch, a remnant of an undone truncation', () => {
    const env = new TestEnv();
    const log = openLog(env);
    append(env, log, batchOf({ values: ['old'] }), 3);
    env.disk.files.get(LOG)!.bytes = new Uint8Array([
      ...batchOf({ baseOffset: 0, leaderEpoch: 5 }),
      ...batchOf({ baseOffset: 1, leaderEpoch: 3 }),
    ]);
    expect(openLog(env).logEndOffset).toBe(1);
  });

  it('trusts the batches, not the checkpoint, for epochs', () => {
    const { env } = threeBatches();
    env.disk.files.get(EPOCHS)!.bytes = new TextEncoder().encode('0\n3\n0 0\n4 2\n7 6\n');
    expect(openLog(env).epochs.entries).toEqual([
      { leaderEpoch: 0, startOffset: 0 },
      { leaderEpoch: 2, startOffset: 3 },
    ]);
    expect(new TextDecoder().decode(env.disk.content(EPOCHS))).toBe('0\n2\n0 0\n2 3\n');
  });

  it('starts at the recovery point', () => {
    const env = new TestEnv();
    const log = openLog(env, { properties: { 'segment.bytes': '1024' } });
    for (let index = 0; index < 40; index++) append(env, log, batchOf({ values: [`${index}`] }));
    const first = env.disk.files.get(LOG)!;
    first.bytes[65]! ^= 1;
    const recoveryPoint = log.segmentBaseOffsets.at(-1)!;
    const trusting = openLog(env, { recoveryPoint });
    expect(trusting.logEndOffset).toBe(40);
    expect(readBytes(env, trusting, 0)).toBe('CORRUPT_MESSAGE');
    expect(openLog(env, { recoveryPoint: 0 }).logEndOffset).toBe(0);
  });

  it('survives a wrong rule: a torn tail that is kept is served as corrupt', () => {
    const { env, bytes } = threeBatches();
    withContent(env, bytes.slice(0, bytes.length - 5));
    const log = openLog(env, { rules: { isBatchIntact: () => true } });
    append(env, log, batchOf({ values: ['behind'] }), 2);
    expect(log.logEndOffset).toBe(4);
    env.disk.crash();
    const again = openLog(env, { rules: { needsRecovery: () => false } });
    expect(readBytes(env, again, 3)).toBe('CORRUPT_MESSAGE');
    expect(env.halts).toEqual([]);
  });
});

describe('after a clean stop', () => {
  it('the files are trusted: a torn tail stays (KAFKA-15375 is why the marker matters)', () => {
    const { env, bytes } = threeBatches();
    withContent(env, bytes.slice(0, bytes.length - 1));
    expect(openLog(env, { cleanShutdown: true }).logEndOffset).toBe(3);
    expect(env.disk.content(LOG).length).toBe(bytes.length - 1);
  });

  it('everything is there, even when the power fails next', () => {
    const env = new TestEnv();
    const log = openLog(env, { properties: { 'segment.bytes': '1024', 'index.interval.bytes': '100' } });
    for (let index = 0; index < 40; index++) append(env, log, batchOf({ values: [`${index}`] }), index >> 3);
    const records = allRecords(env, log);
    settle(env, (done) => log.truncateTo(33, 'test', done));
    expect(settle(env, (done) => log.close(done))).toBe('NONE');
    expect(append(env, log, batchOf()).errorCode).toBe('KAFKA_STORAGE_ERROR');
    env.disk.powerLoss();
    const again = openLog(env, { cleanShutdown: true });
    expect(allRecords(env, again)).toEqual(records.slice(0, 33));
    expect(again.epochs.entries).toEqual(log.epochs.entries);
    expect(again.recoveryPoint).toBe(33);
  });
});

describe('a power loss', () => {
  const flushed = (rules = {}): TestEnv => {
    const env = new TestEnv();
    const log = openLog(env, { rules, properties: { 'flush.messages': '1', 'segment.bytes': '1024' } });
    for (let index = 0; index < 40; index++) append(env, log, batchOf({ values: [`${index}`] }));
    env.disk.powerLoss();
    return env;
  };

  it('removes no record that was acknowledged with flush.messages=1', () => {
    expect(openLog(flushed()).logEndOffset).toBe(40);
  });

  it('removes no record that a crash left unsynced and that flush.messages=1 flushed at the next start', () => {
    const env = new TestEnv();
    const options = { properties: { 'flush.messages': '1' } };
    const log = openLog(env, options);
    log.appendAsLeader(batchOf({ values: ['written'] }), 0, () => {});
    while (log.logEndOffset === 0) env.disk.step();
    env.disk.crash();
    openLog(env, options);
    env.disk.powerLoss();
    expect(allRecords(env, openLog(env, options))).toEqual(['0:written']);
  });

  it('removes whole segments if the directory was never synced (KAFKA-3968)', () => {
    expect(openLog(flushed({ isDirectorySyncNeeded: () => false })).logEndOffset).toBeLessThan(40);
  });

  it('removes no segment that a start found in an unsynced directory', () => {
    const env = new TestEnv();
    const options = { properties: { 'segment.bytes': '1024' } };
    const log = openLog(env, options);
    // The last append rolls a segment; the process dies before anything of that segment is synced.
    for (let index = 0; log.segmentBaseOffsets.length < 2; index++) {
      const endBefore = log.logEndOffset;
      log.appendAsLeader(batchOf({ values: [`${index}`] }), 0, () => {});
      while (log.logEndOffset === endBefore) env.disk.step();
    }
    env.disk.crash();
    const found = openLog(env, options).logEndOffset;
    expect(found).toBe(log.logEndOffset);
    env.disk.powerLoss();
    expect(openLog(env, options).logEndOffset).toBe(found);
  });

  it('removes records that flush.ms had not flushed yet', () => {
    const env = new TestEnv();
    const log = openLog(env, { properties: { 'flush.ms': '100' } });
    append(env, log, batchOf({ values: ['early'] }));
    env.advance(100_000);
    expect(log.recoveryPoint).toBe(1);
    append(env, log, batchOf({ values: ['late'] }));
    env.advance(99_999);
    env.disk.powerLoss();
    expect(allRecords(env, openLog(env))).toEqual(['0:early']);
  });

  it('leaves the epoch checkpoint of the last election', () => {
    const env = new TestEnv();
    const log = openLog(env, { properties: { 'flush.messages': '1' } });
    append(env, log, batchOf(), 1);
    append(env, log, batchOf(), 6);
    env.disk.powerLoss();
    expect(openLog(env).epochs.entries).toEqual([
      { leaderEpoch: 1, startOffset: 0 },
      { leaderEpoch: 6, startOffset: 1 },
    ]);
  });
});

describe('index files', () => {
  it('are in the byte format of Kafka, and written again from the batches when they differ', () => {
    const env = new TestEnv();
    const options = { properties: { 'index.interval.bytes': '70' } };
    const log = openLog(env, options);
    for (let index = 0; index < 5; index++) append(env, log, batchOf({ timestamp: 1000 + index }));
    settle(env, (done) => log.flush(done));
    const hex = (suffix: string): string =>
      Buffer.from(env.disk.content(LOG.replace('.log', suffix))).toString('hex');
    const size = batchOf().length;
    const entry = (offset: number): string =>
      offset.toString(16).padStart(8, '0') + (offset * size).toString(16).padStart(8, '0');
    const timeEntry = (offset: number): string =>
      (1000 + offset).toString(16).padStart(16, '0') + offset.toString(16).padStart(8, '0');
    // An entry whenever more than 70 bytes were added since the last one. A batch is larger, so every batch after the
    // first gets one.
    expect(size).toBeGreaterThan(70);
    const index = [1, 2, 3, 4].map(entry).join('');
    expect(hex('.index')).toBe(index);
    expect(hex('.timeindex')).toBe([1, 2, 3, 4].map(timeEntry).join(''));
    env.disk.files.get(LOG.replace('.log', '.index'))!.bytes = new Uint8Array(24);
    env.disk.crash();
    settle(env, (done) => openLog(env, options).flush(done));
    expect(hex('.index')).toBe(index);
  });
});
