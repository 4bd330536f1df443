/** The replication rules as tables: each line is one situation with Kafka 4's decision. */
import { describe, expect, it } from 'vitest';
import { acceptFetchResponse } from './accept-fetch-response.js';
import { acceptFollowerFetch } from './accept-follower-fetch.js';
import { acknowledgement } from './acknowledgement.js';
import { alterPartitionOutcome } from './alter-partition-outcome.js';
import { applyLeaderAndIsr } from './apply-leader-and-isr.js';
import { caughtUpMillis } from './caught-up-millis.js';
import { checkLeaderEpoch } from './check-leader-epoch.js';
import { divergence } from './divergence.js';
import { followerHighWatermark } from './follower-high-watermark.js';
import { highWatermarkAfterTruncation } from './high-watermark-after-truncation.js';
import { highWatermarkAtStart } from './high-watermark-at-start.js';
import { isOutOfSync } from './is-out-of-sync.js';
import { latestOffset } from './latest-offset.js';
import { maximalIsr } from './maximal-isr.js';
import { mayAppend } from './may-append.js';
import { type MayJoinIsrInput, mayJoinIsr } from './may-join-isr.js';
import {
  type NextHighWatermarkInput,
  nextHighWatermark,
  type RemoteReplicaView,
} from './next-high-watermark.js';
import { outOfRangeAction } from './out-of-range-action.js';
import { readableEnd } from './readable-end.js';
import { replicaStateOnElection } from './replica-state-on-election.js';
import { truncationOnBecomingFollower } from './truncation-on-becoming-follower.js';
import { truncationPoint } from './truncation-point.js';

describe('leader epochs (KIP-320)', () => {
  it.each([
    [-1, 5, 'NONE'],
    [5, 5, 'NONE'],
    [4, 5, 'FENCED_LEADER_EPOCH'],
    [6, 5, 'UNKNOWN_LEADER_EPOCH'],
  ])('a request of epoch %i at a leader in epoch %i: %s', (requestLeaderEpoch, localLeaderEpoch, verdict) => {
    expect(checkLeaderEpoch({ requestLeaderEpoch, localLeaderEpoch })).toBe(verdict);
  });

  it.each([
    ['newer leader epoch', 6, 9, 'new-epoch'],
    ['same leader epoch, newer partition epoch', 5, 9, 'same-epoch'],
    ['same partition epoch', 5, 8, 'stale'],
    ['older leader epoch', 4, 9, 'stale'],
  ])('metadata of a %s', (_what, newLeaderEpoch, newPartitionEpoch, verdict) => {
    const current = { currentLeaderEpoch: 5, currentPartitionEpoch: 8, role: 'leader' as const };
    expect(applyLeaderAndIsr({ ...current, newLeaderEpoch, newPartitionEpoch })).toBe(verdict);
  });

  it.each([
    ['where it asked from', 10, 3, 10, 3, true],
    ['the log moved on', 10, 3, 11, 3, false],
    ['the log was cut', 10, 3, 7, 3, false],
    ['same place, other epoch', 10, 3, 10, 4, false],
  ])(
    'a fetch response, %s',
    (_what, requestedOffset, requestedLeaderEpoch, logEndOffset, currentLeaderEpoch, ok) => {
      const epochs = { requestedLastFetchedEpoch: 2, currentLastFetchedEpoch: 2 };
      const input = { requestedOffset, requestedLeaderEpoch, logEndOffset, currentLeaderEpoch, ...epochs };
      expect(acceptFetchResponse(input)).toBe(ok);
    },
  );

  it.each([
    [-1, 7, true],
    [7, 7, true],
    [8, 7, true],
    [6, 7, false],
  ])('a fetch of broker epoch %i after one of %i (KIP-903): %s', (fetchBrokerEpoch, knownBrokerEpoch, ok) => {
    expect(acceptFollowerFetch({ fetchBrokerEpoch, knownBrokerEpoch })).toBe(ok);
  });
});

