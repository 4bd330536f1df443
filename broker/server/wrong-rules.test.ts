/**
 * The broker decides nothing that its rules decide. With a historic or invented wrong rule it fails in exactly that
 * way. With Kafka's own rule the same schedule does no harm.
 */
import { describe, expect, it } from 'vitest';
import type { BrokerRules } from '../rules/index.js';
import { TinyCluster } from '../testing/tiny-cluster.js';

const twoInSync = { topicConfig: { 'min.insync.replicas': '2' } };

/**
 * An acknowledged record, an orderly change of leader, then a crash of the new leader before it served its follower.
 */
function afterTwoElections(rules: Partial<BrokerRules>): readonly string[] {
  const cluster = TinyCluster.ready({ ...twoInSync, rules });
  const first = cluster.leaderName();
  const [left, right] = cluster.followerNames();
  cluster.hosts.cut(left!, right!);
  expect(cluster.produce(first, ['acknowledged'])).toBe('NONE');
  cluster.stopBroker(first);
  const second = cluster.leaderName();
  cluster.crash(second);
  const third = cluster.awaitNewLeader(cluster.replica(second).leaderEpoch);
  return cluster.logOf(third);
}

/** acks=all at a leader whose followers get nothing from it. */
function atLonelyLeader(rules: Partial<BrokerRules>): TinyCluster {
  const cluster = TinyCluster.ready({ ...twoInSync, rules });
  const leader = cluster.leaderName();
  for (const follower of cluster.followerNames()) cluster.hosts.cut(leader, follower);
  return cluster;
}

describe('truncating to the high watermark on becoming a follower (KIP-101)', () => {
  it('loses an acknowledged record; Kafka 4 does not', () => {
    expect(afterTwoElections({})).toEqual(['acknowledged']);
    expect(afterTwoElections({ truncationOnBecomingFollower: (input) => input.highWatermark })).toEqual([]);
  });
});

describe('acknowledging before replication', () => {
  it('acknowledges records that only the leader has; Kafka waits', () => {
    for (const [rules, expected] of [
      [{}, []],
      [{ acknowledgement: () => 'acked' as const }, ['NONE']],
    ] as const) {
      const cluster = atLonelyLeader(rules);
      const answers = cluster.produceLater(cluster.leaderName(), ['lonely'], { timeoutMs: 30_000 });
      cluster.run(1);
      expect(answers.map((answer) => answer.responses[0]?.partitionResponses[0]?.errorCode)).toEqual(
        expected,
      );
    }
  });
});

describe('taking records while too few replicas are in sync', () => {
  it('appends records that cannot be acknowledged, and reports the size of the ISR; Kafka refuses them', () => {
    for (const [rules, expected] of [
      [{}, { errorCode: 'NOT_ENOUGH_REPLICAS', admitted: [], log: [] }],
      [
        { mayAppend: () => 'NONE' as const },
        { errorCode: 'REQUEST_TIMED_OUT', admitted: [[-1, 1]], log: ['lonely'] },
      ],
    ] as const) {
      const admitted: number[][] = [];
      const listener = {
        produceAdmitted: (_: unknown, acks: number, isrSize: number) => void admitted.push([acks, isrSize]),
      };
      const cluster = TinyCluster.ready({ ...twoInSync, rules, listener });
      const leader = cluster.leaderName();
      for (const follower of cluster.followerNames()) cluster.hosts.cut(leader, follower);
      cluster.hosts.runUntil('shrink', () => cluster.replica(leader).leader?.isr.isr.length === 1);
      const errorCode = cluster.produce(leader, ['lonely']);
      expect({ errorCode, admitted, log: cluster.logOf(leader) }).toEqual(expected);
    }
  });
});

describe('reading above the high watermark', () => {
  it('returns records that only the leader has, also to a waiting consumer; Kafka does not', () => {
    for (const [rules, expected] of [
      [{}, []],
      [{ readableEnd: ({ logEndOffset }: { logEndOffset: number }) => logEndOffset }, ['lonely']],
    ] as const) {
      const cluster = atLonelyLeader(rules);
      cluster.produceLater(cluster.leaderName(), ['lonely']);
      cluster.run(0.1);
      expect(cluster.consume(cluster.leaderName()).values).toEqual(expected);
    }
  });
});

describe('a high watermark that does not wait for the in-sync replicas', () => {
  it('acknowledges records that only the leader has', () => {
    const cluster = atLonelyLeader({ nextHighWatermark: ({ logEndOffset }) => logEndOffset });
    const answers = cluster.produceLater(cluster.leaderName(), ['lonely']);
    cluster.run(0.1);
    expect(answers[0]?.responses[0]?.partitionResponses[0]?.errorCode).toBe('NONE');
  });
});

describe('admitting every follower that fetches to the ISR (KAFKA-7128)', () => {
  it('counts a follower as in sync that has nothing', () => {
    const cluster = TinyCluster.ready({ ...twoInSync, rules: { mayJoinIsr: () => true } });
    const leader = cluster.leaderName();
    const [lagging] = cluster.followerNames();
    cluster.produce(leader, ['one']);
    cluster.crash(lagging!);
    cluster.hosts.runUntil('shrink', () => cluster.replica(leader).leader?.isr.isr.length === 2);
    cluster.produce(leader, ['two']);
    cluster.host(lagging!).disk.wipe();
    cluster.startBroker(lagging!);
    cluster.hosts.runUntil('proposal', () => cluster.replica(leader).leader?.isr.kind === 'pending-expand');
    expect(cluster.replica(leader).highWatermark).toBe(2);
    expect(cluster.replica(lagging!).log.logEndOffset).toBe(0);
  });
});

describe('a leader that checks no epochs (KIP-320)', () => {
  it('still serves a consumer that knows a newer epoch', () => {
    const answers = [{}, { checkLeaderEpoch: () => 'NONE' as const }].map((rules) => {
      const cluster = TinyCluster.ready({ ...twoInSync, rules });
      return cluster.consume(cluster.leaderName(), 0, { currentLeaderEpoch: 99 }).errorCode;
    });
    expect(answers).toEqual(['UNKNOWN_LEADER_EPOCH', 'NONE']);
  });
});
