import { describe, expect, it } from 'vitest';
import { ControllerBench } from '../testing/controller-bench.js';
import { metadataFetch } from '../testing/metadata-fetch.js';
import { LogObservers } from './log-observers.js';

const ask = (bench: ControllerBench, topicName = '__cluster_metadata', partitions = [0]) =>
  bench.call('DescribeQuorum', {
    topics: [{ topicName, partitions: partitions.map((partitionIndex) => ({ partitionIndex })) }],
  });

describe('DescribeQuorum', () => {
  it('gives the voter with its address, and each observer with the offset that it fetched last', () => {
    const bench = new ControllerBench();
    bench.join(1);
    const fetchOffset = bench.image().endOffset;
    bench.call('Fetch', metadataFetch({ fetchOffset, lastFetchedEpoch: 1 }, 0, 7));
    bench.call('Fetch', metadataFetch({ fetchOffset: 1, lastFetchedEpoch: 1 }, 0, 8));
    bench.call('Fetch', metadataFetch({ fetchOffset: 1, lastFetchedEpoch: 1 }, 0, -1));
    const { errorCode, topics, nodes } = ask(bench);
    expect(errorCode).toBe('NONE');
    expect(nodes).toEqual([{ nodeId: 3_000, listeners: [{ name: 'CONTROLLER', host: 'c1', port: 9_093 }] }]);
    const partition = topics[0]?.partitions[0];
    expect(partition).toMatchObject({
      errorCode: 'NONE',
      leaderId: 3_000,
      leaderEpoch: 1,
      highWatermark: fetchOffset,
    });
    expect(partition?.currentVoters).toMatchObject([
      { replicaId: 3_000, logEndOffset: fetchOffset, lastFetchTimestamp: -1 },
    ]);
    const observers = (partition?.observers ?? []).filter(({ replicaId }) => replicaId !== 9);
    expect(observers).toMatchObject([
      { replicaId: 7, logEndOffset: fetchOffset },
      { replicaId: 8, logEndOffset: 1, lastCaughtUpTimestamp: -1 },
    ]);
    expect(observers[0]?.lastCaughtUpTimestamp).toBe(observers[0]?.lastFetchTimestamp);
  });

  it('knows no other partition', () => {
    const bench = new ControllerBench();
    const unknown = { errorCode: 'UNKNOWN_TOPIC_OR_PARTITION' };
    expect(ask(bench, 'orders').topics).toMatchObject([{ topicName: 'orders', partitions: [unknown] }]);
    expect(ask(bench, '__cluster_metadata', [0, 1]).topics[0]?.partitions).toMatchObject([unknown, unknown]);
    expect(bench.call('DescribeQuorum', { topics: [] }).topics).toEqual([]);
  });
});

describe('the progress of observers', () => {
  const fetch = {
    replicaId: 1,
    replicaDirectoryId: 'A',
    fetchOffset: 5,
    leaderEndOffset: 10,
    nowMillis: 1_000,
  };

  it('counts one as caught up with the time of the last fetch if it has what was in the log then', () => {
    const observers = new LogObservers();
    observers.fetched(fetch);
    expect(observers.active(1_000)).toMatchObject([{ lastFetchTimestamp: 1_000, lastCaughtUpTimestamp: -1 }]);
    observers.fetched({ ...fetch, fetchOffset: 10, leaderEndOffset: 12, nowMillis: 2_000 });
    expect(observers.active(2_000)).toMatchObject([
      { lastFetchTimestamp: 2_000, lastCaughtUpTimestamp: 1_000 },
    ]);
    observers.fetched({ ...fetch, fetchOffset: 12, leaderEndOffset: 12, nowMillis: 3_000 });
    expect(observers.active(3_000)).toMatchObject([{ lastCaughtUpTimestamp: 3_000, logEndOffset: 12 }]);
  });

  it('forgets one that fetched nothing for five minutes, and knows no more than a thousand', () => {
    const observers = new LogObservers();
    for (let replicaId = 0; replicaId < 1_500; replicaId += 1) observers.fetched({ ...fetch, replicaId });
    expect(observers.active(1_000)).toHaveLength(1_000);
    observers.fetched({ ...fetch, replicaId: 2_000, nowMillis: 301_000 });
    expect(observers.active(301_000).map(({ replicaId }) => replicaId)).toEqual([2_000]);
  });
});