describe('divergence (KIP-595) and truncation (KIP-101, KIP-279)', () => {
  it.each([
    ['an empty log', -1, 0, -1, -1, null],
    ['within the common epoch', 3, 10, 3, 20, null],
    ['at the end of the common epoch', 3, 20, 3, 20, null],
    ['beyond the end of the common epoch', 3, 21, 3, 20, 20],
    ['in an epoch that the leader lacks', 4, 10, 3, 20, 20],
    ['in an epoch later than all of the leader', 9, 10, -1, -1, -1],
  ])('%s', (_what, lastFetchedEpoch, fetchOffset, leaderEpoch, endOffset, parting) => {
    const leaderEnd = { leaderEpoch, endOffset };
    const found = divergence({
      lastFetchedEpoch,
      fetchOffset,
      leaderEnd,
      epochs: [],
      logStartOffset: 0,
      logEndOffset: 30,
    });
    expect(found?.endOffset ?? null).toBe(parting);
  });

  it.each([
    ['both have the epoch, the leader less of it', 3, 12, 3, 15, 12],
    ['both have the epoch, we less of it', 3, 15, 3, 12, 12],
    ['we never had the leader’s epoch: back to the end of an older one', 3, 12, 2, 8, 8],
    ['we know no epochs', 3, 12, -1, -1, 12],
    ['the leader’s end lies beyond our log', 3, 99, 3, 20, 20],
    ['the leader knows nothing: our high watermark is all that is left', -1, -1, -1, -1, 5],
  ])('%s', (_what, leaderEpoch, endOffset, localEpoch, localEndOffset, offset) => {
    const found = truncationPoint({
      leaderEnd: { leaderEpoch, endOffset },
      localEnd: { leaderEpoch: localEpoch, endOffset: localEndOffset },
      epochs: [],
      logStartOffset: 0,
      logEndOffset: 20,
      highWatermark: 5,
    });
    expect(found).toBe(offset);
  });

  it('is not done by a replica that just became a follower, unless its log has no epochs', () => {
    const log = { highWatermark: 3, logEndOffset: 9, leaderEpoch: 5 };
    expect(truncationOnBecomingFollower({ ...log, latestEpoch: 4 })).toBeNull();
    expect(truncationOnBecomingFollower({ ...log, latestEpoch: -1 })).toBe(3);
    expect(truncationOnBecomingFollower({ ...log, latestEpoch: -1, logEndOffset: 3 })).toBeNull();
  });

  it.each([
    ['ahead of the leader: its end, never the beginning', 20, 5, 12, { kind: 'truncate', offset: 12 }],
    ['behind the leader’s start: anew from there', 3, 5, 12, { kind: 'restart', offset: 5 }],
    ['within, meanwhile', 8, 5, 12, { kind: 'refetch' }],
  ])(
    'out of range (KAFKA-2143), %s',
    (_what, logEndOffset, leaderLogStartOffset, leaderLogEndOffset, action) => {
      expect(outOfRangeAction({ logEndOffset, leaderLogStartOffset, leaderLogEndOffset })).toEqual(action);
    },
  );
});

const replica = (changes: Partial<RemoteReplicaView>): RemoteReplicaView => ({
  brokerId: 2,
  logEndOffset: 10,
  lastCaughtUpMillis: 0,
  lastFetchLeaderEpoch: 1,
  inIsr: true,
  inMaximalIsr: true,
  isrEligible: true,
  ...changes,
});

const leader = (changes: Partial<NextHighWatermarkInput>): NextHighWatermarkInput => ({
  currentHighWatermark: 5,
  logEndOffset: 10,
  leaderEpoch: 1,
  leaderEpochStartOffset: 0,
  isrSize: 3,
  minInsyncReplicas: 2,
  replicas: [],
  nowMillis: 100_000,
  lagTimeMaxMillis: 30_000,
  ...changes,
});

