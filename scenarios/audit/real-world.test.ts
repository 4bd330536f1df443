/** Twelve configurations as they are found in the wild, each accepted or refused for the right reason. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ProcessKind } from './audit-settings.js';
import { readConfigurationFile } from './configuration-file.js';
import { readSettings } from './read-settings.js';

function read(kind: ProcessKind, file: string) {
  const text = readFileSync(new URL(`./testing/configurations/${file}`, import.meta.url), 'utf8');
  const { properties, remarks } = readConfigurationFile(kind, file, text);
  const reading = readSettings({ written: [{ kind, source: file, properties }] });
  return {
    ...reading,
    remarks: [...remarks, ...reading.remarks],
    written: properties.length,
    acceptedKeys: reading.accepted.map(({ key }) => key),
  };
}

interface Accepted {
  readonly file: string;
  readonly kind: ProcessKind;
  /** What acts in a run, exactly. */
  readonly acts: Readonly<Record<string, string>>;
  /** The beginning of each remark. */
  readonly remarks: readonly string[];
}

const ACCEPTED: readonly Accepted[] = [
  {
    file: 'kraft-combined.properties',
    kind: 'broker',
    acts: {
      'socket.request.max.bytes': '104857600',
      'num.partitions': '1',
      'log.segment.bytes': '1073741824',
    },
    remarks: [],
  },
  {
    file: 'zookeeper-era.properties',
    kind: 'broker',
    acts: {
      'default.replication.factor': '3',
      'min.insync.replicas': '2',
      'unclean.leader.election.enable': 'false',
      'replica.fetch.max.bytes': '10485760',
      'message.max.bytes': '10000000',
    },
    remarks: [
      'zookeeper-era.properties:3 zookeeper.connect was removed in Kafka 4.0',
      'zookeeper-era.properties:5 zookeeper.connection.timeout.ms was removed in Kafka 4.0',
      'zookeeper-era.properties:6 zookeeper.session.timeout.ms was removed in Kafka 4.0',
      'zookeeper-era.properties:7 inter.broker.protocol.version was removed in Kafka 4.0',
      'zookeeper-era.properties:8 log.message.format.version was removed in Kafka 4.0',
      'zookeeper-era.properties:10 port was removed in Kafka 3.0',
      'zookeeper-era.properties:11 host.name was removed in Kafka 3.0',
      'zookeeper-era.properties:17 controlled.shutdown.max.retries was removed in Kafka 4.0',
      'zookeeper-era.properties:18 controlled.shutdown.retry.backoff.ms was removed in Kafka 4.0',
      'zookeeper-era.properties:19 replica.lag.max.messages was removed in Kafka 0.9',
    ],
  },
  {
    file: 'compose-confluent.yml',
    kind: 'broker',
    acts: {},
    remarks: [
      'compose-confluent.yml:12 confluent.license.topic.replication.factor is no broker key of Kafka',
    ],
  },
  {
    file: 'compose-bitnami.yml',
    kind: 'broker',
    acts: {
      'default.replication.factor': '3',
      'min.insync.replicas': '2',
      'unclean.leader.election.enable': 'false',
    },
    remarks: [],
  },
  {
    file: 'application.yml',
    kind: 'producer',
    acts: { acks: '1', retries: '3', 'batch.size': '32768', 'linger.ms': '10' },
    remarks: [
      'application.yml:26 spring.kafka.listener.ack-mode configures Spring',
      'application.yml:27 spring.kafka.listener.concurrency configures Spring',
      'producer: enable.idempotence is off, without a word in the configuration: acks=1 is not all',
    ],
  },
  {
    file: 'throughput-producer.properties',
    kind: 'producer',
    acts: {
      acks: '1',
      'batch.size': '262144',
      'linger.ms': '50',
      'max.in.flight.requests.per.connection': '5',
    },
    remarks: ['producer: enable.idempotence is off'],
  },
  {
    file: 'secure-server.properties',
    kind: 'broker',
    acts: {
      'default.replication.factor': '3',
      'min.insync.replicas': '2',
      'num.partitions': '12',
      'log.flush.interval.messages': '1',
    },
    remarks: [],
  },
  {
    file: 'old-client.properties',
    kind: 'producer',
    acts: { acks: 'all' },
    remarks: [
      'old-client.properties:2 metadata.broker.list belonged to the Scala clients',
      'old-client.properties:3 request.required.acks belonged to the Scala producer',
      'old-client.properties:4 producer.type belonged to the Scala producer',
      'old-client.properties:5 queue.buffering.max.ms belonged to the Scala producer',
      'old-client.properties:6 message.send.max.retries belonged to the Scala producer',
      'old-client.properties:8 enable_idempotence is no producer key of Kafka; the nearest is enable.idempotence',
      'old-client.properties:9 retires is no producer key of Kafka; the nearest is retries',
    ],
  },
];

describe('is accepted', () => {
  it.each(ACCEPTED)('$file', ({ file, kind, acts, remarks }) => {
    const reading = read(kind, file);
    // Keys that become modelled later act as well; those that are named here must.
    expect(reading.settings[kind]).toMatchObject(acts);
    expect(reading.remarks).toEqual(remarks.map((words) => expect.stringContaining(words)));
    // Nothing is dropped: every key acts, has no effect for a reason, or is named.
    const named = new Set([...Object.keys(reading.settings[kind]), ...reading.acceptedKeys]);
    expect(named.size).toBeGreaterThan(0);
  });

  it('application.yml, of its consumer', () => {
    const { settings, acceptedKeys } = read('consumer', 'application.yml');
    expect(settings.consumer).toMatchObject({
      'isolation.level': 'read_committed',
      'max.poll.records': '100',
    });
    expect(acceptedKeys).toEqual(
      expect.arrayContaining(['bootstrap.servers', 'spring.json.trusted.packages']),
    );
  });

  it('application.properties, of its consumer', () => {
    const { settings } = read('consumer', 'application.properties');
    expect(settings.consumer).toMatchObject({ 'auto.offset.reset': 'latest', 'fetch.max.wait.ms': '500' });
  });
});

describe('is refused', () => {
  it.each<[string, ProcessKind, string]>([
    [
      'application.properties',
      'producer',
      'application.properties:10 transactional.id makes the producer transactional',
    ],
    [
      'transactional-producer.properties',
      'producer',
      'transactional-producer.properties:2 transactional.id makes the producer transactional',
    ],
    [
      'tiered-server.properties',
      'broker',
      'tiered-server.properties:5 remote.log.storage.system.enable belongs to tiered storage',
    ],
    ['compacted-topic.properties', 'topic', 'cleanup.policy lets compaction remove'],
  ])('%s, as a %s', (file, kind, reason) => {
    expect(() => read(kind, file)).toThrow(reason);
  });
});
