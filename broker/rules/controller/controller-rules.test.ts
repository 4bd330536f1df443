import { describe, expect, it } from 'vitest';
import type { AlterPartitionProposal } from './check-alter-partition.js';
import type { Election } from './elect-leader.js';
import { controllerRules as rules } from './index.js';

describe('electLeader', () => {
  const election = (changes: Partial<Election>): Election => ({
    kind: 'online',
    replicas: [1, 2, 3],
    isr: [1, 2, 3],
    leader: 1,
    liveReplicas: [1, 2, 3],
    ...changes,
  });

  it.each<[string, Partial<Election>, number, readonly number[], boolean]>([
    ['keeps a leader that is live and in sync', { leader: 2 }, 2, [1, 2, 3], false],
    [
      'takes the first live in-sync replica in the order of the assignment',
      { leader: 1, liveReplicas: [2, 3] },
      2,
      [1, 2, 3],
      false,
    ],
    [
      'passes over a live replica that is not in sync',
      { isr: [1, 3], liveReplicas: [2, 3] },
      3,
      [1, 3],
      false,
    ],
    ['elects none when no live replica is in sync', { isr: [1], liveReplicas: [2, 3] }, -1, [1], false],
    [
      'never looks beyond the ISR for a preferred leader',
      { kind: 'preferred', leader: 3, isr: [2, 3] },
      3,
      [2, 3],
      false,
    ],
    ['gives way to the preferred leader', { kind: 'preferred', leader: 3 }, 1, [1, 2, 3], false],
    ['does not move to the preferred leader unasked', { leader: 3 }, 3, [1, 2, 3], false],
    [
      'takes any live replica uncleanly, alone in the ISR',
      { kind: 'unclean', isr: [1], liveReplicas: [3] },
      3,
      [3],
      true,
    ],
    [
      'is clean while it can be',
      { kind: 'unclean', leader: 1, isr: [1, 3], liveReplicas: [2, 3] },
      3,
      [1, 3],
      false,
    ],
    ['elects none of the dead', { kind: 'unclean', liveReplicas: [] }, -1, [1, 2, 3], false],
  ])('%s', (_what, changes, leader, isr, unclean) => {
    expect(rules.electLeader(election(changes))).toEqual({ leader, isr, unclean });
  });
});

describe('isrAfterRemoval', () => {
  it('removes a member, leaves others alone, and never empties the ISR', () => {
    const replicas = [1, 2, 3];
    expect(rules.isrAfterRemoval({ isr: [1, 2], replicas, brokerId: 1 })).toEqual([2]);
    expect(rules.isrAfterRemoval({ isr: [1, 2], replicas, brokerId: 3 })).toEqual([1, 2]);
    expect(rules.isrAfterRemoval({ isr: [2], replicas, brokerId: 2 })).toEqual([2]);
  });
});

describe('checkAlterPartition', () => {
  it('names the leader epoch before the partition epoch, for a deposed leader must learn that first', () => {
    const current = {
      replicas: [1, 2],
      isr: [1, 2],
      leader: 1,
      leaderEpoch: 5,
      partitionEpoch: 9,
      leaderRecoveryState: 0,
    } as const;
    const proposal: AlterPartitionProposal = {
      brokerId: 1,
      leaderEpoch: 4,
      partitionEpoch: 8,
      newIsr: [1],
      leaderRecoveryState: 0,
      current,
    };
    expect(rules.checkAlterPartition(proposal)).toBe('FENCED_LEADER_EPOCH');
    expect(rules.checkAlterPartition({ ...proposal, leaderEpoch: 5 })).toBe('INVALID_UPDATE_VERSION');
    expect(rules.checkAlterPartition({ ...proposal, leaderEpoch: 5, partitionEpoch: 9 })).toBe('NONE');
  });
});

