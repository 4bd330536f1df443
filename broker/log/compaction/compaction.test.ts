import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildBatch, decodeBatch, type StoredRecord } from '../../protocol/record-batch.js';
import { append, type OpenOptions, openLog, readBytes, settle } from '../../testing/batches.js';
import { TestEnv } from '../../testing/test-env.js';
import type { PartitionLog } from '../partition-log.js';

const START = 1_700_000_000_000;
const COMPACT = { 'cleanup.policy': 'compact', 'segment.bytes': '1024', 'min.cleanable.dirty.ratio': '0' };

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : new TextDecoder().decode(bytes);

interface Entry {
  readonly key: string;
  readonly value: string | null;
}

function batchWith(
  entries: readonly Entry[],
  more: Partial<Parameters<typeof buildBatch>[0]> = {},
): Uint8Array {
  return buildBatch({
    baseOffset: 0,
    leaderEpoch: -1,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    timestamp: START,
    records: entries.map(({ key, value }) => ({
      key: bytesOf(key),
      value: value === null ? null : bytesOf(value),
    })),
    ...more,
  });
}

/** The log that is opened again is told where it was cleaned, as a broker tells it. */
const open = (
  env: TestEnv,
  properties: Record<string, string> = {},
  options: OpenOptions = {},
): PartitionLog => openLog(env, { properties: { ...COMPACT, ...properties }, ...options });

/** One pass of the cleaner; false: nothing is to be cleaned. */
function clean(
  env: TestEnv,
  log: PartitionLog,
  highWatermark = log.logEndOffset,
  entriesMax = 1000,
): boolean {
  const cleanable = log.compaction.findCleanable(highWatermark, env.clock.wallMillis());
  if (cleanable === null) return false;
  return settle<boolean>(env, (done) => log.compaction.clean(cleanable, entriesMax, done));
}

/** Every record from the log start on, as `offset key=value`, read as a consumer reads. */
function records(env: TestEnv, log: PartitionLog): readonly string[] {
  const found: string[] = [];
  let offset = log.logStartOffset;
  while (offset < log.logEndOffset) {
    const bytes = readBytes(env, log, offset);
    if (bytes === null || typeof bytes === 'string') break;
    for (let position = 0; position < bytes.length; ) {
      const batch = decodeBatch(bytes, position);
      if (batch === null) throw new Error(`the batch at ${offset} is damaged`);
      for (const record of batch.records) if (record.offset >= offset) found.push(shown(record));
      offset = batch.lastOffset + 1;
      position += 12 + new DataView(bytes.buffer, bytes.byteOffset).getInt32(position + 8);
    }
  }
  return found;
}

const shown = ({ offset, key, value }: StoredRecord): string =>
  `${offset} ${textOf(key)}=${textOf(value)?.slice(0, 6) ?? 'null'}`;

/** Appends batches, then rolls by a batch that fills a segment. */
function fill(env: TestEnv, log: PartitionLog): void {
  append(env, log, batchWith([{ key: 'filler', value: 'f'.repeat(930) }]), 1);
}

