import { describe, expect, it } from 'vitest';
import { ControllerBench } from '../testing/controller-bench.js';

const setUp = () => {
  const bench = new ControllerBench();
  bench.join(1, 2, 3);
  bench.createTopic('orders', [
    [1, 2],
    [2, 3],
  ]);
  return bench;
};

interface Growth {
  readonly count: number;
  readonly assignments?: readonly (readonly number[])[];
  readonly name?: string;
  readonly validateOnly?: boolean;
}

function grow(bench: ControllerBench, { count, assignments, name = 'orders', validateOnly = false }: Growth) {
  const assigned = assignments?.map((brokerIds) => ({ brokerIds })) ?? null;
  const topics = [{ name, count, assignments: assigned }];
  return bench.call('CreatePartitions', { topics, timeoutMs: 0, validateOnly }).results[0];
}

const partitionsOf = (bench: ControllerBench) => bench.image().topics.get('orders')?.partitions ?? [];

describe('CreatePartitions', () => {
  it('adds partitions behind those that are there, each with as many replicas as the first has', () => {
    const bench = setUp();
    const before = partitionsOf(bench);
    expect(grow(bench, { count: 5 })).toMatchObject({ name: 'orders', errorCode: 'NONE' });
    const after = partitionsOf(bench);
    expect(after.map(({ partitionId }) => partitionId)).toEqual([0, 1, 2, 3, 4]);
    expect(after.slice(0, 2)).toEqual(before);
    for (const { replicas, isr, leader, leaderEpoch } of after.slice(2)) {
      expect(new Set(replicas).size).toBe(2);
      expect({ isr, leader, leaderEpoch }).toEqual({ isr: replicas, leader: replicas[0], leaderEpoch: 0 });
    }
    expect(new Set(after.slice(2).map(({ leader }) => leader)).size).toBe(3);
  });

  it('follows an assignment, and leaves fenced brokers out of the first ISR', () => {
    const bench = setUp();
    bench.fence(2, 1, 3);
    expect(
      grow(bench, {
        count: 4,
        assignments: [
          [2, 1],
          [3, 1],
        ],
      })?.errorCode,
    ).toBe('NONE');
    expect(bench.at('orders-2')).toBe('leader 1 epoch 0 isr 1');
    expect(bench.at('orders-3')).toBe('leader 3 epoch 0 isr 3,1');
  });

  it('survives a restart of the controller, and the topic grows on from there', () => {
    const bench = setUp();
    grow(bench, { count: 3 });
    bench.restartController();
    expect(grow(bench, { count: 4 })?.errorCode).toBe('NONE');
    expect(partitionsOf(bench)).toHaveLength(4);
  });

  it('refuses a count that is not an increase, an unknown topic and an assignment that does not fit', () => {
    const bench = setUp();
    const increase = (count: number) =>
      `The topic orders currently has 2 partition(s); ${count} would not be an increase.`;
    const refusals: readonly [Growth, string, string | null][] = [
      [{ count: 2 }, 'INVALID_PARTITIONS', 'Topic already has 2 partition(s).'],
      [{ count: 1 }, 'INVALID_PARTITIONS', increase(1)],
      [{ count: -1 }, 'INVALID_PARTITIONS', increase(-1)],
      [{ count: 3, name: 'nowhere' }, 'UNKNOWN_TOPIC_OR_PARTITION', null],
      [
        { count: 4, assignments: [[1, 2]] },
        'INVALID_REPLICA_ASSIGNMENT',
        'Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.',
      ],
      [
        { count: 3, assignments: [[1]] },
        'INVALID_REPLICA_ASSIGNMENT',
        'The manual partition assignment includes a partition with 1 replica(s), but this is not consistent ' +
          'with previous partitions, which have 2 replica(s).',
      ],
      [
        { count: 3, assignments: [[1, 1]] },
        'INVALID_REPLICA_ASSIGNMENT',
        'The manual partition assignment includes the broker 1 more than once.',
      ],
      [
        { count: 3, assignments: [[1, 9]] },
        'INVALID_REPLICA_ASSIGNMENT',
        'The manual partition assignment includes broker 9, but no such broker is registered.',
      ],
    ];
    for (const [growth, errorCode, errorMessage] of refusals)
      expect(grow(bench, growth)).toMatchObject({ errorCode, errorMessage });
    expect(partitionsOf(bench)).toHaveLength(2);
  });

  it('refuses a topic that is named twice, and changes nothing with validateOnly', () => {
    const bench = setUp();
    const topic = { name: 'orders', count: 3, assignments: null };
    const twice = bench.call('CreatePartitions', {
      topics: [topic, topic],
      timeoutMs: 0,
      validateOnly: false,
    });
    expect(twice.results.map(({ errorCode }) => errorCode)).toEqual(['INVALID_REQUEST']);
    expect(grow(bench, { count: 3, validateOnly: true })?.errorCode).toBe('NONE');
    expect(partitionsOf(bench)).toHaveLength(2);
  });
});