describe('epochs, sessions and shutdown', () => {
  it('a leader epoch begins with every record that names a leader, and only then', () => {
    expect(rules.nextLeaderEpoch({ leaderEpoch: 3, leader: 1, recordLeader: null })).toBe(3);
    expect(rules.nextLeaderEpoch({ leaderEpoch: 3, leader: 1, recordLeader: 1 })).toBe(4);
    expect(rules.nextLeaderEpoch({ leaderEpoch: 3, leader: 1, recordLeader: -1 })).toBe(4);
  });

  it('an ISR shrink alone needs none (KAFKA-15021)', () => {
    expect(rules.needsLeaderEpochBump({ leader: 1, newLeader: 1, isr: [1, 2], newIsr: [1] })).toBe(false);
    expect(rules.needsLeaderEpochBump({ leader: 1, newLeader: -1, isr: [1], newIsr: [1] })).toBe(true);
  });

  it('a session lasts its timeout, the last microsecond included', () => {
    const session = { lastContactMicros: 1_000, sessionTimeoutMicros: 9_000 };
    expect(rules.isSessionExpired({ ...session, nowMicros: 10_000 })).toBe(false);
    expect(rules.isSessionExpired({ ...session, nowMicros: 10_001 })).toBe(true);
  });

  it('a broker may go when it leads nothing and all others know', () => {
    expect(
      rules.mayShutDown({ hasLeaderships: true, controlledShutdownOffset: 5, lowestActiveOffset: 9 }),
    ).toBe(false);
    expect(
      rules.mayShutDown({ hasLeaderships: false, controlledShutdownOffset: 5, lowestActiveOffset: 4 }),
    ).toBe(false);
    expect(
      rules.mayShutDown({ hasLeaderships: false, controlledShutdownOffset: 5, lowestActiveOffset: 5 }),
    ).toBe(true);
  });

  it('producer id blocks follow on each other', () => {
    const request = { brokerId: 1, brokerEpoch: 1 };
    const first = rules.nextProducerIds({ ...request, nextProducerId: 0 });
    const second = rules.nextProducerIds({ ...request, nextProducerId: first.nextProducerId });
    expect(second.firstProducerId).toBe(first.firstProducerId + first.size);
  });
});

describe('the metadata log', () => {
  it('is committed as far as a majority has synced it, in the epoch of its leader', () => {
    const progress = { highWatermark: 4, endOffset: 20, epochStartOffset: 10 };
    const committed = (...syncedEndOffsets: number[]) =>
      rules.metadataHighWatermark({ ...progress, syncedEndOffsets });
    expect(committed(15)).toBe(15);
    expect(committed(20, 12, 4)).toBe(12);
    expect(committed(20, 15, 14, 0, 0)).toBe(14);
    expect(committed(20, 20, 0, 0)).toBe(4);
    expect(committed(20, 10, 10)).toBe(4);
  });

  it('is read only within one epoch', () => {
    expect(rules.checkMetadataFetch({ requestEpoch: 0, leaderEpoch: 3 })).toBe('FENCED_LEADER_EPOCH');
    expect(rules.checkMetadataFetch({ requestEpoch: 3, leaderEpoch: 3 })).toBe('NONE');
    expect(rules.checkMetadataFetch({ requestEpoch: 2, leaderEpoch: 3 })).toBe('FENCED_LEADER_EPOCH');
    expect(rules.checkMetadataFetch({ requestEpoch: 4, leaderEpoch: 3 })).toBe('UNKNOWN_LEADER_EPOCH');
  });

  it('is applied once and without gaps', () => {
    const applied = { appliedEndOffset: 10, appliedEpoch: 2, leaderEpoch: 2, recordsCount: 5 };
    expect(rules.acceptMetadataBatch({ ...applied, baseOffset: 10 })).toBe('apply');
    expect(rules.acceptMetadataBatch({ ...applied, baseOffset: 5 })).toBe('skip');
    expect(rules.acceptMetadataBatch({ ...applied, baseOffset: 7 })).toBe('diverged');
    expect(rules.acceptMetadataBatch({ ...applied, baseOffset: 11 })).toBe('diverged');
    expect(rules.acceptMetadataBatch({ ...applied, baseOffset: 10, leaderEpoch: 1 })).toBe('diverged');
  });
});
