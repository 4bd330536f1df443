import { describe, expect, it } from 'vitest';
import { offsetCommitApi } from '../protocol/apis/08-offset-commit.js';
import { joinGroupApi } from '../protocol/apis/11-join-group.js';
import { syncGroupApi } from '../protocol/apis/14-sync-group.js';
import type { ResponseBodies } from '../protocol/apis/index.js';
import type { ApiName } from '../protocol/frame.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import { batchOf } from '../testing/batches.js';
import { TinyCluster, type TinyClusterOptions } from '../testing/tiny-cluster.js';
import { groupPartitionOf } from './group-partition.js';

const SMALL: TinyClusterOptions = {
  config: {
    'offsets.topic.num.partitions': '3',
    'group.initial.rebalance.delay.ms': '0',
    'min.insync.replicas': '2',
  },
};

/** A cluster with members of the group `g`, each on a client host of its own. */
class GroupCluster {
  readonly cluster: TinyCluster;

  constructor(options: TinyClusterOptions = SMALL) {
    this.cluster = TinyCluster.ready(options);
  }

  find(groupId = 'g', broker = 'b1') {
    const request = { key: '', keyType: 0, coordinatorKeys: [groupId] };
    return this.cluster.request(broker, 'FindCoordinator', request).coordinators[0]!;
  }

  coordinator(groupId = 'g', broker = 'b1'): string {
    let found = this.find(groupId, broker);
    for (let attempt = 0; found.errorCode !== 'NONE' && attempt < 100; attempt++) {
      this.cluster.run(0.1);
      found = this.find(groupId, broker);
    }
    return found.host;
  }

  /** The answers that come later are added to the array. */
  joinLater(broker: string, memberId: string, client = memberId): ResponseBodies['JoinGroup'][] {
    const answers: ResponseBodies['JoinGroup'][] = [];
    const body = {
      ...joinGroupApi.request.defaults,
      groupId: 'g',
      memberId,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 20_000,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: new Uint8Array([0, 0, 0, 0, 0, 0, 255, 255, 255, 255]) }],
    };
    this.cluster.send(broker, 'JoinGroup', body, (result) => result.ok && answers.push(result.body), client);
    return answers;
  }

  answered<A extends ApiName>(answers: ResponseBodies[A][]): ResponseBodies[A] {
    this.cluster.hosts.runUntil('an answer', () => answers.length > 0);
    return answers[0]!;
  }

  join(broker: string, client = 'm1'): ResponseBodies['JoinGroup'] {
    const first = this.answered<'JoinGroup'>(this.joinLater(broker, '', client));
    expect(first.errorCode).toBe('MEMBER_ID_REQUIRED');
    return this.answered<'JoinGroup'>(this.joinLater(broker, first.memberId, client));
  }

  sync(broker: string, { memberId, generationId }: ResponseBodies['JoinGroup'], client = 'm1') {
    return this.cluster.request(
      broker,
      'SyncGroup',
      {
        groupId: 'g',
        memberId,
        generationId,
        groupInstanceId: null,
        protocolType: 'consumer',
        protocolName: 'range',
        assignments: [{ memberId, assignment: new Uint8Array([7]) }],
      },
      client,
    );
  }

  heartbeat(broker: string, { memberId, generationId }: ResponseBodies['JoinGroup'], client = 'm1') {
    const body = { groupId: 'g', memberId, generationId, groupInstanceId: null };
    return this.cluster.request(broker, 'Heartbeat', body, client).errorCode;
  }

  commit(broker: string, committedOffset: number, member?: ResponseBodies['JoinGroup']): string {
    const { image } = this.cluster.brokers.get(broker)!.replicas!.context;
    const partition = {
      partitionIndex: 0,
      committedOffset,
      committedLeaderEpoch: 3,
      committedMetadata: 'note',
    };
    const answer = this.cluster.request(broker, 'OffsetCommit', {
      ...offsetCommitApi.request.defaults,
      groupId: 'g',
      memberId: member?.memberId ?? '',
      generationIdOrMemberEpoch: member?.generationId ?? -1,
      topics: [{ name: '', topicId: image.topics.get('orders')!.topicId, partitions: [partition] }],
    });
    return answer.topics[0]!.partitions[0]!.errorCode;
  }

  committed(broker: string, requireStable = false) {
    const { image } = this.cluster.brokers.get(broker)!.replicas!.context;
    const topicId = image.topics.get('orders')!.topicId;
    const topics = [{ name: '', topicId, partitionIndexes: [0] }];
    const answer = this.cluster.request(broker, 'OffsetFetch', {
      groupId: '',
      topics: [],
      groups: [{ groupId: 'g', memberId: null, memberEpoch: -1, topics }],
      requireStable,
    });
    const group = answer.groups[0]!;
    return group.errorCode === 'NONE' ? group.topics[0]!.partitions[0]!.committedOffset : group.errorCode;
  }
}

describe('the partition of a group', () => {
  it.each([
    ['', 0],
    ['g', 3],
    ['console-consumer-12345', 6],
    ['grüße-𝄞', 22],
  ])('%s of 50 is the one that Java calculates: %i', (groupId, partition) => {
    expect(groupPartitionOf(groupId, 50)).toBe(partition);
  });
});

