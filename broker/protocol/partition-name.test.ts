import { describe, expect, it } from 'vitest';
import { parsePartitionName, partitionName, splitPartitionName } from './partition-name.js';

describe('the name of a partition', () => {
  it('is read as what it was made of, whatever dashes and digits the topic has', () => {
    for (const topic of ['orders', 'a-1', '7', 'x.y_z-0-1', '__cluster_metadata']) {
      for (const index of [0, 7, 10, 2_147_483_647])
        expect(parsePartitionName(partitionName(topic, index))).toEqual({ topic, index });
    }
  });

  it('is nothing else in a log directory', () => {
    const others = [
      'meta.properties',
      'orders',
      'orders-',
      'orders-01',
      '-1',
      'orders-1.0a-delete',
      'a b-1',
      'orders--x',
    ];
    expect(others.filter((name) => parsePartitionName(name) !== null)).toEqual([]);
    expect(() => splitPartitionName('orders')).toThrow('orders is not the name of a partition');
  });
});
