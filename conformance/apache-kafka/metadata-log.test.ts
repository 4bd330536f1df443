/**
 * Apache Kafka's own `kafka-dump-log --cluster-metadata-decoder` reads a metadata log of ours. Without Java or Kafka's
 * jars the test is skipped by name.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ZERO_UUID } from '../../broker/protocol/schema/uuid.js';
import { ControllerBench } from '../../broker/testing/controller-bench.js';
import { findDistribution, type KafkaDistribution } from './distribution.js';

const SEGMENT = /__cluster_metadata-0\/(\d{20}\.log)$/;
const MINUTE = 60_000;

/** A log with a record of every type that the controller appends, in two epochs and more than one segment. */
function writtenLog(): ControllerBench {
  const bench = new ControllerBench({ config: { 'metadata.log.segment.bytes': '1200' } });
  bench.join(1, 2, 3);
  bench.createTopic('orders', [[1, 2, 3]], { 'min.insync.replicas': '2' });
  bench.createTopic('audits', [[1, 2]]);
  bench.alterIsr('orders-0', [1, 2]);
  bench.call('AllocateProducerIds', { brokerId: 1, brokerEpoch: bench.epoch(1) });
  bench.call('DeleteTopics', {
    topicNames: [],
    topics: [{ name: 'audits', topicId: ZERO_UUID }],
    timeoutMs: 0,
  });
  bench.fence(1, 2, 3);
  bench.restartController();
  bench.call('AllocateProducerIds', { brokerId: 2, brokerEpoch: bench.epoch(2) });
  return bench;
}

function dump({ java, classPath }: KafkaDistribution, files: readonly string[]): string {
  const tool = [
    'org.apache.kafka.tools.DumpLogSegments',
    '--cluster-metadata-decoder',
    '--files',
    files.join(),
  ];
  const { status, stdout, stderr } = spawnSync(java, ['-cp', classPath, ...tool], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
  return stdout;
}

const found = findDistribution({ install: false });

describe.skipIf(!found.ok)(
  `kafka-dump-log --cluster-metadata-decoder${found.ok ? '' : `: skipped, ${found.missing} is missing`}`,
  () => {
    it(
      'reads every segment of our metadata log, with every record',
      () => {
        if (!found.ok) return;
        const bench = writtenLog();
        const directory = mkdtempSync(join(tmpdir(), 'metadata-log-'));
        const files = [...bench.disk.files.keys()].flatMap((path) => {
          const name = SEGMENT.exec(path)?.[1];
          if (name === undefined) return [];
          writeFileSync(join(directory, name), bench.disk.content(path));
          return [join(directory, name)];
        });
        const text = dump(found.distribution, files.sort());
        rmSync(directory, { recursive: true });
        expect(files.length).toBeGreaterThan(1);
        expect(text).not.toMatch(/isvalid: false|error|could not/i);
        const offsets = [...text.matchAll(/^\| offset: (\d+)/gm)].map((match) => Number(match[1]));
        expect(offsets).toEqual(Array.from({ length: bench.server.image.endOffset }, (_, offset) => offset));
        const types = new Set([...text.matchAll(/"type":"(\w+)"/g)].map((match) => match[1]));
        expect([...types].sort()).toEqual([
          'BROKER_REGISTRATION_CHANGE_RECORD',
          'CONFIG_RECORD',
          'FEATURE_LEVEL_RECORD',
          'PARTITION_CHANGE_RECORD',
          'PARTITION_RECORD',
          'PRODUCER_IDS_RECORD',
          'REGISTER_BROKER_RECORD',
          'REMOVE_TOPIC_RECORD',
          'TOPIC_RECORD',
        ]);
        expect([...text.matchAll(/LeaderChange: (.*)$/gm)].map((match) => match[1])).toEqual(
          Array(2).fill(
            '{"version":0,"leaderId":3000,"voters":[{"voterId":3000}],"grantingVoters":[{"voterId":3000}]}',
          ),
        );
      },
      MINUTE,
    );
  },
);
