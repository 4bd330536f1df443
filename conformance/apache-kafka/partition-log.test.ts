/**
 * Apache Kafka's own `kafka-dump-log --deep-iteration` and its checks of indexes read the segments of ours, after retention
 * has deleted the oldest ones, and the snapshot of their producers. Without Java or Kafka's jars the test is skipped by name.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildBatch } from '../../broker/protocol/record-batch.js';
import { append, batchOf, openLog, settle } from '../../broker/testing/batches.js';
import { TestEnv } from '../../broker/testing/test-env.js';
import { findDistribution, type KafkaDistribution } from './distribution.js';

const START = 1_700_000_000_000;
const EVERY_FILE = /orders-0\/(\d{20}\.(?:log|index|timeindex|snapshot))$/;
const LOG_FILE = /orders-0\/(\d{20}\.log)$/;
const MINUTE = 60_000;

/** Thirty batches of two records in segments of some batches; retention has deleted the first ones. */
function writtenLog(): TestEnv {
  const env = new TestEnv();
  const properties = { 'segment.bytes': '2000', 'index.interval.bytes': '300', 'retention.bytes': '2500' };
  const log = openLog(env, { properties });
  for (let number = 0; number < 30; number++) {
    const values = [`${number} `.repeat(30), `${number}!`];
    const spec = { values, producerId: 7 + (number % 3), baseSequence: 2 * Math.floor(number / 3) };
    append(env, log, batchOf({ ...spec, timestamp: START + number * 100 }), number < 20 ? 3 : 5);
  }
  settle(env, (done) => log.deleteOldSegments(() => log.logEndOffset, done));
  settle(env, (done) => log.close(done));
  return env;
}

/** Forty batches of two of five keys, some of them tombstones; the cleaner has gone over the inactive segments. */
function compactedLog(): TestEnv {
  const env = new TestEnv();
  const properties = { 'cleanup.policy': 'compact', 'segment.bytes': '2000', 'index.interval.bytes': '300' };
  const log = openLog(env, { properties });
  const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
  for (let number = 0; number < 40; number++) {
    const value = number % 7 === 0 ? null : bytesOf(`${number} `.repeat(40));
    const records = [number, number + 2].map((key) => ({ key: bytesOf(`key-${key % 5}`), value }));
    const producer = { producerId: 7, producerEpoch: 0, baseSequence: 2 * number };
    const compression = { type: number % 2 === 0 ? 'none' : 'gzip', level: -1 } as const;
    const content = { ...producer, baseOffset: 0, leaderEpoch: -1, timestamp: START + number, records };
    append(env, log, buildBatch({ ...content, compression }), 3);
  }
  const cleanable = log.compaction.findCleanable(log.logEndOffset, env.clock.wallMillis());
  if (cleanable === null) throw new Error('nothing is to be cleaned');
  settle(env, (done) => log.compaction.clean(cleanable, 100, done));
  settle(env, (done) => log.close(done));
  return env;
}

/** The files of the log in a directory of the machine, dumped by Kafka. */
function dumpOf(
  distribution: KafkaDistribution,
  env: TestEnv,
  wanted: RegExp,
): { readonly text: string; readonly kinds: string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'partition-log-'));
  const files = [...env.disk.files.keys()].flatMap((path) => {
    const name = wanted.exec(path)?.[1];
    if (name === undefined) return [];
    writeFileSync(join(directory, name), env.disk.content(path));
    return [join(directory, name)];
  });
  const text = dump(distribution, files.sort());
  rmSync(directory, { recursive: true });
  return { text, kinds: [...new Set(files.map((file) => file.split('.').at(-1) ?? ''))].sort() };
}

const COMPLAINT = /isvalid: false|mismatch|not found|error|could not|corrupt/i;
const offsetsIn = (text: string): number[] =>
  [...text.matchAll(/^\| offset: (\d+)/gm)].map((match) => Number(match[1]));

function dump({ java, classPath }: KafkaDistribution, files: readonly string[]): string {
  const tool = ['org.apache.kafka.tools.DumpLogSegments', '--deep-iteration', '--files', files.join()];
  const { status, stdout, stderr } = spawnSync(java, ['-cp', classPath, ...tool], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
  return stdout;
}

const found = findDistribution({ install: false });

describe.skipIf(!found.ok)(
  `kafka-dump-log --deep-iteration${found.ok ? '' : `: skipped, ${found.missing} is missing`}`,
  () => {
    it(
      'reads every segment, index and snapshot of a log without complaint',
      () => {
        if (!found.ok) return;
        const { text, kinds } = dumpOf(found.distribution, writtenLog(), EVERY_FILE);
        expect(kinds).toEqual(['index', 'log', 'snapshot', 'timeindex']);
        expect(text).not.toMatch(COMPLAINT);
        const offsets = offsetsIn(text);
        expect(offsets[0]).toBeGreaterThan(0);
        expect(offsets).toEqual(Array.from({ length: 60 - offsets[0]! }, (_, index) => offsets[0]! + index));
        // One snapshot lies at the start of the first segment that stays, and one at each roll after it.
        const producers = [...text.matchAll(/^producerId: (\d+)/gm)].map((match) => Number(match[1]));
        expect(producers).toEqual(producers.map((_, index) => 7 + (index % 3)));
        expect(producers.length).toBeGreaterThanOrEqual(6);
      },
      MINUTE,
    );

    it(
      'reads a compacted log, its gaps and the delete horizon of its tombstones',
      () => {
        if (!found.ok) return;
        const { text } = dumpOf(found.distribution, compactedLog(), LOG_FILE);
        expect(text).not.toMatch(COMPLAINT);
        const offsets = offsetsIn(text);
        expect(offsets).toEqual([...offsets].sort((left, right) => left - right));
        expect(offsets.length).toBeLessThan(40);
        expect(offsets.at(-1)).toBe(79);
        expect(text).toMatch(/deleteHorizonMs: OptionalLong\[\d+\]/);
      },
      MINUTE,
    );
  },
);