describe('the high watermark', () => {
  it.each<[string, Partial<NextHighWatermarkInput>, number]>([
    ['the end of the slowest in-sync replica', { replicas: [replica({ logEndOffset: 7 }), replica({})] }, 7],
    ['the leader’s own end where it is alone and may be', { isrSize: 1, minInsyncReplicas: 1 }, 10],
    ['unmoved below min.insync.replicas (KIP-966)', { isrSize: 1 }, 5],
    [
      'unmoved while an in-sync replica has not been heard of',
      { replicas: [replica({ logEndOffset: -1 })] },
      5,
    ],
    ['not pulled back', { currentHighWatermark: 9, replicas: [replica({ logEndOffset: 7 })] }, 9],
    [
      'held back by a pending member (KIP-497)',
      { replicas: [replica({ logEndOffset: 6, inIsr: false, inMaximalIsr: true })] },
      6,
    ],
    [
      'not held back by one that lags outside the ISR',
      { replicas: [replica({ logEndOffset: 6, inIsr: false, inMaximalIsr: false })] },
      10,
    ],
    [
      'held back by one about to join',
      {
        replicas: [
          replica({ logEndOffset: 6, inIsr: false, inMaximalIsr: false, lastCaughtUpMillis: 90_000 }),
        ],
      },
      6,
    ],
    [
      'not held back by one that may not join',
      {
        replicas: [
          replica({
            logEndOffset: 6,
            inIsr: false,
            inMaximalIsr: false,
            lastCaughtUpMillis: 90_000,
            isrEligible: false,
          }),
        ],
      },
      10,
    ],
  ])('is %s', (_what, changes, offset) => {
    expect(nextHighWatermark(leader(changes))).toBe(offset);
  });

  it.each([
    ['the leader’s', 5, 8, 10, 8],
    ['its own log end where that is less', 5, 12, 10, 10],
    ['what it was where a new leader’s lags', 5, 2, 10, 5],
  ])('of a follower is %s', (_what, currentHighWatermark, leaderHighWatermark, logEndOffset, offset) => {
    expect(
      followerHighWatermark({ currentHighWatermark, leaderHighWatermark, logStartOffset: 0, logEndOffset }),
    ).toBe(offset);
  });

  it('stays within the log after a truncation and at a start', () => {
    const cut = { currentHighWatermark: 8, truncatedTo: 6 };
    expect(highWatermarkAfterTruncation({ ...cut, full: false })).toBe(6);
    expect(highWatermarkAfterTruncation({ ...cut, truncatedTo: 9, full: false })).toBe(8);
    expect(highWatermarkAfterTruncation({ ...cut, truncatedTo: 40, full: true })).toBe(40);
    const log = { logStartOffset: 2, logEndOffset: 6 };
    expect(highWatermarkAtStart({ ...log, checkpointedHighWatermark: 4 })).toBe(4);
    expect(highWatermarkAtStart({ ...log, checkpointedHighWatermark: 9 })).toBe(6);
    expect(highWatermarkAtStart({ ...log, checkpointedHighWatermark: -1 })).toBe(2);
  });

  it('bounds consumers, not followers; and a fresh leader that does not know it says so (KIP-207)', () => {
    const log = { isolationLevel: 0 as const, highWatermark: 5, lastStableOffset: 4, logEndOffset: 9 };
    expect(readableEnd({ ...log, reader: 'consumer' })).toBe(5);
    expect(readableEnd({ ...log, reader: 'consumer', isolationLevel: 1 })).toBe(4);
    expect(readableEnd({ ...log, reader: 'follower' })).toBe(9);
    expect(latestOffset({ ...log, reader: 'consumer', leaderEpochStartOffset: 5 })).toBe(5);
    expect(latestOffset({ ...log, reader: 'consumer', leaderEpochStartOffset: 6 })).toBeNull();
    expect(latestOffset({ ...log, reader: 'follower', leaderEpochStartOffset: 6 })).toBe(9);
  });
});

