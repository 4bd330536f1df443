/**
 * The invariants that are checked at a decision itself, long before the decision loses a record: which broker is
 * proposed for an ISR and which is accepted, which fetches count, from which state a broker continues.
 * `ReplicaChecker`, which follows the logs, lists them all.
 */

import type {
  EpochSummary,
  FetchAnswerSummary,
  FetchClockSummary,
  IsrCandidateSummary,
  MemberLagSummary,
  ProducerBatchSummary,
  ReadableEndsSummary,
  RecoveredStateSummary,
  ShutdownSummary,
  TruncatedStateSummary,
  UnfencingSummary,
} from '../../broker/observer.js';
import type { Anomaly } from '../../harness/checkers/verdict.js';
import { BatchTable } from './batch-table.js';
import { BrokenInvariants } from './broken-invariants.js';
import { sequenceRefused, wrongLatestOffset } from './clients-invariants.js';
import { appendBelowMinIsr } from './commitment-invariants.js';
import {
  metadataUnsynced,
  producerIdsTwice,
  shutDownTooEarly,
  unfencedTooEarly,
} from './controller-invariants.js';
import { DeletionChecker } from './deletion-checker.js';
import {
  ineligibleForIsr,
  isrBeforeCaughtUp,
  isrGivenUp,
  laggardInIsr,
  removedInSync,
  staleIncarnationInIsr,
  staleIsrProposal,
} from './in-sync-replicas-invariants.js';
import type { Invariant } from './invariant.js';
import { epochUnknown, staleFetchUsed, unfencedFetch, unheardFollower } from './leadership-invariants.js';
import {
  corruptBatchKept,
  epochsNotOfLog,
  stateBeyondLog,
  syncedLoss,
  unopenedLogTrusted,
  unsyncedCut,
  unsyncedLogTrusted,
  unverifiedAppend,
} from './log-invariants.js';
import { PartitionModel, type PartitionSettings } from './partition-model.js';
import { PartitionNames } from './partition-names.js';
import type { ReplicaLog } from './replica-log.js';

export interface ReplicaCheckerOptions {
  /** The requirements and permissions of the configuration of this partition's topic. */
  readonly settingsOf: (partition: string) => PartitionSettings;
  readonly now: () => number;
}

export interface PartitionEpochs {
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
}

export interface EpochQuestion {
  readonly requestedEpoch: number;
  readonly leaderEpoch: number;
}

/** The members that a leader waits for, before and after it applies the controller's answer to its proposed ISR. */
export interface IsrAnswer {
  readonly errorCode: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The request of a follower that now uses the response. The checker itself knows the follower's present position. */
export type FetchAnswer = Pick<FetchAnswerSummary, 'requestedOffset' | 'requestedLeaderEpoch'>;

/** The last stable offset of a leader. The checker tracks the high watermark itself. */
export type ReadableEnds = Pick<ReadableEndsSummary, 'lastStableOffset'>;

/** A log as it is stored on a host's disk. */
export interface StoredLog {
  readonly partition: string;
  /** A power loss would not change the log. */
  readonly isDurable: boolean;
}

export class DecisionChecker {
  readonly partitions = new Map<string, PartitionModel>();
  readonly names = new PartitionNames();
  readonly deletions = new DeletionChecker({
    report: (invariant, model, detail) => this.report(invariant, model, detail),
    partition: (name) => this.partition(name),
    isUnsound: (host) => this.#unsound.has(host),
  });
  protected readonly options: ReplicaCheckerOptions;
  protected readonly batches = new BatchTable();
  /** The broker epoch of each host's present incarnation; greater than any earlier one. */
  protected readonly incarnations = new Map<string, number>();
  readonly #broken = new BrokenInvariants();
  /**
   * Hosts whose disks have failed a sync or lied about one. Records that they report as synced may never be durable.
   */
  readonly #unsound = new Set<string>();
  readonly #producerIds: { readonly host: string; readonly first: number; readonly end: number }[] = [];

  constructor(options: ReplicaCheckerOptions) {
    this.options = options;
  }

  anomalies(): Anomaly[] {
    return this.#broken.anomalies();
  }

  partition(name: string): PartitionModel {
    let model = this.partitions.get(name);
    if (model === undefined) {
      model = new PartitionModel(name, this.batches, this.options.settingsOf(name));
      this.partitions.set(name, model);
    }
    return model;
  }

