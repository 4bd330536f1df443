/**
 * The leader's part of a partition (kafka.cluster.Partition). The leader tracks its followers by their fetches,
 * advances the high watermark, maintains the ISR, and answers the waiting produce requests.
 *
 * Invariant: at most one ISR change is pending. While it is, the leader allows for both outcomes (KIP-497).
 */
import type { PartitionRegistration } from '../metadata/partition-registration.js';
import type { ErrorName } from '../protocol/errors.js';
import type { Acknowledgement } from '../rules/replication/acknowledgement.js';
import type { IsrState } from '../rules/replication/maximal-isr.js';
import type { IsrAnswer, IsrProposal } from './isr-proposals.js';
import type { Partition } from './partition.js';
import { type FetchClock, RemoteReplica } from './remote-replica.js';
import type { ReplicationContext } from './replication-context.js';

/** One partition's part of a produce request that waits for the ISR. */
export interface WaitingAppend {
  readonly acks: number;
  readonly requiredOffset: number;
  readonly isSettled: boolean;
  settle(errorCode: ErrorName): void;
}

/** One partition's part of a DeleteRecords request that waits for the low watermark. */
export interface WaitingDeletion {
  readonly requiredOffset: number;
  lowWatermark: number;
  readonly isSettled: boolean;
  settle(errorCode: ErrorName, lowWatermark: number): void;
}

export interface FollowerFetch {
  readonly logStartOffset: number;
  readonly fetchOffset: number;
  readonly currentLeaderEpoch: number;
  readonly brokerEpoch: number;
  readonly clock: FetchClock;
}

export class LeaderRole {
  readonly #context: ReplicationContext;
  readonly #partition: Partition;
  #replicas: readonly RemoteReplica[];
  #isr: IsrState = { kind: 'committed', isr: [] };
  #maximalIsr: readonly number[] = [];
  #proposal: IsrProposal | null = null;
  #epochStartOffset = 0;
  #endOffset = 0;
  /** Ascending by required offset. */
  #waiting: WaitingAppend[] = [];
  #deletions: WaitingDeletion[] = [];

  /**
   * `replicas`: the state from an earlier leadership. The rule `replicaStateOnElection` decides how much of it still
   * holds.
   */
  constructor(context: ReplicationContext, partition: Partition, replicas: readonly RemoteReplica[]) {
    this.#context = context;
    this.#partition = partition;
    this.#replicas = replicas;
  }

  get epochStartOffset(): number {
    return this.#epochStartOffset;
  }

  get isr(): IsrState {
    return this.#isr;
  }

  get maximalIsr(): readonly number[] {
    return this.#maximalIsr;
  }

  get replicas(): readonly RemoteReplica[] {
    return this.#replicas;
  }

