/**
 * Apache Kafka's own `kafka-dump-log --deep-iteration` and its checks of indexes read the segments of ours, after retention
 * has deleted the oldest ones, and the snapshot of their producers. Without Java or Kafka's jars the test is skipped by name.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { append, batchOf, openLog, settle } from '../../broker/testing/batches.js';
import { TestEnv } from '../../broker/testing/test-env.js';
import { findDistribution, type KafkaDistribution } from './distribution.js';

const START = 1_700_000_000_000;
const FILE = /orders-0\/(\d{20}\.(?:log|index|timeindex|snapshot))$/;
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
        const env = writtenLog();
        const directory = mkdtempSync(join(tmpdir(), 'partition-log-'));
        const files = [...env.disk.files.keys()].flatMap((path) => {
          const name = FILE.exec(path)?.[1];
          if (name === undefined) return [];
          writeFileSync(join(directory, name), env.disk.content(path));
          return [join(directory, name)];
        });
        const text = dump(found.distribution, files.sort());
        rmSync(directory, { recursive: true });
        const suffixes = new Set(files.map((file) => file.split('.').at(-1)));
        expect([...suffixes].sort()).toEqual(['index', 'log', 'snapshot', 'timeindex']);
        expect(text).not.toMatch(/isvalid: false|mismatch|not found|error|could not|corrupt/i);
        const offsets = [...text.matchAll(/^\| offset: (\d+)/gm)].map((match) => Number(match[1]));
        expect(offsets[0]).toBeGreaterThan(0);
        expect(offsets).toEqual(Array.from({ length: 60 - offsets[0]! }, (_, index) => offsets[0]! + index));
        expect([...text.matchAll(/^producerId: (\d+)/gm)].map((match) => Number(match[1]))).toEqual([
          7, 8, 9,
        ]);
      },
      MINUTE,
    );
  },
);