  /** The controller deleted the topic. */
  topicDeleted(topicId: string): void {
    for (const name of this.names.deleted(topicId)) this.partition(name).isDeleted = true;
  }

  /** The controller accepts an ISR that a leader proposed when the partition was in this state. */
  isrAccepted(partition: string, proposedFor: PartitionEpochs): void {
    const model = this.partition(partition);
    const { leaderEpoch, partitionEpoch } = model;
    if (proposedFor.leaderEpoch >= leaderEpoch && proposedFor.partitionEpoch >= partitionEpoch) return;
    this.report(staleIsrProposal, model, { proposedFor, leaderEpoch, partitionEpoch });
  }

  /** The controller accepts an ISR with this member, which the leader knows as this incarnation; −1: unknown. */
  isrMemberAccepted(partition: string, host: string, incarnation: number): void {
    const registered = this.incarnations.get(host);
    if (incarnation < 0 || registered === undefined || incarnation >= registered) return;
    this.report(staleIncarnationInIsr, this.partition(partition), { host, incarnation, registered });
  }

  /**
   * The recovery of a log has ended. The broker must not continue from state that a power loss can still undo, nor
   * keep a batch whose checksum does not match its bytes.
   */
  recoveryDone(host: string, partition: string, state: RecoveredStateSummary): void {
    const { isSynced, logEndOffset, corruptOffset } = state;
    if (!isSynced) this.#cutUnsynced(host, partition, logEndOffset);
    this.#checkEpochs(host, partition, state.epochs);
    if (corruptOffset < 0) return;
    this.report(corruptBatchKept, this.partition(partition), { host, offset: corruptOffset });
  }

  /** The replica counts everything below `recoveryPoint` as synced. */
  flushed(host: string, partition: string, recoveryPoint: number): void {
    const replica = this.partition(partition).replica(host);
    if (recoveryPoint > replica.syncedEnd) replica.syncedEnd = recoveryPoint;
  }

  syncsUnsound(host: string): void {
    this.#unsound.add(host);
  }

