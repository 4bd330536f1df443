import { describe, expect, it } from 'vitest';
import type { FetchRequest } from '../protocol/apis/01-fetch.js';
import { ControllerBench } from '../testing/controller-bench.js';
import { fetchedBatches, fetchedPartition, metadataFetch, uuidNamed } from '../testing/metadata-fetch.js';

const allocation = (bench: ControllerBench) => ({ brokerId: 1, brokerEpoch: bench.epoch(1) });

describe('a controller whose disk hangs', () => {
  it('answers no request, reports nothing and publishes nothing before its decision is on disk', () => {
    const bench = new ControllerBench();
    bench.join(1, 2);
    bench.createTopic('orders', [[1, 2]]);
    const told = bench.told.length;
    const endOffset = bench.image().endOffset;
    bench.disk.hanging.add('sync');
    let answers = 0;
    bench.send('AllocateProducerIds', allocation(bench), () => {
      answers += 1;
    });
    bench.pass(20);
    expect(answers).toBe(0);
    expect(bench.told).toHaveLength(told);
    expect(bench.server.image.endOffset).toBeGreaterThan(endOffset);
  });

  it('forgets in a power loss what it never answered', () => {
    const bench = new ControllerBench();
    bench.join(1);
    bench.disk.hanging.add('sync');
    bench.send('AllocateProducerIds', allocation(bench), () => undefined);
    bench.world.run(10_000);
    expect(bench.server.image.nextProducerId).toBe(1_000);
    bench.crashController();
    bench.disk.powerLoss(0);
    bench.disk.hanging.clear();
    bench.startController();
    expect(bench.call('AllocateProducerIds', allocation(bench)).producerIdStart).toBe(0);
  });

  it('decides the second of two requests by the state after the first', () => {
    const bench = new ControllerBench();
    bench.join(1);
    const starts: number[] = [];
    for (let request = 0; request < 3; request += 1) {
      bench.send('AllocateProducerIds', allocation(bench), (response) =>
        starts.push(response.producerIdStart),
      );
    }
    bench.world.run(20_000);
    expect(starts).toEqual([0, 1_000, 2_000]);
  });

  it('ends when the disk fails', () => {
    const bench = new ControllerBench();
    bench.join(1);
    bench.disk.failing.add('sync');
    bench.send('AllocateProducerIds', allocation(bench), () => undefined);
    bench.world.run(10_000);
    expect(bench.halts).toHaveLength(1);
  });
});

