/**
 * The invariants of a replicated log that are asked at a decision itself, long before a record is lost by it: who is
 * proposed for an ISR and who is taken into it, whose fetches count, what a broker goes on from. `ReplicaChecker`, which
 * follows the logs, names them all.
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
import type { ReplicaLog } from './replica-log.js';

export interface ReplicaCheckerOptions {
  /** What the configuration of this partition's topic asks for and permits. */
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

/** What a leader makes of the controller's answer to an ISR that it proposed: whom it waits for, before and after. */
export interface IsrAnswer {
  readonly errorCode: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What a follower had asked for when it follows the answer to a fetch. Where it stands now the checker knows. */
export type FetchAnswer = Pick<FetchAnswerSummary, 'requestedOffset' | 'requestedLeaderEpoch'>;

/** The last stable offset of a leader; the checker keeps the high watermark itself. */
export type ReadableEnds = Pick<ReadableEndsSummary, 'lastStableOffset'>;

/** A log as it is stored on a host's disk. */
export interface StoredLog {
  readonly partition: string;
  /** A power loss would leave it as it is. */
  readonly isDurable: boolean;
}

export class DecisionChecker {
  readonly partitions = new Map<string, PartitionModel>();
  protected readonly options: ReplicaCheckerOptions;
  protected readonly batches = new BatchTable();
  /** By host, the number that the controller gave its present incarnation; greater than any before. */
  protected readonly incarnations = new Map<string, number>();
  readonly #broken = new BrokenInvariants();
  /** Hosts whose disks have failed a sync, or lied about one: what they call synced may never be. */
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

  /** The controller takes over an ISR that a leader proposed when the partition was in this state. */
  isrAccepted(partition: string, proposedFor: PartitionEpochs): void {
    const model = this.partition(partition);
    const { leaderEpoch, partitionEpoch } = model;
    if (proposedFor.leaderEpoch >= leaderEpoch && proposedFor.partitionEpoch >= partitionEpoch) return;
    this.report(staleIsrProposal, model, { proposedFor, leaderEpoch, partitionEpoch });
  }

  /** The controller takes over an ISR with this member, which the leader knows as this incarnation; −1: unknown. */
  isrMemberAccepted(partition: string, host: string, incarnation: number): void {
    const registered = this.incarnations.get(host);
    if (incarnation < 0 || registered === undefined || incarnation >= registered) return;
    this.report(staleIncarnationInIsr, this.partition(partition), { host, incarnation, registered });
  }

  /** A start is over: what a power loss can still undo, and what nobody could have written, is not to go on from. */
  recoveryDone(host: string, partition: string, state: RecoveredStateSummary): void {
    const { isSynced, logEndOffset, corruptOffset } = state;
    if (!isSynced) this.#cutUnsynced(host, partition, logEndOffset);
    this.#checkEpochs(host, partition, state.epochs);
    if (corruptOffset < 0) return;
    this.report(corruptBatchKept, this.partition(partition), { host, offset: corruptOffset });
  }

  /** The replica takes everything below for synced. */
  flushed(host: string, partition: string, recoveryPoint: number): void {
    const replica = this.partition(partition).replica(host);
    if (recoveryPoint > replica.syncedEnd) replica.syncedEnd = recoveryPoint;
  }

  syncsUnsound(host: string): void {
    this.#unsound.add(host);
  }