describe('the first FindCoordinator', () => {
  it('creates __consumer_offsets, and every broker then names the same coordinator', () => {
    const groups = new GroupCluster();
    expect(groups.find()).toMatchObject({ errorCode: 'COORDINATOR_NOT_AVAILABLE', nodeId: -1 });
    const host = groups.coordinator();
    expect(host).toMatch(/^b[123]$/);
    for (const broker of ['b1', 'b2', 'b3']) expect(groups.coordinator('g', broker)).toBe(host);
    const { image } = groups.cluster.brokers.get('b1')!.replicas!.context;
    expect(image.topics.get('__consumer_offsets')?.partitions).toHaveLength(3);
    const { topics } = groups.cluster.request('b1', 'Metadata', {
      topics: [{ topicId: ZERO_UUID, name: '__consumer_offsets' }],
      allowAutoTopicCreation: false,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    });
    expect(topics[0]?.isInternal).toBe(true);
  });

  it('of another kind of key is refused', () => {
    const groups = new GroupCluster();
    const request = { key: '', keyType: 1, coordinatorKeys: ['t'] };
    const answer = groups.cluster.request('b1', 'FindCoordinator', request);
    expect(answer.coordinators[0]?.errorCode).toBe('INVALID_REQUEST');
  });
});

describe('a group over the network', () => {
  it('goes through its first generation, commits, and is found by a new coordinator as it was', () => {
    const groups = new GroupCluster();
    const broker = groups.coordinator();
    const member = groups.join(broker);
    expect(member).toMatchObject({ errorCode: 'NONE', generationId: 1, leader: member.memberId });
    expect(groups.sync(broker, member)).toMatchObject({ errorCode: 'NONE', assignment: new Uint8Array([7]) });
    expect(groups.heartbeat(broker, member)).toBe('NONE');
    expect(groups.commit(broker, 42, member)).toBe('NONE');
    expect(groups.committed(broker)).toBe(42);

    groups.cluster.crash(broker);
    const others = ['b1', 'b2', 'b3'].filter((name) => name !== broker);
    let next = broker;
    groups.cluster.hosts.runUntil('another coordinator', () => {
      next = groups.coordinator('g', others[0]);
      return next !== broker;
    });
    groups.cluster.hosts.runUntil('the group is loaded', () => groups.committed(next) === 42);
    expect(groups.heartbeat(next, member)).toBe('NONE');
    expect(groups.commit(next, 43, member)).toBe('NONE');
    const [described] = groups.cluster.request(next, 'DescribeGroups', {
      groups: ['g'],
      includeAuthorizedOperations: false,
    }).groups;
    expect(described).toMatchObject({
      groupState: 'Stable',
      protocolType: 'consumer',
      protocolData: 'range',
    });
    expect(described?.members[0]).toMatchObject({ memberId: member.memberId, clientHost: '/m1' });
  });

  it('is answered as Apache Kafka 4.3 answers: refused partitions first, the type in small letters', () => {
    const groups = new GroupCluster();
    const broker = groups.coordinator();
    const { cluster } = groups;
    const topicId = cluster.brokers.get(broker)!.replicas!.context.image.topics.get('orders')!.topicId;
    const offset = { committedOffset: 1, committedLeaderEpoch: -1, committedMetadata: null };
    const partitions = [0, 9].map((partitionIndex) => ({ partitionIndex, ...offset }));
    const commit = {
      ...offsetCommitApi.request.defaults,
      groupId: 'g',
      topics: [{ name: '', topicId, partitions }],
    };
    expect(cluster.request(broker, 'OffsetCommit', commit).topics[0]?.partitions).toEqual([
      { partitionIndex: 9, errorCode: 'UNKNOWN_TOPIC_OR_PARTITION' },
      { partitionIndex: 0, errorCode: 'NONE' },
    ]);
    const asked = [{ name: 'orders', partitions: [{ partitionIndex: 0 }, { partitionIndex: 9 }] }];
    expect(cluster.request(broker, 'OffsetDelete', { groupId: 'g', topics: asked }).topics).toEqual([
      {
        name: 'orders',
        partitions: [
          { partitionIndex: 9, errorCode: 'UNKNOWN_TOPIC_OR_PARTITION' },
          { partitionIndex: 0, errorCode: 'NONE' },
        ],
      },
    ]);
    const listed = cluster.request(broker, 'ListGroups', { statesFilter: [], typesFilter: [] });
    expect(listed.groups).toEqual([
      { groupId: 'g', protocolType: '', groupState: 'Empty', groupType: 'classic' },
    ]);
  });

  it('has no SyncGroup of version 5 without the names of its protocol', () => {
    const groups = new GroupCluster();
    const broker = groups.coordinator();
    const request = { ...syncGroupApi.request.defaults, groupId: 'g', memberId: 'm' };
    expect(groups.cluster.request(broker, 'SyncGroup', request).errorCode).toBe(
      'INCONSISTENT_GROUP_PROTOCOL',
    );
  });

  it('is not served by a broker that does not lead its partition', () => {
    const groups = new GroupCluster();
    const broker = groups.coordinator();
    const member = groups.join(broker);
    const other = ['b1', 'b2', 'b3'].find((name) => name !== broker)!;
    expect(groups.heartbeat(other, member)).toBe('NOT_COORDINATOR');
    expect(groups.commit(other, 1)).toBe('NOT_COORDINATOR');
    expect(groups.committed(other)).toBe('NOT_COORDINATOR');
  });

  it('commits nothing at a coordinator that is cut off, and what that coordinator accepted is gone', () => {
    const groups = new GroupCluster();
    const zombie = groups.coordinator();
    expect(groups.commit(zombie, 5)).toBe('NONE');
    const others = ['b1', 'b2', 'b3'].filter((name) => name !== zombie);
    for (const name of [...others, 'c1']) groups.cluster.hosts.cut(zombie, name);
    const lost: string[] = [];
    const { image } = groups.cluster.brokers.get(zombie)!.replicas!.context;
    const partition = {
      partitionIndex: 0,
      committedOffset: 99,
      committedLeaderEpoch: -1,
      committedMetadata: null,
    };
    groups.cluster.send(
      zombie,
      'OffsetCommit',
      {
        ...offsetCommitApi.request.defaults,
        groupId: 'g',
        topics: [{ name: '', topicId: image.topics.get('orders')!.topicId, partitions: [partition] }],
      },
      (result) => lost.push(result.ok ? result.body.topics[0]!.partitions[0]!.errorCode : result.failure),
      'zombies-client',
    );
    let next = zombie;
    groups.cluster.hosts.runUntil('another coordinator', () => {
      next = groups.coordinator('g', others[0]);
      return next !== zombie;
    });
    groups.cluster.hosts.runUntil('the group is loaded', () => groups.committed(next) === 5);
    // The outcome is unknown to the client, because the commit waited for its time.
    expect(lost).toEqual(['COORDINATOR_NOT_AVAILABLE']);
    expect(groups.committed(zombie)).toBe(5);
    groups.cluster.hosts.heal();
    groups.cluster.run(20);
    expect(groups.committed(zombie)).toBe('NOT_COORDINATOR');
    expect(groups.committed(next)).toBe(5);
    expect(groups.commit(next, 6)).toBe('NONE');
  });

  it('answers a JoinGroup that waits when the coordinator resigns', () => {
    const groups = new GroupCluster({
      config: { ...SMALL.config, 'group.initial.rebalance.delay.ms': '60000' },
    });
    const broker = groups.coordinator();
    const first = groups.answered<'JoinGroup'>(groups.joinLater(broker, '', 'm1'));
    const waiting = groups.joinLater(broker, first.memberId, 'm1');
    groups.cluster.run(1);
    expect(waiting).toEqual([]);
    groups.cluster.brokers.get(broker)!.stop(() => undefined);
    expect(groups.answered<'JoinGroup'>(waiting).errorCode).toBe('NOT_COORDINATOR');
  });

  it('is not written to by clients that produce', () => {
    const groups = new GroupCluster();
    const broker = groups.coordinator();
    const answer = groups.cluster.request(broker, 'Produce', {
      transactionalId: null,
      acks: -1,
      timeoutMs: 1_000,
      topicData: [
        {
          name: '__consumer_offsets',
          topicId: ZERO_UUID,
          partitionData: [{ index: groupPartitionOf('g', 3), records: batchOf() }],
        },
      ],
    });
    expect(answer.responses[0]?.partitionResponses[0]?.errorCode).toBe('INVALID_TOPIC_EXCEPTION');
  });
});

