import { describe, expect, it } from 'vitest';
import { parseProperties } from '../../broker/config/properties-file.js';
import { auditScenario, auditScenarioNamed } from './audit-scenario.js';
import {
  type AuditSettings,
  DEFAULT_SETTINGS,
  settingsFromWords,
  settingsToWords,
} from './audit-settings.js';
import { ConfigurationFileError, readConfigurationFile } from './configuration-file.js';
import { overriddenByKafka } from './contradictions.js';
import { FAILURE_CLASSES } from './failure-classes.js';
import { changeWords, neighbours, withChanges } from './neighbours.js';
import { parseAssignment, readSettings, type SettingsInput } from './read-settings.js';

const settings = (change: Partial<AuditSettings>): AuditSettings => ({ ...DEFAULT_SETTINGS, ...change });

describe('settings as words', () => {
  it('come back as they were, and are the same in any order', () => {
    const given = settings({
      partitions: 7,
      producer: { retries: '0', acks: '1' },
      consumer: { 'client.id': 'a b=c %' },
    });
    const words = settingsToWords(given);
    expect(settingsFromWords(words.split(' '))).toEqual(given);
    expect(settingsToWords({ ...given, producer: { acks: '1', retries: '0' } })).toBe(words);
    const processing = settings({ processing: { commit: 'before', millis: 50 } });
    expect(settingsFromWords(settingsToWords(processing).split(' '))).toEqual(processing);
  });

  it.each([
    '',
    'brokers=3',
    'brokers=3 replicationFactor=3 partitions=x',
    'brokers=3 replicationFactor=3 partitions=3 client.x=1',
    'brokers=3 replicationFactor=3 partitions=3 commit=before',
    'brokers=3 replicationFactor=3 partitions=3 commit=never processing=5',
  ])('%j are none', (words) => {
    expect(settingsFromWords(words.split(' '))).toBeNull();
  });

  it('name the scenario that runs them', () => {
    const [failure] = FAILURE_CLASSES;
    const given = settings({ topic: { 'min.insync.replicas': '2' } });
    const { name, profile } = auditScenario(given, failure!);
    expect(auditScenarioNamed(name)).toMatchObject({ name, profile });
    expect(auditScenarioNamed('leader-crash')).toBeNull();
    expect(auditScenarioNamed('audit nothing-fails brokers=3')).toBeNull();
  });
});

describe('processing', () => {
  const read = (consumer: Record<string, string>, more: Partial<SettingsInput> = {}) => {
    const properties = Object.entries(consumer).map(([key, value]) => ({ key, value, line: 1 }));
    return readSettings({ written: [{ kind: 'consumer', source: 'consumer', properties }], ...more });
  };

  it('is committed by the consumer unless enable.auto.commit is off', () => {
    expect(read({}).settings.processing).toEqual({ commit: 'auto', millis: 5 });
    expect(read({ 'enable.auto.commit': 'false' }).settings.processing?.commit).toBe('after');
    expect(read({}, { commit: 'none', processingMillis: 50 }).settings.processing).toEqual({
      commit: 'none',
      millis: 50,
    });
  });

  it('contradicts no key that was written', () => {
    expect(() => read({ 'enable.auto.commit': 'false' }, { commit: 'auto' })).toThrow(
      'with enable.auto.commit=false',
    );
    expect(() => read({ 'enable.auto.commit': 'true' }, { commit: 'none' })).toThrow(
      'with enable.auto.commit=true',
    );
    expect(read({ 'enable.auto.commit': 'true' }, { commit: 'after' }).remarks.join()).toContain(
      'acts beside the commits of the application',
    );
  });

  it('on fewer than three brokers needs another replication factor of the offsets', () => {
    expect(read({}, { brokers: 1 }).remarks.join()).toContain(
      'offsets.topic.replication.factor is taken as 1',
    );
    expect(read({}).remarks).toEqual([]);
  });
});

describe('files of other notations', () => {
  const read = (kind: 'broker' | 'topic' | 'producer' | 'consumer', path: string, text: string) =>
    readConfigurationFile(kind, path, text).properties.map(
      ({ key, value, line }) => `${line} ${key}=${value}`,
    );

  it("Spring Boot's YAML", () => {
    const text = [
      'server.port: 8080',
      'spring:',
      '  kafka:',
      '    bootstrap-servers: localhost:9092',
      '    producer:',
      '      acks: "1"',
      '      properties:',
      '        linger.ms: 20',
      '        "[enable.idempotence]": false',
      '    consumer: {enable-auto-commit: false, auto-commit-interval: 5s}',
      '---',
      'spring.config.activate.on-profile: test',
      'spring.kafka.producer.acks: 0',
    ].join('\n');
    expect(read('producer', 'application.yml', text)).toEqual([
      '4 bootstrap.servers=localhost:9092',
      '6 acks=1',
      '8 linger.ms=20',
      '9 enable.idempotence=false',
    ]);
    expect(read('consumer', 'application.yml', text)).toEqual([
      '4 bootstrap.servers=localhost:9092',
      '10 enable.auto.commit=false',
      '10 auto.commit.interval.ms=5000',
    ]);
  });

  it.each([
    ['a map of variables', '      KAFKA_MIN_INSYNC_REPLICAS: 2'],
    ["Bitnami's names, as a list", '      - KAFKA_CFG_MIN_INSYNC_REPLICAS=2'],
  ])('a Compose file: %s', (_, variable) => {
    const text = `services:\n  kafka:\n    image: kafka\n    environment:\n${variable}\n    ports: ["9092:9092"]\n`;
    expect(read('broker', 'docker-compose.yaml', text)).toEqual(['5 min.insync.replicas=2']);
  });

  it('variables that a Compose file shares by reference', () => {
    const text =
      'x-common: &common\n  KAFKA_NUM_PARTITIONS: 6\nservices:\n  b1:\n    environment:\n      <<: *common\n      KAFKA_NODE_ID: 1\n';
    expect(read('broker', 'compose.yml', text)).toEqual(['2 num.partitions=6', '7 node.id=1']);
  });

  it('a file of variables, and a properties file', () => {
    expect(read('broker', '.env', 'KAFKA_NUM_PARTITIONS=6\nKAFKA_HEAP_OPTS=-Xmx1G\n')).toEqual([
      '1 num.partitions=6',
    ]);
    expect(read('producer', 'p.properties', 'acks = all\n')).toEqual(['1 acks=all']);
  });

  it('are refused when they are broken, or are about something else', () => {
    expect(() => read('broker', 'x.yml', 'a: [')).toThrow(ConfigurationFileError);
    expect(() => read('broker', 'x.yml', 'a: &a\n  b: *a\n')).toThrow('x.yml has no setting of a broker');
  });
});