describe('a pass of the log cleaner', () => {
  it('keeps the last record of each key, at its offset, within a batch too', () => {
    const env = new TestEnv();
    const log = open(env);
    append(
      env,
      log,
      batchWith([
        { key: 'a', value: '1' },
        { key: 'b', value: '1' },
        { key: 'a', value: '2' },
      ]),
      1,
    );
    append(
      env,
      log,
      batchWith([
        { key: 'b', value: '2' },
        { key: 'c', value: '1' },
      ]),
      1,
    );
    fill(env, log);
    expect(clean(env, log)).toBe(true);
    expect(records(env, log)).toEqual(['2 a=2', '3 b=2', '4 c=1', '5 filler=ffffff']);
    expect(log.compaction.cleanedEnd).toBe(5);
    expect(records(env, open(env))).toEqual(records(env, log));
  });

  it.each([1, 2, 3])('keeps the records and the compression of compressed batches (type %i)', (id) => {
    const env = new TestEnv();
    const log = open(env);
    const type = (['none', 'gzip', 'snappy', 'lz4'] as const)[id]!;
    const compression = { type, level: type === 'gzip' ? -1 : 3 };
    append(
      env,
      log,
      batchWith(
        [
          { key: 'a', value: 'old' },
          { key: 'b', value: 'kept' },
        ],
        { compression },
      ),
      1,
    );
    append(env, log, batchWith([{ key: 'a', value: 'new' }], { compression }), 1);
    fill(env, log);
    clean(env, log);
    expect(records(env, log).slice(0, 2)).toEqual(['1 b=kept', '2 a=new']);
    const first = decodeBatch(readBytes(env, log, 0) as Uint8Array, 0);
    expect(first).toMatchObject({ baseOffset: 0, lastOffset: 1, attributes: id });
  });

  it('removes a tombstone when delete.retention.ms has passed since the first pass that kept it', () => {
    const env = new TestEnv();
    const log = open(env, { 'delete.retention.ms': '5000' });
    append(env, log, batchWith([{ key: 'a', value: '1' }]), 1);
    append(env, log, batchWith([{ key: 'a', value: null }]), 1);
    fill(env, log);
    clean(env, log);
    expect(records(env, log)[0]).toBe('1 a=null');
    fill(env, log);
    env.nowMicros = 4_000_000;
    clean(env, log);
    expect(records(env, log)[0]).toBe('1 a=null');
    fill(env, log);
    env.nowMicros = 5_000_000;
    clean(env, log);
    expect(records(env, log)[0]).toBe('3 filler=ffffff');
  });

  it('stops at the high watermark and at the active segment, and leaves young segments alone', () => {
    const env = new TestEnv();
    const log = open(env, { 'min.compaction.lag.ms': '5000' });
    for (const value of ['1', '2']) append(env, log, batchWith([{ key: 'a', value }]), 1);
    fill(env, log);
    expect(clean(env, log)).toBe(false);
    env.nowMicros = 6_000_000;
    expect(clean(env, log, 1)).toBe(false);
    expect(clean(env, log)).toBe(true);
    expect(records(env, log)).toEqual(['1 a=2', '2 filler=ffffff']);
  });

  it('waits for min.cleanable.dirty.ratio, unless a record is older than max.compaction.lag.ms', () => {
    const env = new TestEnv();
    const log = open(env, { 'min.cleanable.dirty.ratio': '0.6', 'max.compaction.lag.ms': '9000' });
    for (const value of ['1', '2']) append(env, log, batchWith([{ key: 'a', value }]), 1);
    fill(env, log);
    expect(clean(env, log)).toBe(true);
    append(env, log, batchWith([{ key: 'a', value: '3' }]), 1);
    fill(env, log);
    fill(env, log);
    expect(clean(env, log)).toBe(true);
    append(env, log, batchWith([{ key: 'a', value: '4' }]), 1);
    fill(env, log);
    expect(clean(env, log)).toBe(false);
    env.nowMicros = 9_001_000;
    expect(clean(env, log)).toBe(true);
  });

  it('keeps empty batches for the last sequence numbers of a producer', () => {
    const env = new TestEnv();
    const log = open(env);
    const producer = { producerId: 7, producerEpoch: 0 };
    append(env, log, batchWith([{ key: 'a', value: '1' }], { ...producer, baseSequence: 0 }), 1);
    append(env, log, batchWith([{ key: 'a', value: '2' }], { ...producer, baseSequence: 1 }), 1);
    append(env, log, batchWith([{ key: 'a', value: '3' }]), 1);
    fill(env, log);
    clean(env, log);
    expect(records(env, log)).toEqual(['2 a=3', '3 filler=ffffff']);
    const again = open(env);
    expect(again.producers.get(7)?.batches.at(-1)).toMatchObject({ lastSequence: 1, lastOffset: 1 });
    const earlier = batchWith([{ key: 'a', value: '1' }], { ...producer, baseSequence: 0 });
    expect(append(env, again, earlier, 1)).toMatchObject({ duplicate: true, baseOffset: 0 });
    const next = batchWith([{ key: 'b', value: '1' }], { ...producer, baseSequence: 2 });
    expect(append(env, again, next, 1)).toMatchObject({ errorCode: 'NONE', duplicate: false });
  });

  it('leaves the start of an epoch whose first records it removed, through a recovery of the log too', () => {
    const env = new TestEnv();
    const log = open(env);
    append(env, log, batchWith([{ key: 'a', value: '1' }]), 1);
    for (let segment = 0; segment < 3; segment++) {
      append(env, log, batchWith([{ key: 'filler', value: 'f'.repeat(930) }]), 2);
      append(env, log, batchWith([{ key: 'a', value: '2' }]), 2);
    }
    expect(clean(env, log)).toBe(true);
    expect(records(env, log)[0]).toMatch(/^[45] /);
    const epochs = [
      { leaderEpoch: 1, startOffset: 0 },
      { leaderEpoch: 2, startOffset: 1 },
    ];
    expect(log.epochs.entries).toEqual(epochs);
    expect(open(env, {}, { cleanShutdown: false, recoveryPoint: 0 }).epochs.entries).toEqual(epochs);
  });

  it('leaves what is known of a producer when a truncation or a power loss takes its last batch', () => {
    for (const how of ['truncation', 'power loss']) {
      const env = new TestEnv();
      const log = open(env);
      const send = (baseSequence: number, to: PartitionLog, producerId = 7) => {
        const producer = { producerId, producerEpoch: 0, baseSequence };
        return append(env, to, batchWith([{ key: 'a', value: '1' }], producer), 1);
      };
      for (const baseSequence of [0, 1]) {
        send(baseSequence, log);
        fill(env, log);
      }
      send(0, log, 8);
      fill(env, log);
      fill(env, log);
      const end = log.logEndOffset;
      send(2, log);
      expect(clean(env, log)).toBe(true);
      expect(records(env, log).filter((each) => each.includes(' a='))).toEqual(['4 a=1', `${end} a=1`]);
      settle(env, (done) => log.truncateTo(end, 'diverging epoch', done));
      const left = how === 'truncation' ? log : open(env, {}, { cleanShutdown: false, recoveryPoint: 0 });
      expect(left.producers.get(7)?.batches.at(-1)).toMatchObject({ lastSequence: 1 });
      expect(send(1, left)).toMatchObject({ duplicate: true });
      expect(send(2, left)).toMatchObject({ baseOffset: end });
    }
  });

  it('goes on where its map was full', () => {
    const env = new TestEnv();
    const log = open(env);
    for (const key of ['a', 'b', 'a', 'b', 'c']) append(env, log, batchWith([{ key, value: '1' }]), 1);
    fill(env, log);
    expect(clean(env, log, log.logEndOffset, 2)).toBe(true);
    expect(log.compaction.cleanedEnd).toBe(4);
    expect(clean(env, log, log.logEndOffset, 2)).toBe(true);
    expect(records(env, log)).toEqual(['2 a=1', '3 b=1', '4 c=1', '5 filler=ffffff']);
  });

  it('is given up when the log is cut meanwhile', () => {
    const env = new TestEnv();
    const log = open(env);
    for (const value of ['1', '2']) append(env, log, batchWith([{ key: 'a', value }]), 1);
    fill(env, log);
    const cleanable = log.compaction.findCleanable(3, env.clock.wallMillis())!;
    const answers: boolean[] = [];
    log.compaction.clean(cleanable, 100, (isCleaned) => answers.push(isCleaned));
    env.disk.step();
    log.truncateTo(1, 'diverging epoch', () => {});
    env.disk.run();
    expect([answers, records(env, log), env.halts]).toEqual([[false], ['0 a=1'], []]);
    expect([...env.disk.files.keys()].filter((path) => path.includes('.cleaned'))).toEqual([]);
  });
});