describe('a fetch of the metadata log', () => {
  const fetch = (bench: ControllerBench, maxWaitMs: number) => {
    const fetchOffset = bench.image().endOffset;
    const started = bench.world.now;
    const answers: { readonly afterMs: number; readonly batches: number }[] = [];
    // A client of its own: on one connection the next request would wait behind this one.
    bench.sendAside('Fetch', metadataFetch({ fetchOffset, lastFetchedEpoch: 1 }, maxWaitMs), (response) => {
      const afterMs = Math.floor((bench.world.now - started) / 1_000);
      answers.push({ afterMs, batches: fetchedBatches(response).length });
    });
    return answers;
  };

  it('is held until something is committed', () => {
    const bench = new ControllerBench();
    const answers = fetch(bench, 500);
    bench.world.run(100_000);
    expect(answers).toEqual([]);
    bench.register(1);
    expect(answers).toMatchObject([{ batches: 1 }]);
  });

  it('gets an empty answer when its wait time is over, each of several at its own time', () => {
    const bench = new ControllerBench();
    const patient = fetch(bench, 500);
    const hasty = fetch(bench, 100);
    bench.world.run(1_000_000);
    expect(hasty).toMatchObject([{ batches: 0 }]);
    expect(patient).toMatchObject([{ batches: 0 }]);
    expect(hasty[0]?.afterMs).toBeLessThan(105);
    expect(patient[0]?.afterMs).toBeGreaterThanOrEqual(500);
    expect(patient[0]?.afterMs).toBeLessThan(510);
  });

  it('is refused in another epoch', () => {
    const bench = new ControllerBench();
    bench.restartController();
    const ask = (currentLeaderEpoch: number) => bench.call('Fetch', metadataFetch({ currentLeaderEpoch }));
    const currentLeader = { leaderId: 3_000, leaderEpoch: 2 };
    expect(fetchedPartition(ask(1))).toMatchObject({ errorCode: 'FENCED_LEADER_EPOCH', currentLeader });
    expect(fetchedBatches(ask(1))).toEqual([]);
    expect(fetchedPartition(ask(3)).errorCode).toBe('UNKNOWN_LEADER_EPOCH');
    expect(fetchedPartition(ask(2))).toMatchObject({ errorCode: 'NONE', currentLeader });
    expect(ask(2).nodeEndpoints).toEqual([{ nodeId: 3_000, host: 'c1', port: 9_093, rack: null }]);
  });

  it('is refused for another cluster, for another partition, and with an offset or epoch that cannot be', () => {
    const bench = new ControllerBench();
    const ask = (changes: Partial<FetchRequest>) => bench.call('Fetch', { ...metadataFetch({}), ...changes });
    expect(ask({ clusterId: 'another' })).toMatchObject({
      errorCode: 'INCONSISTENT_CLUSTER_ID',
      responses: [],
    });
    expect(ask({ clusterId: 'cluster' }).errorCode).toBe('NONE');
    const [topic] = metadataFetch({}).topics;
    expect(ask({ topics: [{ ...topic!, topicId: uuidNamed('orders') }] }).errorCode).toBe('INVALID_REQUEST');
    expect(ask({ topics: [topic!, topic!] }).errorCode).toBe('INVALID_REQUEST');
    expect(ask({ topics: [{ ...topic!, partitions: [] }] }).errorCode).toBe('INVALID_REQUEST');
    expect(fetchedPartition(ask({ maxWaitMs: -1 })).errorCode).toBe('INVALID_REQUEST');
    for (const changes of [
      { partition: 1 },
      { fetchOffset: -1 },
      { lastFetchedEpoch: -1 },
      { lastFetchedEpoch: 2 },
    ]) {
      const response = bench.call('Fetch', metadataFetch(changes));
      const error = response.errorCode === 'NONE' ? fetchedPartition(response).errorCode : response.errorCode;
      expect(error).toBe('INVALID_REQUEST');
    }
  });
});

describe('the observer across a restart of the controller', () => {
  const setUp = () => {
    const bench = new ControllerBench();
    bench.join(1, 2);
    bench.createTopic('orders', [[1, 2]]);
    bench.call('AllocateProducerIds', allocation(bench));
    return bench;
  };

  it('gets no change twice', () => {
    const bench = setUp();
    const told = [...bench.told];
    bench.restartController();
    bench.restartController();
    bench.world.run(100_000);
    expect(bench.told).toEqual(told);
  });

  it('gets every change, including one that was on disk but not reported when the controller crashed', () => {
    const bench = setUp();
    bench.disk.hanging.add('sync');
    bench.send('BrokerHeartbeat', { ...heartbeatOf(bench, 1), wantFence: true }, () => undefined);
    bench.world.run(10_000);
    expect(bench.told.at(-1)).not.toBe('broker 1 fenced');
    bench.crashController();
    bench.disk.hanging.clear();
    bench.startController();
    expect(bench.told.slice(-2)).toEqual(['broker 1 fenced', 'orders-0: leader 2 epoch 1 isr 2']);
  });
});

const heartbeatOf = (bench: ControllerBench, brokerId: number) => ({
  brokerId,
  brokerEpoch: bench.epoch(brokerId),
  currentMetadataOffset: 1_000_000,
  wantFence: false,
  wantShutDown: false,
  offlineLogDirs: [],
  cordonedLogDirs: null,
});
