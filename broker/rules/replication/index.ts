/**
 * All replication rules in one type. Each rule has its own file in this folder and names its KIP. The
 * broker calls the rule at each decision, so a changed rule gives another version of Kafka.
 */
import { acceptFetchResponse } from './accept-fetch-response.js';
import { acceptFollowerFetch } from './accept-follower-fetch.js';
import { acknowledgement } from './acknowledgement.js';
import { alterPartitionOutcome } from './alter-partition-outcome.js';
import { applyLeaderAndIsr } from './apply-leader-and-isr.js';
import { caughtUpMillis } from './caught-up-millis.js';
import { checkLeaderEpoch } from './check-leader-epoch.js';
import { divergence } from './divergence.js';
import { followerHighWatermark } from './follower-high-watermark.js';
import { followerLogStart } from './follower-log-start.js';
import { highWatermarkAfterTruncation } from './high-watermark-after-truncation.js';
import { highWatermarkAtStart } from './high-watermark-at-start.js';
import { isOutOfSync } from './is-out-of-sync.js';
import { isStrayReplica } from './is-stray-replica.js';
import { latestOffset } from './latest-offset.js';
import { lowWatermark } from './low-watermark.js';
import { maximalIsr } from './maximal-isr.js';
import { mayAppend } from './may-append.js';
import { mayJoinIsr } from './may-join-isr.js';
import { nextHighWatermark } from './next-high-watermark.js';
import { outOfRangeAction } from './out-of-range-action.js';
import { readableEnd } from './readable-end.js';
import { replicaStateOnElection } from './replica-state-on-election.js';
import { truncationOnBecomingFollower } from './truncation-on-becoming-follower.js';
import { truncationPoint } from './truncation-point.js';

export const replicationRules = {
  lowWatermark,
  followerLogStart,
  acceptFetchResponse,
  acceptFollowerFetch,
  acknowledgement,
  alterPartitionOutcome,
  applyLeaderAndIsr,
  caughtUpMillis,
  checkLeaderEpoch,
  divergence,
  followerHighWatermark,
  highWatermarkAfterTruncation,
  highWatermarkAtStart,
  isOutOfSync,
  isStrayReplica,
  latestOffset,
  maximalIsr,
  mayAppend,
  mayJoinIsr,
  nextHighWatermark,
  outOfRangeAction,
  readableEnd,
  replicaStateOnElection,
  truncationOnBecomingFollower,
  truncationPoint,
};

export type ReplicationRules = Readonly<typeof replicationRules>;