describe('the ISR', () => {
  it('includes every possible member while a change is pending (KIP-497)', () => {
    expect(maximalIsr({ kind: 'committed', isr: [1, 2] })).toEqual([1, 2]);
    expect(maximalIsr({ kind: 'pending-expand', isr: [1, 2], added: 3 })).toEqual([1, 2, 3]);
    expect(maximalIsr({ kind: 'pending-shrink', isr: [1, 2], removed: [2] })).toEqual([1, 2]);
  });

  it.each<[string, Partial<MayJoinIsrInput>, boolean]>([
    ['has everything', {}, true],
    ['is below the high watermark', { followerEndOffset: 7 }, false],
    ['has the high watermark, not the start of the epoch (KAFKA-7128)', { leaderEpochStartOffset: 9 }, false],
    ['has not fetched in this leadership', { lastFetchLeaderEpoch: -1 }, false],
    ['fetched in an earlier incarnation (KIP-903)', { fetchBrokerEpoch: 40 }, false],
    ['does not say which incarnation it is', { fetchBrokerEpoch: -1 }, true],
    ['is not registered', { metadataBrokerEpoch: -1 }, false],
    ['is fenced', { fenced: true }, false],
    ['is shutting down', { shuttingDown: true }, false],
  ])('takes a follower that %s: %s', (_what, changes, may) => {
    const follower: MayJoinIsrInput = {
      followerEndOffset: 8,
      highWatermark: 8,
      logEndOffset: 10,
      leaderEpoch: 3,
      leaderEpochStartOffset: 6,
      lastFetchLeaderEpoch: 3,
      fetchBrokerEpoch: 41,
      metadataBrokerEpoch: 41,
      fenced: false,
      shuttingDown: false,
    };
    expect(mayJoinIsr({ ...follower, ...changes })).toBe(may);
  });

  it('loses a follower that has not held the whole log for too long, never one that holds it', () => {
    const lag = { nowMillis: 50_000, lagTimeMaxMillis: 30_000, leaderEndOffset: 10 };
    expect(isOutOfSync({ ...lag, followerEndOffset: 9, lastCaughtUpMillis: 19_999 })).toBe(true);
    expect(isOutOfSync({ ...lag, followerEndOffset: 9, lastCaughtUpMillis: 20_000 })).toBe(false);
    expect(isOutOfSync({ ...lag, followerEndOffset: 10, lastCaughtUpMillis: 0 })).toBe(false);
  });

  it.each([
    ['now, at the leader’s end', 10, 900],
    ['at the previous fetch, where it has what the leader had then', 8, 700],
    ['as before, where it has less', 7, 500],
  ])('knows a follower to have caught up %s', (_what, followerEndOffset, millis) => {
    const fetch = { leaderEndOffset: 10, nowMillis: 900, previousFetchMillis: 700, lastCaughtUpMillis: 500 };
    expect(caughtUpMillis({ ...fetch, followerEndOffset, leaderEndOffsetAtPreviousFetch: 8 })).toBe(millis);
  });

  it('forgets on election what followers had in an earlier leadership', () => {
    const known = { inIsr: true, nowMillis: 900, logEndOffset: 8, lastFetchLeaderEpoch: 2 };
    expect(replicaStateOnElection({ ...known, wasLeader: false })).toEqual({
      logEndOffset: -1,
      lastCaughtUpMillis: 900,
      lastFetchLeaderEpoch: -1,
    });
    expect(replicaStateOnElection({ ...known, wasLeader: true }).logEndOffset).toBe(8);
    expect(replicaStateOnElection({ ...known, wasLeader: false, inIsr: false }).lastCaughtUpMillis).toBe(0);
  });

  it.each([
    ['accepted', 'NONE', true, 9, 'commit'],
    ['accepted, but newer metadata came first', 'NONE', false, 9, 'ignore'],
    ['accepted at an older partition epoch', 'NONE', true, 7, 'abandon'],
    ['refused for the follower', 'INELIGIBLE_REPLICA', true, -1, 'revert'],
    ['fenced', 'FENCED_LEADER_EPOCH', true, -1, 'abandon'],
    ['based on an old partition epoch', 'INVALID_UPDATE_VERSION', true, -1, 'abandon'],
    ['failed', 'UNKNOWN_SERVER_ERROR', true, -1, 'retry'],
  ] as const)('change %s', (_what, errorCode, stillPending, answeredPartitionEpoch, outcome) => {
    const current = { currentLeaderEpoch: 3, currentPartitionEpoch: 8, answeredLeaderEpoch: 3 };
    expect(alterPartitionOutcome({ ...current, errorCode, stillPending, answeredPartitionEpoch })).toBe(
      outcome,
    );
  });
});

describe('a produce', () => {
  it.each([
    [-1, 1, 'NOT_ENOUGH_REPLICAS'],
    [-1, 2, 'NONE'],
    [1, 1, 'NONE'],
    [0, 1, 'NONE'],
  ])('with acks %i and %i in sync of 2 needed: %s', (acks, isrSize, verdict) => {
    expect(mayAppend({ acks, isrSize, maximalIsrSize: isrSize, minInsyncReplicas: 2 })).toBe(verdict);
  });

  it.each([
    ['acks=1', 1, 5, 1, 'acked'],
    ['acks=all below the high watermark', -1, 9, 2, 'wait'],
    ['acks=all at the high watermark', -1, 10, 2, 'acked'],
    ['acks=all, the ISR shrank meanwhile', -1, 10, 1, 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'],
  ])('%s', (_what, acks, highWatermark, maximalIsrSize, verdict) => {
    const input = { requiredOffset: 10, logEndOffset: 12, minInsyncReplicas: 2, replicas: [] };
    expect(acknowledgement({ ...input, acks, highWatermark, isrSize: 1, maximalIsrSize })).toBe(verdict);
  });
});