  /** min.insync.replicas, at most the number of replicas. */
  get minInsyncReplicas(): number {
    return Math.min(this.#partition.log.config['min.insync.replicas'], this.#replicas.length + 1);
  }

  /** A new leader epoch begins. */
  startEpoch(registration: PartitionRegistration, wasLeader: boolean): void {
    const { log } = this.#partition;
    this.#epochStartOffset = log.logEndOffset;
    this.#endOffset = log.logEndOffset;
    this.#setReplicas(registration);
    const nowMillis = this.#context.env.clock.wallMillis();
    for (const replica of this.#replicas) {
      const known = this.#context.rules.replicaStateOnElection({
        wasLeader,
        inIsr: registration.isr.includes(replica.brokerId),
        nowMillis,
        logEndOffset: replica.logEndOffset,
        lastFetchLeaderEpoch: replica.lastFetchLeaderEpoch,
      });
      replica.logEndOffset = known.logEndOffset;
      replica.lastCaughtUpMillis = known.lastCaughtUpMillis;
      replica.lastFetchLeaderEpoch = known.lastFetchLeaderEpoch;
      this.#context.observer?.replication?.followerKnown(
        this.#partition.id,
        replica.brokerId,
        known.logEndOffset,
        wasLeader,
        nowMillis,
      );
      replica.lastFetchMillis = 0;
      replica.leaderEndOffsetAtLastFetch = log.logEndOffset;
      replica.fetchClock = null;
      if (wasLeader) continue;
      replica.brokerEpoch = -1;
      replica.logStartOffset = -1;
      replica.awaitsExpansion = false;
    }
    this.#commitIsr(registration.isr);
    this.#moveHighWatermark();
  }

  /**
   * The ISR or the assignment changed under the same leader. The state that the controller committed ends the pending
   * change.
   */
  update(registration: PartitionRegistration): void {
    this.#setReplicas(registration);
    this.#commitIsr(registration.isr);
    this.#moveHighWatermark();
  }

  resign(): void {
    this.#withdrawProposal();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const append of waiting) append.settle('NOT_LEADER_OR_FOLLOWER');
    const deletions = this.#deletions;
    this.#deletions = [];
    for (const deletion of deletions) deletion.settle('NOT_LEADER_OR_FOLLOWER', -1);
  }

  replica(brokerId: number): RemoteReplica | null {
    for (const replica of this.#replicas) if (replica.brokerId === brokerId) return replica;
    return null;
  }

  /** The leader's own log grew. */
  onAppended(): void {
    const previousEndOffset = this.#endOffset;
    this.#endOffset = this.#partition.log.logEndOffset;
    for (const replica of this.#replicas) {
      if (replica.logEndOffset === previousEndOffset) refreshCaughtUp(replica, previousEndOffset);
    }
    this.#moveHighWatermark();
  }

  onFollowerFetch(replica: RemoteReplica, fetch: FollowerFetch): void {
    const { observer } = this.#context;
    observer?.replication?.followerFetched(
      this.#partition.id,
      replica.brokerId,
      fetch.fetchOffset,
      fetch.clock,
    );
    const leaderEndOffset = this.#partition.log.logEndOffset;
    const nowMillis = fetch.clock.lastFetchMillis;
    const hasMoved = replica.logEndOffset !== fetch.fetchOffset;
    replica.lastCaughtUpMillis = this.#context.rules.caughtUpMillis({
      followerEndOffset: fetch.fetchOffset,
      leaderEndOffset,
      nowMillis,
      previousFetchMillis: replica.lastFetchMillis,
      leaderEndOffsetAtPreviousFetch: replica.leaderEndOffsetAtLastFetch,
      lastCaughtUpMillis: replica.lastCaughtUpMillis,
    });
    replica.logEndOffset = fetch.fetchOffset;
    replica.lastFetchMillis = nowMillis;
    replica.leaderEndOffsetAtLastFetch = leaderEndOffset;
    replica.lastFetchLeaderEpoch = fetch.currentLeaderEpoch;
    replica.brokerEpoch = fetch.brokerEpoch;
    replica.fetchClock = fetch.clock;
    replica.logStartOffset = fetch.logStartOffset;
    if (this.#deletions.length > 0) this.settleDeletions();
    if (!replica.inIsr || this.#isr.kind !== 'committed') this.#maybeExpandIsr(replica);
    if (hasMoved) this.#moveHighWatermark();
  }

  /** NONE, or NOT_ENOUGH_REPLICAS before anything is written. */
  mayAppend(acks: number): ErrorName {
    const isrSize = this.#isr.isr.length;
    const errorCode = this.#context.rules.mayAppend({
      acks,
      isrSize,
      maximalIsrSize: this.#maximalIsr.length,
      minInsyncReplicas: this.minInsyncReplicas,
    });
    if (errorCode === 'NONE')
      this.#context.observer?.replication?.produceAdmitted(this.#partition.id, acks, isrSize);
    return errorCode;
  }

  /** Answers the append now, or later when the rule permits it. */
  settleWhenReplicated(append: WaitingAppend): void {
    const verdict = this.#verdictOn(append);
    if (verdict !== 'wait') {
      append.settle(verdict === 'acked' ? 'NONE' : verdict);
      return;
    }
    const waiting = this.#waiting;
    let index = waiting.length;
    while (index > 0 && waiting[index - 1]!.requiredOffset > append.requiredOffset) index -= 1;
    if (index === waiting.length) waiting.push(append);
    else waiting.splice(index, 0, append);
  }

  /** Answers the deletion now, or when the low watermark has reached its offset. */
  settleWhenDeleted(deletion: WaitingDeletion): void {
    this.#deletions.push(deletion);
    this.settleDeletions();
  }

  settleDeletions(): void {
    if (this.#deletions.length === 0) return;
    const lowWatermark = this.#context.rules.lowWatermark({
      logStartOffset: this.#partition.log.logStartOffset,
      replicas: this.#replicas,
    });
    this.#deletions = this.#deletions.filter((deletion) => {
      deletion.lowWatermark = lowWatermark;
      if (lowWatermark < deletion.requiredOffset) return !deletion.isSettled;
      const { requiredOffset } = deletion;
      if (!deletion.isSettled)
        this.#context.observer?.replication?.recordsDeleted(this.#partition.id, requiredOffset);
      deletion.settle('NONE', lowWatermark);
      return false;
    });
  }

  maybeShrinkIsr(nowMillis: number): void {
    if (this.#isr.kind !== 'committed') return;
    const lagTimeMaxMillis = this.#context.config['replica.lag.time.max.ms'];
    const removed: number[] = [];
    for (const replica of this.#replicas) {
      if (!replica.inIsr) continue;
      const lag = {
        followerEndOffset: replica.logEndOffset,
        leaderEndOffset: this.#partition.log.logEndOffset,
        lastCaughtUpMillis: replica.lastCaughtUpMillis,
        nowMillis,
        lagTimeMaxMillis,
      };
      const isOut = this.#context.rules.isOutOfSync(lag);
      this.#context.observer?.replication?.memberJudged(this.#partition.id, replica.brokerId, lag, isOut);
      if (isOut) removed.push(replica.brokerId);
    }
    if (removed.length > 0) this.#propose({ kind: 'pending-shrink', isr: this.#isr.isr, removed });
  }

  #maybeExpandIsr(replica: RemoteReplica): void {
    // This includes a member of the ISR: the pending change may remove it.
    replica.awaitsExpansion = this.#isr.kind !== 'committed';
    if (replica.awaitsExpansion) return;
    const broker = this.#context.image.brokers.get(replica.brokerId);
    const candidate = {
      followerEndOffset: replica.logEndOffset,
      highWatermark: this.#partition.highWatermark,
      logEndOffset: this.#partition.log.logEndOffset,
      leaderEpoch: this.#partition.leaderEpoch,
      leaderEpochStartOffset: this.#epochStartOffset,
      lastFetchLeaderEpoch: replica.lastFetchLeaderEpoch,
      fetchBrokerEpoch: replica.brokerEpoch,
      metadataBrokerEpoch: broker?.brokerEpoch ?? -1,
      fenced: broker?.fenced ?? true,
      shuttingDown: broker?.inControlledShutdown ?? false,
    };
    if (!this.#context.rules.mayJoinIsr(candidate)) return;
    const { id, leaderEpoch } = this.#partition;
    this.#context.observer?.replication?.isrProposed(id, replica.brokerId, leaderEpoch, candidate);
    this.#propose({ kind: 'pending-expand', isr: this.#isr.isr, added: replica.brokerId });
  }

  #propose(state: IsrState): void {
    const proposal: IsrProposal = {
      partition: this.#partition.id,
      leaderEpoch: this.#partition.leaderEpoch,
      partitionEpoch: this.#partition.partitionEpoch,
      newIsr: proposedIsr(state).map((brokerId) => ({
        brokerId,
        brokerEpoch: this.#brokerEpochOf(brokerId),
      })),
      answered: (answer) => this.#onAnswer(proposal, state, answer),
    };
    this.#proposal = proposal;
    this.#setIsr(state);
    this.#context.proposals.submit(proposal);
  }

  #brokerEpochOf(brokerId: number): number {
    if (brokerId === this.#context.brokerId)
      return this.#context.image.brokers.get(brokerId)?.brokerEpoch ?? -1;
    return this.replica(brokerId)?.brokerEpoch ?? -1;
  }

  #onAnswer(proposal: IsrProposal, proposed: IsrState, answer: IsrAnswer): void {
    const outcome = this.#context.rules.alterPartitionOutcome({
      errorCode: answer.errorCode,
      stillPending: this.#proposal === proposal,
      currentLeaderEpoch: this.#partition.leaderEpoch,
      currentPartitionEpoch: this.#partition.partitionEpoch,
      answeredLeaderEpoch: answer.leaderEpoch,
      answeredPartitionEpoch: answer.partitionEpoch,
    });
    const before = this.#maximalIsr;
    if (answer.errorCode === 'FENCED_LEADER_EPOCH') this.#context.observer?.mark('zombie leader fenced');
    switch (outcome) {
      case 'ignore':
      case 'abandon':
        break;
      case 'retry':
        this.#context.proposals.resubmit(proposal);
        break;
      case 'revert':
        this.#commitIsr(proposed.isr);
        break;
      case 'commit': {
        const answeredIsr = answer.errorCode === 'NONE' ? answer.isr : proposedIsr(proposed);
        if (answer.errorCode === 'NONE') this.#partition.partitionEpoch = answer.partitionEpoch;
        this.#commitIsr(answeredIsr);
        this.#moveHighWatermark();
        break;
      }
      default: {
        const unknown: never = outcome;
        throw new Error(`unknown outcome ${String(unknown)}`);
      }
    }
    const { errorCode } = answer;
    this.#context.observer?.replication?.isrAnswered(this.#partition.id, {
      errorCode,
      before,
      after: this.#maximalIsr,
    });
    this.#context.wakeups.run();
  }

  #commitIsr(isr: readonly number[]): void {
    this.#withdrawProposal();
    const before = this.#isr.isr.length;
    this.#setIsr({ kind: 'committed', isr });
    if (before === 0) return;
    const { logger } = this.#context.env;
    if (logger.enabled && isr.length !== before) {
      const { name: partition, leaderEpoch, partitionEpoch } = this.#partition;
      logger.log('info', 'ISR changed', { partition, isr, leaderEpoch, partitionEpoch });
    }
    const { counters, observer } = this.#context;
    if (isr.length < before) {
      counters.isrShrinks++;
      observer?.mark('ISR shrunk');
    } else if (isr.length > before) {
      counters.isrExpands++;
      observer?.mark('ISR expanded');
    }
    this.#askThoseThatWaited();
  }

  /**
   * A follower that has everything does not name this partition again (KIP-227), so its last fetch is evaluated now.
   */
  #askThoseThatWaited(): void {
    for (const replica of this.#replicas) {
      if (!replica.awaitsExpansion) continue;
      if (replica.inIsr) replica.awaitsExpansion = false;
      else this.#maybeExpandIsr(replica);
    }
  }

  #withdrawProposal(): void {
    if (this.#proposal !== null) this.#context.proposals.withdraw(this.#proposal);
    this.#proposal = null;
  }

  #setIsr(state: IsrState): void {
    this.#isr = state;
    this.#maximalIsr = this.#context.rules.maximalIsr(state);
    for (const replica of this.#replicas) {
      replica.inIsr = state.isr.includes(replica.brokerId);
      replica.inMaximalIsr = this.#maximalIsr.includes(replica.brokerId);
    }
    const { id, leaderEpoch } = this.#partition;
    this.#context.observer?.replication?.maximalIsrChanged(id, this.#maximalIsr, leaderEpoch);
  }

  #setReplicas(registration: PartitionRegistration): void {
    const followers = registration.replicas.filter((brokerId) => brokerId !== this.#context.brokerId);
    this.#replicas = followers.map(
      (brokerId) => this.replica(brokerId) ?? new RemoteReplica(brokerId, this.#context.image),
    );
  }

  #moveHighWatermark(): void {
    const partition = this.#partition;
    const next = this.#context.rules.nextHighWatermark({
      currentHighWatermark: partition.highWatermark,
      logEndOffset: partition.log.logEndOffset,
      leaderEpoch: partition.leaderEpoch,
      leaderEpochStartOffset: this.#epochStartOffset,
      isrSize: this.#isr.isr.length,
      minInsyncReplicas: this.minInsyncReplicas,
      replicas: this.#replicas,
      nowMillis: this.#context.env.clock.wallMillis(),
      lagTimeMaxMillis: this.#context.config['replica.lag.time.max.ms'],
    });
    partition.setHighWatermark(next);
    if (this.#waiting.length > 0) this.#settleWaiting();
  }

  #verdictOn(append: WaitingAppend): Acknowledgement {
    return this.#context.rules.acknowledgement({
      acks: append.acks,
      requiredOffset: append.requiredOffset,
      highWatermark: this.#partition.highWatermark,
      logEndOffset: this.#partition.log.logEndOffset,
      isrSize: this.#isr.isr.length,
      maximalIsrSize: this.#maximalIsr.length,
      minInsyncReplicas: this.minInsyncReplicas,
      replicas: this.#replicas,
    });
  }

  #settleWaiting(): void {
    const waiting = this.#waiting;
    let count = 0;
    while (count < waiting.length) {
      const append = waiting[count]!;
      if (!append.isSettled) {
        const verdict = this.#verdictOn(append);
        if (verdict === 'wait') break;
        append.settle(verdict === 'acked' ? 'NONE' : verdict);
      }
      count += 1;
    }
    // One at a time is the common case. shift() keeps the memory of the array; emptying the array would free it.
    if (count > 1) waiting.splice(0, count);
    else if (count === 1) waiting.shift();
  }
}

function proposedIsr(state: IsrState): readonly number[] {
  switch (state.kind) {
    case 'committed':
      return state.isr;
    case 'pending-expand':
      return [...state.isr, state.added];
    case 'pending-shrink':
      return state.isr.filter((brokerId) => !state.removed.includes(brokerId));
    default: {
      const unknown: never = state;
      throw new Error(`unknown ISR state ${JSON.stringify(unknown)}`);
    }
  }
}

/**
 * The follower was at the leader's log end offset in all later fetches of the session, which did not name this
 * partition.
 */
function refreshCaughtUp(replica: RemoteReplica, leaderEndOffset: number): void {
  const lastFetchMillis = replica.fetchClock?.lastFetchMillis ?? 0;
  if (lastFetchMillis <= replica.lastFetchMillis) return;
  replica.lastCaughtUpMillis = Math.max(replica.lastCaughtUpMillis, lastFetchMillis);
  replica.lastFetchMillis = lastFetchMillis;
  replica.leaderEndOffsetAtLastFetch = leaderEndOffset;
}
