import { describe, expect, it } from 'vitest';
import { metadataApi } from '../protocol/apis/03-metadata.js';
import { fetchRequest, produceRequest, TinyCluster, valuesOf } from '../testing/tiny-cluster.js';

describe('a topic that grows', () => {
  it('serves its new partition and keeps what its first one has', () => {
    const cluster = TinyCluster.ready({ topicConfig: { 'min.insync.replicas': '2' } });
    const leader = cluster.leaderName();
    cluster.produce(leader, ['before']);
    const grown = cluster.request(leader, 'CreatePartitions', {
      topics: [{ name: 'orders', count: 2, assignments: null }],
      timeoutMs: 1_000,
      validateOnly: false,
    });
    expect(grown.results).toMatchObject([{ name: 'orders', errorCode: 'NONE' }]);
    cluster.hosts.runUntil('the new partition is led', () => cluster.findLeader(1) !== null);
    const metadata = cluster.request(leader, 'Metadata', { ...metadataApi.request.defaults, topics: null });
    expect(metadata.topics[0]?.partitions.map(({ partitionIndex }) => partitionIndex).sort()).toEqual([0, 1]);
    const newLeader = cluster.leaderName(1);
    const answer = cluster.request(newLeader, 'Produce', produceRequest(['after'], -1, 5_000, 1));
    expect(answer.responses[0]?.partitionResponses[0]?.errorCode).toBe('NONE');
    const read = cluster.request(newLeader, 'Fetch', fetchRequest(0, {}, { partition: 1 }), 'consumer');
    expect(valuesOf(read.responses[0]?.partitions[0])).toEqual(['after']);
    expect(cluster.consume(leader).values).toEqual(['before']);
  });
});