  /** A power loss removed the log from `lostFrom`. */
  protected checkSynced(replica: ReplicaLog, partition: string, lostFrom: number): void {
    const { host, syncedEnd } = replica;
    if (lostFrom >= syncedEnd) return;
    replica.syncedEnd = lostFrom;
    if (this.#unsound.has(host)) return;
    this.report(syncedLoss, this.partition(partition), { host, offset: lostFrom, syncedEnd });
  }

  /**
   * A truncation has ended. State about the removed records must be gone too, or it would be applied to the records
   * that replace them.
   */
  truncationDone(host: string, partition: string, state: TruncatedStateSummary): void {
    if (state.isSynced) this.partition(partition).replica(host).unreconciledBeforeCut = false;
    else this.#cutUnsynced(host, partition, state.logEndOffset);
    this.#checkEpochs(host, partition, state.epochs);
    const { endOffset } = this.partition(partition).replica(host);
    if (Math.max(state.recoveryPoint, state.producersEndOffset) > endOffset)
      this.report(stateBeyondLog, this.partition(partition), { host, ...state });
  }

  /**
   * A skipped check is a violation even if the bytes are right: only the replica that appends a batch can check what
   * its source sent.
   */
  checksumSkipped(host: string, partition: string, offset: number): void {
    this.report(unverifiedAppend, this.partition(partition), { host, offset });
  }

  /** After the first I/O error of a log the content of its disk is unknown, so nothing may be appended. */
  storageFailed(host: string, partition: string): void {
    this.partition(partition).replica(host).hasStorageError = true;
  }

  /** A response of another leader epoch, or for another log end, does not show where the two logs diverge now. */
  fetchAnswerUsed(host: string, partition: string, answer: FetchAnswer): void {
    const { requestedOffset: offset, requestedLeaderEpoch } = answer;
    const model = this.partition(partition);
    const { endOffset: logEndOffset, leaderEpoch: currentLeaderEpoch } = model.replica(host);
    if (requestedLeaderEpoch === currentLeaderEpoch && offset === logEndOffset) return;
    const witness = { requestedOffset: offset, requestedLeaderEpoch, logEndOffset, currentLeaderEpoch };
    this.report(staleFetchUsed, model, { host, offset, ...witness });
  }

  /**
   * In the leader's present epoch, the leader counts the host's replica as caught up. A replica whose disk was
   * damaged is checked at its admission instead, because an old fetch of it may still be under way.
   */
  isrProposed(
    leader: string,
    partition: string,
    host: string,
    leaderEpoch: number,
    candidate: IsrCandidateSummary,
  ): void {
    const model = this.partition(partition);
    const hasFetched = model.replica(leader).follower(host).fetchOffset >= 0;
    if (!isEligible(candidate) || !hasFetched)
      this.report(ineligibleForIsr, model, { host, leaderEpoch, ...candidate });
    const replica = model.replica(host);
    if (leaderEpoch !== model.leaderEpoch || replica.damage !== null || replica.tailLoss !== null) return;
    if (model.holdsCommitted(replica)) return;
    this.report(isrBeforeCaughtUp, model, { host, leaderEpoch, offset: model.firstMissing(replica) });
  }

  /**
   * An earlier attempt may have been accepted and its answer lost, and the refusal of the next attempt may only mean
   * that the state has changed. Until the metadata shows the outcome, the leader must count every possible member.
   */
  isrAnswered(host: string, partition: string, { errorCode, before, after }: IsrAnswer): void {
    if (errorCode === 'NONE' || errorCode === 'INELIGIBLE_REPLICA') return;
    const givenUp = before.filter((member) => !after.includes(member));
    if (givenUp.length > 0) this.report(isrGivenUp, this.partition(partition), { host, errorCode, givenUp });
  }

  /** With acks=all a leader accepts nothing while the ISR that it knows is smaller than `min.insync.replicas`. */
  produceAdmitted(host: string, partition: string, acks: number, isrSize: number): void {
    const model = this.partition(partition);
    const { minInsyncReplicas } = model.settings;
    if (acks !== -1 || isrSize >= minInsyncReplicas) return;
    const needed = Math.min(minInsyncReplicas, model.assigned.length);
    if (isrSize < needed) this.report(appendBelowMinIsr, model, { host, isrSize, minInsyncReplicas: needed });
  }

  /** A new leader knows no log end offset of a follower that has not fetched from it yet. */
  followerKnown(
    host: string,
    partition: string,
    follower: string,
    known: { readonly logEndOffset: number; readonly wasLeader: boolean; readonly nowMillis: number },
  ): void {
    const { logEndOffset, wasLeader, nowMillis } = known;
    const model = this.partition(partition);
    const replica = model.replica(host);
    replica.follower(follower).beginEpoch(wasLeader, nowMillis, replica.endOffset);
    if (wasLeader || logEndOffset < 0) return;
    this.report(unheardFollower, model, { host, follower, logEndOffset });
  }

  followerFetched(
    host: string,
    partition: string,
    follower: string,
    fetchOffset: number,
    clock: FetchClockSummary,
  ): void {
    const replica = this.partition(partition).replica(host);
    replica.follower(follower).fetched(fetchOffset, clock, replica.endOffset);
  }

  /**
   * KIP-16: a member that has not held the whole log for replica.lag.time.max.ms leaves the ISR, because every write
   * waits for it; no other member leaves. The fetches that arrived decide, and the leader's own figures must give the
   * same result.
   */
  memberJudged(
    host: string,
    partition: string,
    follower: string,
    lag: MemberLagSummary,
    isRemoved: boolean,
  ): void {
    const { nowMillis, lagTimeMaxMillis } = lag;
    const model = this.partition(partition);
    const replica = model.replica(host);
    const record = replica.follower(follower);
    const leaderEndOffset = replica.endOffset;
    const followerEndOffset = record.fetchOffset;
    const isAtEnd = followerEndOffset === leaderEndOffset;
    const lagMillis = nowMillis - (isRemoved ? record.caughtUpAtLeastMillis : record.caughtUpAtMostMillis);
    const hadAll = isAtEnd || lagMillis <= lagTimeMaxMillis;
    const ownLagMillis = nowMillis - lag.lastCaughtUpMillis;
    const isLaggardByItself =
      lag.followerEndOffset !== lag.leaderEndOffset && ownLagMillis > lagTimeMaxMillis;
    if (hadAll !== isRemoved && isLaggardByItself === isRemoved) return;
    const figures =
      hadAll === isRemoved
        ? { followerEndOffset, leaderEndOffset, lagMillis }
        : {
            followerEndOffset: lag.followerEndOffset,
            leaderEndOffset: lag.leaderEndOffset,
            lagMillis: ownLagMillis,
          };
    const invariant = isRemoved ? removedInSync : laggardInIsr;
    this.report(invariant, model, { host, follower, ...figures, lagTimeMaxMillis });
  }

  /**
   * A consumer that begins at the latest offset must miss no record that is committed later, and see none that was
   * committed before.
   */
  latestOffsetAnswered(
    host: string,
    partition: string,
    isolationLevel: 0 | 1,
    offset: number,
    ends: ReadableEnds,
  ): void {
    const model = this.partition(partition);
    const { highWatermark, epochStartOffset: leaderEpochStartOffset } = model.replica(host);
    const readableEnd = isolationLevel === 1 ? Math.min(ends.lastStableOffset, highWatermark) : highWatermark;
    if (offset === readableEnd && offset >= leaderEpochStartOffset) return;
    const witness = { host, isolationLevel, offset, highWatermark, leaderEpochStartOffset };
    this.report(wrongLatestOffset, model, witness);
  }

  /** A leader accepted a fetch that named another epoch, its own or that of a former leader. */
  unfencedFetch(host: string, partition: string, asked: EpochQuestion): void {
    this.report(unfencedFetch, this.partition(partition), { host, ...asked });
  }

  /** The host's broker starts and has opened none of its logs. */
  hostStarted(host: string): void {
    for (const model of this.partitions.values()) {
      const replica = model.replicas.get(host);
      if (replica !== undefined) replica.isOpen = false;
    }
  }

  /** After a clean shutdown the next start trusts every log as it is stored. `logs`: the logs on its disk. */
  shutDownCleanly(host: string, logs: readonly StoredLog[]): void {
    for (const { partition, isDurable } of logs) {
      const model = this.partition(partition);
      // A broker does not wait for the log of a deleted replica.
      if (model.isDeleted) continue;
      if (!model.replica(host).isOpen) this.report(unopenedLogTrusted, model, { host });
      else if (!isDurable) this.report(unsyncedLogTrusted, model, { host });
    }
  }

  /**
   * Metadata up to the broker's registration replaces what the broker believed to lead, so the broker must have
   * applied it before it serves.
   */
  letServe(host: string, heartbeat: UnfencingSummary): void {
    const { wantFence, currentMetadataOffset, registrationOffset } = heartbeat;
    if (!wantFence && currentMetadataOffset >= registrationOffset) return;
    this.#broken.add(unfencedTooEarly, { host, timeMicros: this.options.now(), ...heartbeat });
  }

  /** A broker may stop if it leads nothing and every live broker knows that. */
  letGo(host: string, state: ShutdownSummary): void {
    const { controlledShutdownOffset, lowestActiveOffset } = state;
    const hasLeaderships = state.hasLeaderships || this.#leadsAny(host);
    if (!hasLeaderships && controlledShutdownOffset <= lowestActiveOffset) return;
    this.#broken.add(shutDownTooEarly, {
      host,
      timeMicros: this.options.now(),
      ...state,
      hasLeaderships,
    });
  }