/** The last record of each key below `end`, and every record from `end` on. */
function compacted(entries: readonly Entry[], end: number): readonly string[] {
  return entries.flatMap(({ key, value }, offset) => {
    const isReplaced = entries.slice(offset + 1, end).some((later) => later.key === key);
    const isKept = offset >= end || !isReplaced;
    return isKept ? [`${offset} ${key}=${value?.slice(0, 6) ?? 'null'}`] : [];
  });
}

const anEntry = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  value: fc.option(fc.nat(99).map((number) => String(number).repeat(90))),
});

/** A log with these batches; the entries by offset. */
function written(
  env: TestEnv,
  batches: readonly (readonly Entry[])[],
): { log: PartitionLog; entries: Entry[] } {
  const log = open(env);
  for (const entries of batches) append(env, log, batchWith(entries), 1);
  settle(env, (done) => log.flush(done));
  return { log, entries: batches.flat() };
}

describe('whatever is written', () => {
  const someBatches = fc.array(fc.array(anEntry, { minLength: 1, maxLength: 4 }), {
    minLength: 6,
    maxLength: 25,
  });

  it('the cleaned log has the last record of each key, in order, and the same after a start', () => {
    fc.assert(
      fc.property(someBatches, fc.nat(60), (batches, mark) => {
        const env = new TestEnv();
        const { log, entries } = written(env, batches);
        const highWatermark = Math.min(mark, log.logEndOffset);
        clean(env, log, highWatermark);
        const end = log.compaction.cleanedEnd;
        expect(end).toBeLessThanOrEqual(highWatermark);
        expect(records(env, log)).toEqual(compacted(entries, end));
        const again = open(env);
        expect(again.logEndOffset).toBe(log.logEndOffset);
        expect(records(env, again)).toEqual(compacted(entries, end));
      }),
    );
  });

  it('a read that begins at any step of a pass gets the records before it or after it', () => {
    for (let steps = 0; steps < 60; steps++) {
      const env = new TestEnv();
      const batches = Array.from({ length: 12 }, (_, number) => [
        { key: `${number % 3}`, value: 'v'.repeat(300) },
      ]);
      const log = open(env, {}, { tailCacheBytes: 1 });
      for (const entries of batches) append(env, log, batchWith(entries), 1);
      const cleanable = log.compaction.findCleanable(12, env.clock.wallMillis())!;
      log.compaction.clean(cleanable, 100, () => {});
      for (let step = 0; step < steps; step++) env.disk.step();
      const answers: string[] = [];
      log.read(0, 1 << 20, 12, true, (errorCode, bytes) =>
        answers.push(`${errorCode} ${(bytes?.length ?? 0) > 0}`),
      );
      env.disk.run();
      expect([answers, env.halts], `after ${steps} steps`).toEqual([['NONE true'], []]);
    }
  });

  it('a crash or a power loss at any step leaves the log as it was or cleaned', () => {
    fc.assert(
      fc.property(someBatches, fc.nat(90), fc.boolean(), (batches, steps, losesPower) => {
        const env = new TestEnv();
        const { log, entries } = written(env, batches);
        const end = log.logEndOffset;
        const cleanable = log.compaction.findCleanable(end, env.clock.wallMillis());
        fc.pre(cleanable !== null);
        log.compaction.clean(cleanable!, 100, () => {});
        for (let step = 0; step < steps; step++) env.disk.step();
        if (losesPower) env.disk.powerLoss();
        else env.disk.crash();
        const again = open(env, {}, { recoveryPoint: end });
        expect(again.logEndOffset).toBe(end);
        const kept = new Set(records(env, again));
        for (const record of compacted(entries, end)) expect(kept).toContain(record);
        for (const record of kept) expect(compacted(entries, 0)).toContain(record);
        const left = [...env.disk.files.keys()].filter((path) => /\.(cleaned|swap|deleted)$/.test(path));
        expect(left).toEqual([]);
      }),
    );
  });
});
