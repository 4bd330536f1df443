/** The current leader and its address in an error of Produce and Fetch (KIP-951), with which a client needs no Metadata. */
import { beforeAll, describe, expect, it } from 'vitest';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import { fetchRequest, produceRequest, TinyCluster } from '../testing/tiny-cluster.js';

let cluster: TinyCluster;
let leader: string;
let topicId: string;

const idOf = (broker: string): number => Number(broker.slice(1));

beforeAll(() => {
  cluster = TinyCluster.ready({});
  leader = cluster.leaderName();
  topicId = cluster.brokers.get(leader)!.replicas!.context.image.topics.get('orders')!.topicId;
});

function named(version: number) {
  return version >= 13
    ? { name: '', topic: '', topicId }
    : { name: 'orders', topic: 'orders', topicId: ZERO_UUID };
}

function produce(version: number, broker: string) {
  const request = produceRequest(['a'], -1, 5_000);
  const topicData = request.topicData.map((each) => ({ ...each, ...named(version) }));
  const answer = cluster.requestIn(version, broker, 'Produce', { ...request, topicData });
  if (answer === 'closed') throw new Error('closed');
  const [response] = answer.responses[0]!.partitionResponses;
  return { response: response!, nodeEndpoints: answer.nodeEndpoints };
}

/** As a replica, which a leader alone serves. */
function fetch(version: number, broker: string, currentLeaderEpoch = -1) {
  const replicaId = idOf(cluster.followerNames()[1]!);
  const by = version >= 15 ? { replicaState: { replicaId, replicaEpoch: -1 } } : { replicaId };
  const request = fetchRequest(0, { maxWaitMs: 0, ...by }, { currentLeaderEpoch });
  const topics = request.topics.map((each) => ({ ...each, ...named(version) }));
  const answer = cluster.requestIn(version, broker, 'Fetch', { ...request, topics });
  if (answer === 'closed') throw new Error('closed');
  const [response] = answer.responses[0]!.partitions;
  return { response: response!, nodeEndpoints: answer.nodeEndpoints };
}

const endpointOf = (broker: string) => ({ nodeId: idOf(broker), host: broker, port: 9092, rack: null });

describe('NOT_LEADER_OR_FOLLOWER', () => {
  it.each([
    ['Produce', 10, produce],
    ['Produce', 13, produce],
    ['Fetch', 16, fetch],
    ['Fetch', 18, fetch],
  ] as const)('%s, version %i: names the leader, its epoch and its address', (_api, version, ask) => {
    const { response, nodeEndpoints } = ask(version, cluster.followerNames()[0]!);
    const { leaderEpoch } = cluster.replica(leader);
    expect(response).toMatchObject({
      errorCode: 'NOT_LEADER_OR_FOLLOWER',
      currentLeader: { leaderId: idOf(leader), leaderEpoch },
    });
    expect(nodeEndpoints).toEqual([endpointOf(leader)]);
  });

  it.each([
    ['Produce', 9, produce],
    ['Fetch', 15, fetch],
  ] as const)('%s, version %i: has no room for a leader', (_api, version, ask) => {
    const { response, nodeEndpoints } = ask(version, cluster.followerNames()[0]!);
    expect([response.currentLeader.leaderId, nodeEndpoints]).toEqual([-1, []]);
  });

  it('of a fenced leader: names it, without an address', () => {
    const follower = cluster.followerNames()[0]!;
    const { image } = cluster.brokers.get(follower)!.replicas!.context;
    const registration = image.brokers.get(idOf(leader))!;
    Object.assign(registration, { fenced: true });
    expect(produce(13, follower)).toMatchObject({
      response: { currentLeader: { leaderId: idOf(leader) } },
      nodeEndpoints: [],
    });
    Object.assign(registration, { fenced: false });
  });
});

describe('another error of Fetch', () => {
  it('UNKNOWN_LEADER_EPOCH names no leader: the client may know a newer one', () => {
    const { response, nodeEndpoints } = fetch(18, leader, 99);
    expect(response).toMatchObject({ errorCode: 'UNKNOWN_LEADER_EPOCH', currentLeader: { leaderId: -1 } });
    expect(nodeEndpoints).toEqual([]);
  });

  it('FENCED_LEADER_EPOCH names the leader', () => {
    cluster.crash(leader);
    cluster.run(20);
    const next = [...cluster.brokers.keys()].find(
      (name) => name !== leader && cluster.replica(name).leader !== null,
    )!;
    const { response, nodeEndpoints } = fetch(18, next, 0);
    expect(response).toMatchObject({
      errorCode: 'FENCED_LEADER_EPOCH',
      currentLeader: { leaderId: idOf(next), leaderEpoch: cluster.replica(next).leaderEpoch },
    });
    expect(nodeEndpoints).toEqual([endpointOf(next)]);
  });
});