  /**
   * Metadata that the controller publishes must survive a crash of it. Unlike the logs of topics, the metadata log is
   * synced before its records count as committed.
   */
  metadataCommitted(host: string, highWatermark: number, syncedEndOffset: number): void {
    if (highWatermark <= syncedEndOffset) return;
    const timeMicros = this.options.now();
    this.#broken.add(metadataUnsynced, { host, timeMicros, highWatermark, syncedEndOffset });
  }

  /** A producer id names one producer for ever, so no id may be allocated to two brokers. */
  producerIdsGiven(host: string, firstProducerId: number, count: number): void {
    const end = firstProducerId + count;
    const taken = this.#producerIds.find((block) => firstProducerId < block.end && block.first < end);
    if (taken !== undefined) {
      const timeMicros = this.options.now();
      this.#broken.add(producerIdsTwice, { host, timeMicros, firstProducerId, other: taken.host });
    }
    this.#producerIds.push({ host, first: firstProducerId, end });
  }

  /** A leader must know every epoch up to its own, at least that the epoch has no records in its log. */
  epochUnknown(host: string, partition: string, asked: EpochQuestion): void {
    if (asked.requestedEpoch <= asked.leaderEpoch)
      this.report(epochUnknown, this.partition(partition), { host, ...asked });
  }

