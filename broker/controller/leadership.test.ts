import { describe, expect, it } from 'vitest';
import { brokerRegistrationApi } from '../protocol/apis/62-broker-registration.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { ApiName } from '../protocol/frame.js';
import { RpcClient } from '../protocol/rpc-client.js';
import { controllerRules } from '../rules/controller/index.js';
import { MemoryDisk } from '../testing/memory-disk.js';
import { fetchedPartition, metadataFetch, uuidNamed } from '../testing/metadata-fetch.js';
import { ScriptedQuorumLog } from '../testing/scripted-quorum-log.js';
import { TestProcess } from '../testing/test-process.js';
import { TinyWorld } from '../testing/tiny-world.js';
import { ControllerServer } from './controller-server.js';

/** A controller whose voter wins and loses elections when the test says so. */
class Bench {
  readonly world = new TinyWorld();
  readonly log = new ScriptedQuorumLog();
  readonly process = new TestProcess(this.world, 'c1', new MemoryDisk());
  readonly server = new ControllerServer(this.process.env, {
    nodeId: 3_000,
    clusterId: 'cluster',
    port: 9093,
    config: {},
    rules: controllerRules,
    observer: null,
  });
  #hands = 0;

  lead(leaderEpoch = this.log.leaderEpoch): this {
    this.log.leaderEpoch = leaderEpoch;
    this.server.onLeader(this.log, this.log.batches, this.log.highWatermark);
    return this;
  }

  /** Another voter leads `leaderEpoch`; its log lacks the uncommitted records. */
  lose(leaderEpoch: number): void {
    this.log.leaderEpoch = leaderEpoch;
    this.log.truncate();
    this.server.onResigned(leaderEpoch);
  }

  commit(): void {
    this.log.highWatermark = this.log.endOffset;
    this.server.onHighWatermark(this.log.highWatermark);
  }

  /** Sends a request on its own connection and collects the answers. */
  send<A extends ApiName>(apiName: A, body: RequestBodies[A]): ResponseBodies[A][] {
    this.#hands += 1;
    const env = new TestProcess(this.world, `hand-${this.#hands}`, new MemoryDisk()).env;
    const address = { host: 'c1', port: 9093 };
    const client = new RpcClient(env, address, { clientId: 'hand', requestTimeoutMicros: 60_000_000 });
    const answers: ResponseBodies[A][] = [];
    client.send(apiName, body, (result) => {
      if (result.ok) answers.push(result.body);
    });
    this.world.run(5_000);
    return answers;
  }

  register(brokerId: number): ResponseBodies['BrokerRegistration'][] {
    return this.send('BrokerRegistration', {
      ...brokerRegistrationApi.request.defaults,
      brokerId,
      clusterId: 'cluster',
      incarnationId: uuidNamed(`incarnation ${brokerId}`),
      listeners: [{ name: 'PLAINTEXT', host: `b${brokerId}`, port: 9092, securityProtocol: 0 }],
    });
  }
}

describe('a voter that does not lead', () => {
  it('answers every request that a leader decides with NOT_CONTROLLER', () => {
    const bench = new Bench().lead();
    bench.lose(2);
    expect(bench.register(1)).toMatchObject([{ errorCode: 'NOT_CONTROLLER', brokerEpoch: -1 }]);
    const topic = { name: 'orders', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
    const created = bench.send('CreateTopics', { timeoutMs: 0, validateOnly: false, topics: [topic] });
    expect(created[0]?.topics).toMatchObject([{ name: 'orders', errorCode: 'NOT_CONTROLLER' }]);
    const fetch = metadataFetch({}, 500);
    const fetched = bench.send('Fetch', fetch);
    expect(fetched.map(fetchedPartition)).toMatchObject([{ errorCode: 'NOT_LEADER_OR_FOLLOWER' }]);
  });

  it('answers the same to requests that waited for a commit or were held when the leadership ended', () => {
    const bench = new Bench().lead();
    const registered = bench.register(1);
    const fetch = metadataFetch({}, 60_000);
    const fetched = bench.send('Fetch', fetch);
    expect([registered, fetched]).toEqual([[], []]);
    bench.lose(2);
    bench.world.run(5_000);
    expect(registered).toMatchObject([{ errorCode: 'NOT_CONTROLLER' }]);
    expect(fetched.map(fetchedPartition)).toMatchObject([{ errorCode: 'NOT_LEADER_OR_FOLLOWER' }]);
  });

  it('resigns when its log refuses an append, before it learns of the election', () => {
    const bench = new Bench().lead();
    const first = bench.register(1);
    bench.log.leaderEpoch = 2;
    expect(bench.register(2)).toMatchObject([{ errorCode: 'NOT_CONTROLLER' }]);
    expect(first).toMatchObject([{ errorCode: 'NOT_CONTROLLER' }]);
    expect(bench.server.image.brokers.size).toBe(0);
  });

  it('fences nobody: its timers ended with its leadership', () => {
    const bench = new Bench().lead();
    bench.register(1);
    bench.commit();
    bench.lose(2);
    const appended = bench.log.endOffset;
    bench.world.run(700_000_000);
    expect(bench.log.endOffset).toBe(appended);
  });
});

describe('a voter that leads again', () => {
  it('listens still, and goes on from what was committed', () => {
    const bench = new Bench().lead();
    bench.register(1);
    bench.commit();
    bench.register(2);
    bench.lose(2);
    bench.lead(3);
    expect([...bench.server.image.brokers.keys()]).toEqual([1]);
    const registered = bench.register(2);
    expect(registered).toEqual([]);
    bench.commit();
    bench.world.run(5_000);
    expect(registered).toMatchObject([{ errorCode: 'NONE' }]);
    expect([...bench.server.image.brokers.keys()]).toEqual([1, 2]);
  });

  it('accepts its elections in any order', () => {
    const bench = new Bench().lead(3);
    bench.server.onResigned(2);
    expect(bench.register(1)).toEqual([]);
    bench.commit();
    expect([...bench.server.image.brokers.keys()]).toEqual([1]);
  });
});
