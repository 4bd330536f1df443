import { describe, expect, it } from 'vitest';
import { ControllerBench } from '../testing/controller-bench.js';

const bench3 = (options = {}): ControllerBench => {
  const bench = new ControllerBench(options);
  bench.join(1, 2, 3);
  return bench;
};

const create = (bench: ControllerBench, name: string, numPartitions: number, replicationFactor: number) =>
  bench.call('CreateTopics', {
    validateOnly: false,
    timeoutMs: 0,
    topics: [{ name, numPartitions, replicationFactor, assignments: [], configs: [] }],
  }).topics[0];

const set = (
  bench: ControllerBench,
  resourceType: 2 | 4,
  resourceName: string,
  name: string,
  value: string | null,
) =>
  bench.call('IncrementalAlterConfigs', {
    resources: [
      { resourceType, resourceName, configs: [{ name, configOperation: value === null ? 1 : 0, value }] },
    ],
    validateOnly: false,
  }).responses[0];

describe('CreateTopics', () => {
  it('spreads leaders and replicas evenly over the brokers', () => {
    const bench = bench3();
    expect(create(bench, 'orders', 9, 2)).toMatchObject({
      errorCode: 'NONE',
      numPartitions: 9,
      replicationFactor: 2,
    });
    const partitions = [...bench.image().partitions.values()];
    for (const broker of [1, 2, 3]) {
      expect(partitions.filter(({ leader }) => leader === broker)).toHaveLength(3);
      expect(partitions.filter(({ replicas }) => replicas.includes(broker))).toHaveLength(6);
    }
    expect(new Set(partitions.map(({ replicas }) => replicas.join())).size).toBe(6);
  });

  it('takes the defaults of the controller for what is left out', () => {
    const bench = bench3({ config: { 'num.partitions': '4', 'default.replication.factor': '3' } });
    expect(create(bench, 'orders', -1, -1)).toMatchObject({ numPartitions: 4, replicationFactor: 3 });
  });

  it('puts a replica on a fenced broker only where it must, and keeps it out of the ISR', () => {
    const bench = bench3();
    bench.fence(3, 1, 2);
    create(bench, 'two', 6, 2);
    create(bench, 'three', 1, 3);
    const partitions = [...bench.image().partitions.values()];
    expect(partitions.filter(({ topic, replicas }) => topic === 'two' && replicas.includes(3))).toEqual([]);
    expect(bench.partition('three-0').replicas.at(-1)).toBe(3);
    expect(bench.partition('three-0').isr).not.toContain(3);
  });

  it('leads a manual assignment by the first replica that is active', () => {
    const bench = bench3();
    bench.fence(1, 2, 3);
    bench.createTopic('orders', [[1, 2, 3]]);
    expect(bench.at('orders-0')).toBe('leader 2 epoch 0 isr 2,3');
  });

  const PREFIX = 'Unable to replicate the partition 4 time(s): The target replication factor of 4';
  it.each([
    [
      'a name with a blank',
      'a b',
      1,
      1,
      'INVALID_TOPIC_EXCEPTION',
      "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
    ],
    [
      'the name of the folder above',
      '..',
      1,
      1,
      'INVALID_TOPIC_EXCEPTION',
      "Topic name is invalid: '..' is not allowed",
    ],
    [
      'no name',
      '',
      1,
      1,
      'INVALID_TOPIC_EXCEPTION',
      'Topic name is invalid: the empty string is not allowed',
    ],
    [
      'a name that differs in . and _ alone',
      'taken_already',
      0,
      1,
      'INVALID_TOPIC_EXCEPTION',
      "Topic 'taken_already' collides with existing topic: taken.already",
    ],
    [
      'a name that is taken',
      'taken.already',
      1,
      1,
      'TOPIC_ALREADY_EXISTS',
      "Topic 'taken.already' already exists.",
    ],
    [
      'no partitions',
      'orders',
      0,
      1,
      'INVALID_PARTITIONS',
      'Number of partitions was set to an invalid non-positive value.',
    ],
    [
      'no replicas',
      'orders',
      0,
      0,
      'INVALID_REPLICATION_FACTOR',
      'Replication factor must be larger than 0, or -1 to use the default value.',
    ],
    [
      'more replicas than brokers',
      'orders',
      1,
      4,
      'INVALID_REPLICATION_FACTOR',
      `${PREFIX} cannot be reached because only 3 broker(s) are registered or some brokers have all their log directories cordoned.`,
    ],
    [
      'the metadata log',
      '__cluster_metadata',
      1,
      1,
      'INVALID_REQUEST',
      'Creation of internal topic __cluster_metadata is prohibited.',
    ],
    [
      'more partitions than a batch of the metadata log holds',
      'orders',
      10_001,
      1,
      'POLICY_VIOLATION',
      'Excessively large number of partitions per request.',
    ],
  ])('refuses %s', (_what, name, partitions, replicationFactor, errorCode, errorMessage) => {
    const bench = bench3();
    create(bench, 'taken.already', 1, 1);
    const before = bench.image().endOffset;
    expect(create(bench, name, partitions, replicationFactor)).toMatchObject({ errorCode, errorMessage });
    expect(bench.image().endOffset).toBe(before);
  });

  it.each<[string, Record<string, string>, string]>([
    ['an unknown setting', { 'min.isr': '2' }, 'Unknown topic config name: min.isr'],
    [
      'a value below the least one',
      { 'min.insync.replicas': '0' },
      'Invalid value 0 for configuration min.insync.replicas: Value must be at least 1',
    ],
    [
      'a value that is no number',
      { 'flush.ms': 'x' },
      'Invalid value x for configuration flush.ms: Not a number of type LONG',
    ],
    [
      'segments smaller than Kafka permits',
      { 'segment.bytes': '1000' },
      'Invalid value 1000 for configuration segment.bytes: Value must be at least 1048576',
    ],
    [
      'the first of two illegal values in the order in which Kafka checks them',
      { 'cleanup.policy': 'foo', 'segment.ms': '0' },
      'Invalid value 0 for configuration segment.ms: Value must be at least 1',
    ],
    [
      'settings that contradict each other',
      { 'min.compaction.lag.ms': '10', 'max.compaction.lag.ms': '5' },
      'conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)',
    ],
  ])('refuses %s', (_what, config, errorMessage) => {
    const bench = bench3();
    expect(bench.createTopic('orders', [[1]], config)).toMatchObject({
      errorCode: 'INVALID_CONFIG',
      errorMessage,
    });
    expect(bench.image().topics.size).toBe(0);
  });

  const ASSIGNMENT = 'The manual partition assignment includes';
  it.each<[string, number[][], string]>([
    ['a broker twice', [[1, 1]], `${ASSIGNMENT} the broker 1 more than once.`],
    ['an unknown broker', [[1, 9]], `${ASSIGNMENT} broker 9, but no such broker is registered.`],
    ['no broker', [[]], `${ASSIGNMENT} an empty replica list.`],
    [
      'partitions of different sizes',
      [[1, 2], [1]],
      `${ASSIGNMENT} a partition with 1 replica(s), but this is not consistent with previous partitions, which have 2 replica(s).`,
    ],
  ])('refuses an assignment with %s', (_what, assignment, errorMessage) => {
    expect(bench3().createTopic('orders', assignment)).toMatchObject({
      errorCode: 'INVALID_REPLICA_ASSIGNMENT',
      errorMessage,
    });
  });

  it('refuses an assignment beside counts, with a gap, or named twice', () => {
    const bench = bench3();
    const assign = (partitions: number[], numPartitions = -1, replicationFactor = -1) =>
      bench.call('CreateTopics', {
        validateOnly: false,
        timeoutMs: 0,
        topics: [
          {
            name: 'orders',
            numPartitions,
            replicationFactor,
            assignments: partitions.map((partitionIndex) => ({ partitionIndex, brokerIds: [1] })),
            configs: [],
          },
        ],
      }).topics[0]?.errorMessage;
    expect(assign([0], 1, 1)).toBe(
      'A manual partition assignment was specified, but replication factor was not set to -1.',
    );
    expect(assign([0], 1)).toBe(
      'A manual partition assignment was specified, but numPartitions was not set to -1.',
    );
    expect(assign([0, 2])).toBe('partitions should be a consecutive 0-based integer sequence');
    expect(assign([0, 0])).toBe('Found multiple manual partition assignments for partition 0');
  });

  it('creates nothing with validateOnly, and answers duplicates last', () => {
    const bench = bench3();
    const topic = { name: 'd', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
    const body = { timeoutMs: 0, topics: [topic, topic, { ...topic, name: 'e' }] };
    const { topics } = bench.call('CreateTopics', { ...body, validateOnly: true });
    expect(topics).toMatchObject([
      { name: 'e', errorCode: 'NONE', numPartitions: 1, replicationFactor: 1 },
      { name: 'd', errorCode: 'INVALID_REQUEST', errorMessage: 'Duplicate topic name.' },
    ]);
    expect(bench.image().topics.size).toBe(0);
  });

  it('answers with the settings that apply, and where they come from (KIP-525)', () => {
    const bench = bench3({ config: { 'log.flush.interval.messages': '7' } });
    set(bench, 4, '', 'min.insync.replicas', '2');
    const created = bench.createTopic('orders', [[1, 2]], { 'max.message.bytes': ' 2000 ' });
    const of = (name: string) => created?.configs?.find((config) => config.name === name);
    expect(created?.configs).toHaveLength(33);
    expect(of('max.message.bytes')).toMatchObject({ value: ' 2000 ', configSource: 1, readOnly: false });
    expect(of('min.insync.replicas')).toMatchObject({ value: '2', configSource: 3 });
    expect(of('flush.messages')).toMatchObject({ value: '7', configSource: 4 });
    expect(of('retention.ms')).toMatchObject({ value: '604800000', configSource: 5 });
  });

  it('creates the initial topics once, when the brokers for them are there', () => {
    const topic = { name: 'orders', numPartitions: 3, replicationFactor: 3, assignments: [], configs: [] };
    const bench = new ControllerBench({ initialTopics: { brokersCount: 3, topics: [topic] } });
    bench.join(1, 2);
    expect(bench.image().topics.size).toBe(0);
    bench.join(3);
    expect(bench.partition('orders-2').isr).toHaveLength(3);
    const before = bench.partition('orders-0');
    bench.restartController();
    bench.pass(1, 1, 2, 3);
    expect(bench.partition('orders-0')).toEqual(before);
  });
});

describe('IncrementalAlterConfigs', () => {
  it('sets and removes: topic before all brokers before the default', () => {
    const bench = bench3();
    create(bench, 'orders', 1, 3);
    const minIsr = () => bench.image().topicConfig('orders')['min.insync.replicas'];
    expect(minIsr()).toBe(1);
    expect(set(bench, 4, '', 'min.insync.replicas', '2')?.errorCode).toBe('NONE');
    expect(minIsr()).toBe(2);
    expect(set(bench, 2, 'orders', 'min.insync.replicas', '3')?.errorCode).toBe('NONE');
    expect(minIsr()).toBe(3);
    set(bench, 2, 'orders', 'min.insync.replicas', null);
    expect(minIsr()).toBe(2);
  });

  it('knows the broker-wide names of topic settings', () => {
    const bench = bench3();
    create(bench, 'orders', 1, 3);
    set(bench, 4, '', 'log.flush.interval.messages', '1');
    expect(bench.image().topicConfig('orders')['flush.messages']).toBe(1);
  });

  it.each<[2 | 4, string, string, string, string]>([
    [2, 'orders', 'retention', '1', 'INVALID_CONFIG'],
    [2, 'orders', 'min.insync.replicas', 'two', 'INVALID_CONFIG'],
    [2, 'nowhere', 'min.insync.replicas', '2', 'UNKNOWN_TOPIC_OR_PARTITION'],
    [4, '9', 'min.insync.replicas', '2', 'BROKER_ID_NOT_REGISTERED'],
    [4, '', 'broker.session.timeout.ms', '1000', 'INVALID_REQUEST'],
  ])('refuses resource %i %s: %s=%s', (resourceType, resourceName, name, value, errorCode) => {
    const bench = bench3();
    create(bench, 'orders', 1, 3);
    const before = bench.image().endOffset;
    expect(set(bench, resourceType, resourceName, name, value)?.errorCode).toBe(errorCode);
    expect(bench.image().endOffset).toBe(before);
  });

  it('takes topic defaults from the configuration of the process', () => {
    const bench = bench3({ config: { 'unclean.leader.election.enable': 'true' } });
    bench.createTopic('orders', [[1, 2, 3]]);
    bench.alterIsr('orders-0', [1]);
    bench.fence(1, 2, 3);
    expect(bench.at('orders-0')).toBe('leader 2 epoch 1 isr 2');
  });

  it('refuses to start with a setting that does not exist', () => {
    expect(() => new ControllerBench({ config: { 'min.isr': '1' } })).toThrow(
      "Unknown configuration 'min.isr'",
    );
  });
});

describe('AllocateProducerIds (KIP-730)', () => {
  it('gives blocks of 1,000 that never overlap, restart or not, and none to a stale incarnation', () => {
    const bench = bench3();
    const allocate = (brokerId: number, brokerEpoch = bench.epoch(brokerId)) =>
      bench.call('AllocateProducerIds', { brokerId, brokerEpoch });
    expect(allocate(1)).toMatchObject({ errorCode: 'NONE', producerIdStart: 0, producerIdLen: 1_000 });
    expect(allocate(2)).toMatchObject({ producerIdStart: 1_000 });
    bench.restartController();
    expect(allocate(1, 0).errorCode).toBe('STALE_BROKER_EPOCH');
    expect(allocate(1)).toMatchObject({ producerIdStart: 2_000 });
  });
});