describe('from files to settings', () => {
  const of = (kind: 'broker' | 'topic' | 'producer' | 'consumer', text: string): SettingsInput['written'] => [
    { kind, source: kind, properties: parseProperties(text) },
  ];

  it('the shape of the cluster comes from the brokers when nothing else states it', () => {
    const written = of('broker', 'default.replication.factor=2\nnum.partitions=6');
    expect(readSettings({ written }).settings).toMatchObject({ replicationFactor: 2, partitions: 6 });
    expect(readSettings({ written, replicationFactor: 3, partitions: 1 }).settings).toMatchObject({
      replicationFactor: 3,
      partitions: 1,
    });
    expect(() => readSettings({ written, replicationFactor: 4 })).toThrow('needs more than 3 brokers');
  });

  it('a later value stands over an earlier one', () => {
    const written = [
      ...of('producer', 'acks=0'),
      {
        kind: 'producer' as const,
        source: '--set',
        properties: [parseAssignment('producer.acks=1')!.property],
      },
    ];
    expect(readSettings({ written }).settings.producer).toEqual({ acks: '1' });
  });

  it('Kafka 3.9 has another default of linger.ms', () => {
    expect(readSettings({ written: [], kafka: '3.9' }).settings.producer).toEqual({ 'linger.ms': '0' });
  });

  it.each([
    [of('producer', 'acks=1\nenable.idempotence=true'), 'Must set acks to all'],
    [of('producer', 'max.in.flight.requests.per.connection=6\nenable.idempotence=true'), 'at most 5'],
    [of('producer', 'retries=0\nenable.idempotence=true'), 'Must set retries to non-zero'],
    [
      of('producer', 'delivery.timeout.ms=1000'),
      'delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms',
    ],
    [
      of('broker', 'replica.fetch.wait.max.ms=40000'),
      'must not be larger than replica.socket.timeout.ms=30000',
    ],
    [of('topic', 'cleanup.policy=compact'), 'cleanup.policy lets compaction remove'],
    [of('producer', 'transactional.id=t'), 'transactions are not modelled'],
  ])('is refused: %#: %s', (written, words) => {
    expect(() => readSettings({ written })).toThrow(words);
  });

  it.each([
    [
      { producer: { acks: '1' } },
      'enable.idempotence is off, without a word in the configuration: acks=1 is not all',
    ],
    [{ producer: { 'max.in.flight.requests.per.connection': '6' } }, '=6 is larger than 5'],
    [{ producer: { retries: '0' } }, 'retries=0'],
    [{ producer: { 'request.timeout.ms': '130000' } }, 'delivery.timeout.ms is 130005'],
    [{ topic: { 'min.insync.replicas': '4' } }, 'min.insync.replicas=4 acts as 3'],
  ])('is overridden: %#', (change, words) => {
    expect(overriddenByKafka(settings(change)).join()).toContain(words);
    expect(overriddenByKafka(DEFAULT_SETTINGS)).toEqual([]);
  });

  it('names unknown and former keys', () => {
    const { remarks } = readSettings({ written: of('broker', 'zookeeper.connect=zk\nmin.insync.replica=2') });
    expect(remarks[0]).toContain('broker:1 zookeeper.connect was removed in Kafka 4.0');
    expect(remarks[1]).toContain('the nearest is min.insync.replicas; Kafka ignores it');
  });
});

describe('neighbouring settings', () => {
  const words = (given: AuditSettings): string[] =>
    neighbours(given).map((changes) => changes.map(changeWords).join(' + '));

  it('change one key, then two, and Kafka accepts each', () => {
    const given = settings({ producer: { acks: '1', 'enable.idempotence': 'false' } });
    const list = words(given);
    expect(list[0]).toBe('producer acks=all');
    expect(list).not.toContain('producer enable.idempotence=true');
    expect(list).toContain('producer acks=all + producer enable.idempotence=true');
    expect(list.findIndex((each) => each.includes(' + '))).toBeGreaterThan(3);
  });

  it('offer nothing that is so already', () => {
    const strict = settings({ topic: { 'min.insync.replicas': '3', 'flush.messages': '1' } });
    expect(words(strict)).toEqual([]);
    expect(words(settings({ replicationFactor: 1 }))).toContain('cluster replication.factor=3');
  });

  it('are applied where they belong', () => {
    const changed = withChanges(DEFAULT_SETTINGS, [
      { where: 'topic', key: 'min.insync.replicas', value: '2' },
      { where: 'cluster', key: 'replication.factor', value: '2' },
    ]);
    expect(changed).toMatchObject({ replicationFactor: 2, topic: { 'min.insync.replicas': '2' } });
  });
});
