/** Three brokers and a controller, wired together as in production, on a virtual clock: what replication promises. */
import { describe, expect, it } from 'vitest';
import { TinyCluster } from './testing/tiny-cluster.js';

describe('a replicated partition', () => {
  it('replicates an acks=all record to all three before it is acknowledged, and lets consumers read it', () => {
    const cluster = TinyCluster.ready({ topicConfig: { 'min.insync.replicas': '2' } });
    const leader = cluster.leaderName();
    expect(cluster.produce(leader, ['one', 'two'])).toBe('NONE');
    for (const name of ['b1', 'b2', 'b3']) expect(cluster.logOf(name)).toEqual(['one', 'two']);
    expect(cluster.consume(leader).values).toEqual(['one', 'two']);
    cluster.run(1);
    for (const name of ['b1', 'b2', 'b3']) expect(cluster.replica(name).highWatermark).toBe(2);
  });
});