describe('the log cleaner', () => {
  it('bounds __consumer_offsets on every replica, and the next coordinator knows the last commit', () => {
    const config = {
      ...SMALL.config,
      'offsets.topic.segment.bytes': '2048',
      'log.cleaner.backoff.ms': '500',
      'replica.high.watermark.checkpoint.interval.ms': '500',
    };
    const groups = new GroupCluster({ config });
    const { cluster } = groups;
    const first = groups.coordinator();
    for (let offset = 1; offset <= 300; offset++) expect(groups.commit(first, offset)).toBe('NONE');
    cluster.run(10);
    const index = groupPartitionOf('g', 3);
    for (const broker of ['b1', 'b2', 'b3']) {
      const { replicas } = cluster.brokers.get(broker)!;
      const { log } = replicas!.find('__consumer_offsets', index)!;
      expect(log.logEndOffset).toBeGreaterThanOrEqual(300);
      // Two segments at most: the cleaned one, which has the last commit and no other, and the active one.
      expect(log.sizeBytes, broker).toBeLessThan(2 * 2048);
    }
    cluster.crash(first);
    cluster.run(15);
    const survivor = ['b1', 'b2', 'b3'].find((broker) => broker !== first)!;
    const second = groups.coordinator('g', survivor);
    expect(second).not.toBe(first);
    expect(groups.committed(second)).toBe(300);
    cluster.startBroker(first);
    cluster.run(15);
    expect(groups.commit(groups.coordinator('g', survivor), 301)).toBe('NONE');
  });
});
