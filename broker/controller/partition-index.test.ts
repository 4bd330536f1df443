import { describe, expect, it } from 'vitest';
import type { PartitionRegistration } from '../metadata/partition-registration.js';
import { TopicIdPartitions } from '../protocol/topic-id-partition.js';
import { PartitionIndex } from './partition-index.js';

const ORDERS = new TopicIdPartitions().of('A', 'orders', 0);

const partition = (leader: number, isr: readonly number[]): PartitionRegistration => ({
  id: ORDERS,
  name: 'orders-0',
  topic: 'orders',
  partitionId: 0,
  replicas: [1, 2, 3],
  isr,
  leader,
  leaderEpoch: 0,
  partitionEpoch: 0,
  leaderRecoveryState: 0,
});

describe('the index of partitions by broker', () => {
  it('follows ISRs, leaderships, leaderless and imbalanced partitions through every change', () => {
    const index = new PartitionIndex();
    const see = () => ({
      isrOf: [1, 2, 3].filter((broker) => index.withInIsr(broker).has('orders-0')),
      leads: [1, 2, 3].filter((broker) => index.hasLeaderships(broker)),
      isLeaderless: index.leaderless.has('orders-0'),
      isImbalanced: index.imbalanced.has('orders-0'),
    });
    const steps = [partition(1, [1, 2, 3]), partition(2, [2, 3]), partition(-1, [3]), partition(1, [3, 1])];
    const seen = steps.map((current, step) => {
      index.update(steps[step - 1] ?? null, current);
      return see();
    });
    expect(seen).toEqual([
      { isrOf: [1, 2, 3], leads: [1], isLeaderless: false, isImbalanced: false },
      { isrOf: [2, 3], leads: [2], isLeaderless: false, isImbalanced: true },
      { isrOf: [3], leads: [], isLeaderless: true, isImbalanced: true },
      { isrOf: [1, 3], leads: [1], isLeaderless: false, isImbalanced: false },
    ]);
    index.remove(partition(1, [3, 1]));
    expect(see()).toEqual({ isrOf: [], leads: [], isLeaderless: false, isImbalanced: false });
    const leaderless = partition(-1, [3]);
    index.update(null, leaderless);
    index.remove(leaderless);
    expect(see()).toEqual({ isrOf: [], leads: [], isLeaderless: false, isImbalanced: false });
  });
});