  /** A power loss took the log from here on. */
  protected checkSynced(replica: ReplicaLog, partition: string, lostFrom: number): void {
    const { host, syncedEnd } = replica;
    if (lostFrom >= syncedEnd) return;
    replica.syncedEnd = lostFrom;
    if (this.#unsound.has(host)) return;
    this.report(syncedLoss, this.partition(partition), { host, offset: lostFrom, syncedEnd });
  }

  /** A cut is over: whatever still is about the records that went would be believed of those that come in their place. */
  truncationDone(host: string, partition: string, state: TruncatedStateSummary): void {
    if (state.isSynced) this.partition(partition).replica(host).unreconciledBeforeCut = false;
    else this.#cutUnsynced(host, partition, state.logEndOffset);
    this.#checkEpochs(host, partition, state.epochs);
    const { endOffset } = this.partition(partition).replica(host);
    if (Math.max(state.recoveryPoint, state.producersEndOffset) > endOffset)
      this.report(stateBeyondLog, this.partition(partition), { host, ...state });
  }

  /** Whatever the bytes are: each replica that takes them in is the last to see what its source sent. */
  checksumSkipped(host: string, partition: string, offset: number): void {
    this.report(unverifiedAppend, this.partition(partition), { host, offset });
  }

  /** What is on the disk of a log is unknown from its first I/O error on: nothing may be appended. */
  storageFailed(host: string, partition: string): void {
    this.partition(partition).replica(host).hasStorageError = true;
  }

  /** The leader of another epoch, or one asked about another log end, knows nothing of how the two histories part now. */
  fetchAnswerUsed(host: string, partition: string, answer: FetchAnswer): void {
    const { requestedOffset: offset, requestedLeaderEpoch } = answer;
    const model = this.partition(partition);
    const { endOffset: logEndOffset, leaderEpoch: currentLeaderEpoch } = model.replica(host);
    if (requestedLeaderEpoch === currentLeaderEpoch && offset === logEndOffset) return;
    const witness = { requestedOffset: offset, requestedLeaderEpoch, logEndOffset, currentLeaderEpoch };
    this.report(staleFetchUsed, model, { host, offset, ...witness });
  }

  /**
   * The leader of the present epoch counts the host's replica as caught up. A replica whose disk was damaged is left to
   * its admission: a fetch of before may still be on its way.
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
   * An earlier attempt may have been taken over and its answer lost, and the refusal of the next say only that the state
   * has moved on: until the metadata tell how, everybody counts who may be a member.
   */
  isrAnswered(host: string, partition: string, { errorCode, before, after }: IsrAnswer): void {
    if (errorCode === 'NONE' || errorCode === 'INELIGIBLE_REPLICA') return;
    const givenUp = before.filter((member) => !after.includes(member));
    if (givenUp.length > 0) this.report(isrGivenUp, this.partition(partition), { host, errorCode, givenUp });
  }

  /** With acks=all a leader takes nothing while its ISR, as it knows it, is smaller than `min.insync.replicas`. */
  produceAdmitted(host: string, partition: string, acks: number, isrSize: number): void {
    const model = this.partition(partition);
    const { minInsyncReplicas } = model.settings;
    if (acks !== -1 || isrSize >= minInsyncReplicas) return;
    const needed = Math.min(minInsyncReplicas, model.assigned.length);
    if (isrSize < needed) this.report(appendBelowMinIsr, model, { host, isrSize, minInsyncReplicas: needed });
  }

  /** A new leader knows no log end of a follower that has not fetched from it yet. */
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
   * KIP-16: a member that has not held the whole log for replica.lag.time.max.ms leaves the ISR, since every write waits for
   * it; no other member does. The fetches that arrived decide, and the leader's own figures must lead to the same.
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

  /** A consumer that begins at the latest offset misses nothing that is committed later, and sees nothing that was before. */
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

  /** A leader took a fetch that was meant for another epoch, its own or that of a former leader. */
  unfencedFetch(host: string, partition: string, asked: EpochQuestion): void {
    this.report(unfencedFetch, this.partition(partition), { host, ...asked });
  }

  /** The host's broker starts: it has opened none of its logs. */
  hostStarted(host: string): void {
    for (const model of this.partitions.values()) {
      const replica = model.replicas.get(host);
      if (replica !== undefined) replica.isOpen = false;
    }
  }

  /** The next start trusts every log of a broker that shut down cleanly, as it is stored. `logs`: what its disk holds. */
  shutDownCleanly(host: string, logs: readonly StoredLog[]): void {
    for (const { partition, isDurable } of logs) {
      const model = this.partition(partition);
      if (!model.replica(host).isOpen) this.report(unopenedLogTrusted, model, { host });
      else if (!isDurable) this.report(unsyncedLogTrusted, model, { host });
    }
  }

  /** What a broker believed to lead before it registered is superseded there: it must have read so far to serve. */
  letServe(host: string, heartbeat: UnfencingSummary): void {
    const { wantFence, currentMetadataOffset, registrationOffset } = heartbeat;
    if (!wantFence && currentMetadataOffset >= registrationOffset) return;
    this.#broken.add(unfencedTooEarly, { host, timeMicros: this.options.now(), ...heartbeat });
  }

  /** A broker may go that leads nothing, once every live one knows that. */
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

  /** What the controller tells must survive it: unlike the logs of topics, this one is synced before it counts. */
  metadataCommitted(host: string, highWatermark: number, syncedEndOffset: number): void {
    if (highWatermark <= syncedEndOffset) return;
    const timeMicros = this.options.now();
    this.#broken.add(metadataUnsynced, { host, timeMicros, highWatermark, syncedEndOffset });
  }

  /** A producer id names one producer for all time: no broker may be given one that another was given. */
  producerIdsGiven(host: string, firstProducerId: number, count: number): void {
    const end = firstProducerId + count;
    const taken = this.#producerIds.find((block) => firstProducerId < block.end && block.first < end);
    if (taken !== undefined) {
      const timeMicros = this.options.now();
      this.#broken.add(producerIdsTwice, { host, timeMicros, firstProducerId, other: taken.host });
    }
    this.#producerIds.push({ host, first: firstProducerId, end });
  }

  /** A leader knows every epoch up to its own, if only that it did not see it. */
  epochUnknown(host: string, partition: string, asked: EpochQuestion): void {
    if (asked.requestedEpoch <= asked.leaderEpoch)
      this.report(epochUnknown, this.partition(partition), { host, ...asked });
  }

  leaderRefused(partition: string, batch: ProducerBatchSummary, leaderEpoch: number): void {
    this.partition(partition).refusedIn.set(keyOf(batch), leaderEpoch);
  }

  /**
   * A producer hears that a batch is out of sequence, and every one before it is acknowledged (acks=all). Not by whoever refused
   * it, if another was elected before that or since: who is deposed lacks what its successor has acknowledged.
   */
  sequenceRefused(producer: string, partition: string, batch: ProducerBatchSummary, error: string): void {
    const model = this.partition(partition);
    const refusedIn = model.refusedIn.get(keyOf(batch));
    // Unknown: it was given other numbers while it was under way, which no right producer does.
    if (refusedIn !== undefined && refusedIn !== model.leaderEpoch) return;
    if (model.elections.some(({ committedLost }) => committedLost > 0)) return;
    this.report(sequenceRefused, model, { producer, error, ...batch });
  }

  /** Others cut their logs by what a replica says of its epochs: it has to be what its batches say. */
  #checkEpochs(host: string, partition: string, epochs: readonly EpochSummary[]): void {
    const model = this.partition(partition);
    const held = model.shapeOf(model.replica(host)).epochStarts();
    const length = Math.max(held.length, epochs.length);
    for (let index = 0; index < length; index++) {
      const [kept, inLog] = [epochs[index] ?? null, held[index] ?? null];
      if (kept?.leaderEpoch === inLog?.leaderEpoch && kept?.startOffset === inLog?.startOffset) continue;
      this.report(epochsNotOfLog, model, { host, kept, inLog });
      return;
    }
  }

  #leadsAny(host: string): boolean {
    for (const model of this.partitions.values()) if (model.hasLeader && model.leader === host) return true;
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

/** As the leader knows it: the controller would refuse it, or take it over as one that is no more (KIP-841, KIP-903). */
function isEligible(candidate: IsrCandidateSummary): boolean {
  const { fetchBrokerEpoch, metadataBrokerEpoch } = candidate;
  if (candidate.fenced || candidate.shuttingDown || metadataBrokerEpoch < 0) return false;
  return (
    candidate.lastFetchLeaderEpoch >= 0 && (fetchBrokerEpoch < 0 || fetchBrokerEpoch === metadataBrokerEpoch)
  );
}