  leaderRefused(partition: string, batch: ProducerBatchSummary, leaderEpoch: number): void {
    this.partition(partition).refusedIn.set(keyOf(batch), leaderEpoch);
  }

  /**
   * A producer is refused as out of sequence although every earlier batch was acknowledged (acks=all). A refusal by a
   * leader that was deposed, or not yet elected, does not count: it may lack what another leader acknowledged.
   */
  sequenceRefused(producer: string, partition: string, batch: ProducerBatchSummary, error: string): void {
    const model = this.partition(partition);
    const refusedIn = model.refusedIn.get(keyOf(batch));
    // Unknown: the batch got other sequence numbers while it was in flight, which a correct producer never does.
    if (refusedIn !== undefined && refusedIn !== model.leaderEpoch) return;
    if (model.elections.some(({ committedLost }) => committedLost > 0)) return;
    this.report(sequenceRefused, model, { producer, error, ...batch });
  }

  /** Other replicas truncate their logs by a replica's epochs, so these must agree with its batches. */
  #checkEpochs(host: string, partition: string, epochs: readonly EpochSummary[]): void {
    const model = this.partition(partition);
    const replica = model.replica(host);
    // An empty log may keep the epoch of the records that were deleted last.
    const { endOffset } = replica;
    // A follower of a compacted log gets the epochs of the batches that are left.
    const compacted = Math.min(model.compactedEnd, endOffset);
    const start = Math.max(replica.trimmedStartOffset, replica.adoptedEnd, compacted);
    if (start > 0 && endOffset <= start) return;
    const held = epochsFrom(model.shapeOf(replica).epochStarts(), start, endOffset);
    const stored = epochsFrom(epochs, start, endOffset);
    const length = Math.max(held.length, stored.length);
    for (let index = 0; index < length; index++) {
      const [kept, inLog] = [stored[index] ?? null, held[index] ?? null];
      if (kept?.leaderEpoch === inLog?.leaderEpoch && kept?.startOffset === inLog?.startOffset) continue;
      this.report(epochsNotOfLog, model, { host, kept, inLog });
      return;
    }
  }

  #leadsAny(host: string): boolean {
    for (const model of this.partitions.values())
      if (model.hasLeader && model.leader === host && !model.isDeleted) return true;
    return false;
  }

  #cutUnsynced(host: string, partition: string, offset: number): void {
    this.report(unsyncedCut, this.partition(partition), { host, offset });
  }

  protected report(invariant: Invariant, model: PartitionModel, detail: Record<string, unknown>): void {
    this.#broken.add(invariant, { partition: model.name, timeMicros: this.options.now(), ...detail });
  }
}

function keyOf({ producerId, producerEpoch, baseSequence }: ProducerBatchSummary): string {
  return `${producerId}/${producerEpoch}/${baseSequence}`;
}

/**
 * The eligibility that the leader knows. The controller would refuse an ineligible replica, or accept an incarnation
 * that no longer exists (KIP-841, KIP-903).
 */
function isEligible(candidate: IsrCandidateSummary): boolean {
  const { fetchBrokerEpoch, metadataBrokerEpoch } = candidate;
  if (candidate.fenced || candidate.shuttingDown || metadataBrokerEpoch < 0) return false;
  return (
    candidate.lastFetchLeaderEpoch >= 0 && (fetchBrokerEpoch < 0 || fetchBrokerEpoch === metadataBrokerEpoch)
  );
}

/** The epochs of the records from `startOffset` on. */
function epochsFrom(
  epochs: readonly EpochSummary[],
  startOffset: number,
  endOffset: number,
): readonly EpochSummary[] {
  if (startOffset === 0) return epochs;
  const next = (index: number): number => epochs[index + 1]?.startOffset ?? endOffset;
  return epochs
    .filter((_, index) => next(index) > startOffset)
    .map(({ leaderEpoch, startOffset: start }) => ({
      leaderEpoch,
      startOffset: Math.max(start, startOffset),
    }));
}
