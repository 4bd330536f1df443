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

  it.each([
    ['a name with a blank', 'a b', 1, 1, 'INVALID_TOPIC_EXCEPTION'],
    ['the name of the folder above', '..', 1, 1, 'INVALID_TOPIC_EXCEPTION'],
    ['a name that differs in . and _ alone', 'taken_already', 1, 1, 'INVALID_TOPIC_EXCEPTION'],
    ['a name that is taken', 'taken.already', 1, 1, 'TOPIC_ALREADY_EXISTS'],
    ['no partitions', 'orders', 0, 1, 'INVALID_PARTITIONS'],
    ['no replicas', 'orders', 1, 0, 'INVALID_REPLICATION_FACTOR'],
    ['more replicas than brokers', 'orders', 1, 4, 'INVALID_REPLICATION_FACTOR'],
  ])('refuses %s', (_what, name, partitions, replicationFactor, errorCode) => {
    const bench = bench3();
    create(bench, 'taken.already', 1, 1);
    const before = bench.image().endOffset;
    expect(create(bench, name, partitions, replicationFactor)?.errorCode).toBe(errorCode);
    expect(bench.image().endOffset).toBe(before);
  });

  it('refuses unknown settings, impossible values and broken assignments', () => {
    const bench = bench3();
    expect(bench.createTopic('orders', [[1]], { 'min.isr': '2' })?.errorCode).toBe('INVALID_REQUEST');
    expect(bench.createTopic('orders', [[1]], { 'min.insync.replicas': '0' })?.errorCode).toBe(
      'INVALID_REQUEST',
    );
    expect(bench.createTopic('orders', [[1, 1]])?.errorCode).toBe('INVALID_REQUEST');
    expect(bench.createTopic('orders', [[1, 9]])?.errorCode).toBe('INVALID_REQUEST');
    expect(bench.createTopic('orders', [[1, 2], [1]])?.errorCode).toBe('INVALID_REQUEST');
    expect(bench.image().topics.size).toBe(0);
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
    [2, 'orders', 'retention', '1', 'INVALID_REQUEST'],
    [2, 'orders', 'min.insync.replicas', 'two', 'INVALID_REQUEST'],
    [2, 'nowhere', 'min.insync.replicas', '2', 'UNKNOWN_TOPIC_OR_PARTITION'],
    [4, '9', 'min.insync.replicas', '2', 'INVALID_REQUEST'],
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
