/**
 * Invariants of a replicated log, checked at every step from the reports of the replicas and the controller.
 *
 * Each invariant is an entry of one of the files `*-invariants.ts`; `docs/invariants.md` lists them.
 *
 * *Committed* means below the highest high watermark that a leader reached. While a host is down, its log counts as
 * held on its disk; the next opening of the log shows what is left. Records that retention, DeleteRecords or compaction
 * removed by right stay in the model, so that logs that begin at different offsets, or have gaps, are compared offset by
 * offset. Not covered: transactions; the records within a compacted batch, which readers check.
 *
 * Permitted losses (an unclean election if it is enabled, a last replica that lost its unsynced tail) truncate the
 * committed log. Each is remembered as the explanation of the records that it lost: *no unexplained loss*.
 */

import type { BatchSummary } from '../../broker/observer.js';
import { crossedTruncation, rereadOffsets, skippedOffsets } from './clients-invariants.js';
import {
  ackBeforeCommit,
  commitBelowMinIsr,
  committedLoss,
  hwAboveLogEnd,
  hwRegress,
  logMatching,
  readAboveHw,
} from './commitment-invariants.js';
import { metadataRegress } from './controller-invariants.js';
import { DecisionChecker, type PartitionEpochs } from './decision-checker.js';
import { deletedAboveHw } from './deletion-invariants.js';
import { GroupChecker } from './group-checker.js';
import { fencedInIsr, isrBeyondLeader } from './in-sync-replicas-invariants.js';
import {
  leaderCompleteness,
  leaderNotInIsr,
  needlessUncleanElection,
  twoLeadersInEpoch,
} from './leadership-invariants.js';
import { appendAfterError, gapInLog } from './log-invariants.js';
import type { Election, ElectionCause, PartitionModel } from './partition-model.js';
import type { ReplicaLog, ReplicaRole, TailLoss } from './replica-log.js';

export interface PartitionChange extends PartitionEpochs {
  readonly leader: string | null;
  readonly isr: readonly string[];
  readonly replicas: readonly string[];
}

/** A record as a reader got it. */
export interface ReadRecord {
  readonly offset: number;
  readonly leaderEpoch: number;
}

export class ReplicaChecker extends DecisionChecker {
  /** The members of consumer groups, whose reports are compared with each other and with the logs. */
  readonly groups = new GroupChecker({
    report: (invariant, partition, detail) => this.report(invariant, this.partition(partition), detail),
    committedEnd: (partition) => this.partitions.get(partition)?.committedEnd ?? 0,
    now: () => this.options.now(),
  });
  /** Hosts whose brokers the controller does not count as live: fenced again, or shutting down. */
  readonly #fenced = new Set<string>();
  /** Hosts whose brokers the controller counts as live: unfenced since their registration, and not shutting down. */
  readonly #live = new Set<string>();

  /** The host's disk may have lost or changed data. What is left shows when each log is opened. */
  diskDamaged(host: string, cause: TailLoss['cause']): void {
    for (const model of this.partitions.values()) {
      const replica = model.replicas.get(host);
      if (replica !== undefined) replica.damage = { cause, registeredSince: false };
    }
  }

  /** The controller accepted a registration of the host's broker, so it knows the new incarnation. */
  registered(host: string, incarnation: number): void {
    const known = this.incarnations.get(host);
    if (known !== undefined) this.#fenced.add(host);
    this.#live.delete(host);
    // A new active controller reports the last changes of its predecessor again.
    if (known !== undefined && incarnation <= known) return;
    this.incarnations.set(host, incarnation);
    for (const model of this.partitions.values()) {
      const replica = model.replicas.get(host);
      if (replica?.damage) replica.damage.registeredSince = true;
      if (replica?.tailLoss) replica.tailLoss.registeredSince = true;
    }
  }

  /**
   * The controller unfenced the host's broker, fenced it, or lets it shut down. Called before the changes of
   * partitions that follow.
   */
  livenessChanged(host: string, isLive: boolean): void {
    if (isLive) {
      this.#fenced.delete(host);
      this.#live.add(host);
    } else {
      this.#fenced.add(host);
      this.#live.delete(host);
    }
  }

  logOpened(
    host: string,
    partition: string,
    batches: readonly BatchSummary[],
    logStartOffset = batches[0]?.baseOffset ?? 0,
  ): void {
    const model = this.partition(partition);
    const replica = model.replica(host);
    const isDamaged = replica.damage !== null;
    this.deletions.logOpened(model, replica, logStartOffset);
    const lostFrom = this.#reopen(model, replica, batches, logStartOffset);
    replica.isOpen = true;
    this.#checkContiguous(model, host, batches);
    if (!isDamaged && lostFrom >= 0 && lostFrom < model.committedEnd) {
      this.report(committedLoss, model, {
        host,
        offset: lostFrom,
        how: 'gone after a restart without power loss',
      });
    }
  }

  /**
   * The host's broker has opened every log that its disk holds, so a damaged log that is not open is gone. Its
   * replica may be elected before the broker creates the log anew.
   */
  logsOpened(host: string): void {
    for (const model of this.partitions.values()) {
      if (model.isDeleted) continue;
      const replica = model.replicas.get(host);
      if (replica?.isOpen === false && replica.damage !== null) this.#reopen(model, replica, [], 0);
    }
  }

  /** Returns the first offset that is no longer held, or −1. Damage to the disk explains the loss. */
  #reopen(
    model: PartitionModel,
    replica: ReplicaLog,
    batches: readonly BatchSummary[],
    logStartOffset: number,
  ): number {
    const { damage } = replica;
    const lostFrom = model.reopen(replica, batches, logStartOffset);
    replica.damage = null;
    if (damage === null || lostFrom < 0) return lostFrom;
    if (damage.cause === 'power-loss') this.checkSynced(replica, model.name, lostFrom);
    replica.tailLoss = { ...damage, fromOffset: lostFrom, timeMicros: this.options.now() };
    return lostFrom;
  }

  appended(host: string, partition: string, batch: BatchSummary): void {
    const model = this.partition(partition);
    const replica = model.replica(host);
    const { baseOffset: offset } = batch;
    const mayHaveGap = offset > replica.batchesEnd && batch.lastOffset < model.compactedEnd;
    if (offset !== replica.batchesEnd && !mayHaveGap)
      this.report(gapInLog, model, { host, offset, logEndOffset: replica.endOffset });
    if (replica.hasStorageError) this.report(appendAfterError, model, { host, offset });
    if (replica.role === 'leader') for (const record of replica.followers) record.leaderAppends(offset);
    model.append(replica, batch);
    if (replica.unreconciled && batch.leaderEpoch >= model.lossEpoch) replica.unreconciled = false;
  }

  /** A replica compacts its log, below the high watermark like every deletion. */
  compacted(host: string, partition: string, endOffset: number): void {
    const model = this.partition(partition);
    const { committedEnd } = model;
    const replica = model.replica(host);
    const isOfPresentHistory = replica.leaderEpoch >= model.lossEpoch && !replica.unreconciled;
    if (endOffset > committedEnd && isOfPresentHistory)
      this.report(deletedAboveHw, model, { host, offset: endOffset, committedEnd });
    if (endOffset > model.compactedEnd) model.compactedEnd = endOffset;
  }

  truncated(host: string, partition: string, offset: number): void {
    const model = this.partition(partition);
    const replica = model.replica(host);
    const heldBefore = model.holdsCommitted(replica);
    const wasUnreconciled = replica.unreconciled || replica.leaderEpoch < model.lossEpoch;
    replica.truncate(offset);
    if (!heldBefore || offset >= model.committedEnd || !model.isr.includes(host)) return;
    if (replica.tailLoss !== null || wasUnreconciled) return;
    this.report(committedLoss, model, {
      host,
      offset,
      how: 'truncated by a member of the ISR',
      committedEnd: model.committedEnd,
    });
  }

  roleChanged(host: string, partition: string, role: ReplicaRole, leaderEpoch: number): void {
    const model = this.partition(partition);
    const replica = model.replica(host);
    replica.role = role;
    replica.leaderEpoch = leaderEpoch;
    // The high watermark of a new leader may lag that of its predecessor. Within one epoch it must not go back.
    replica.highWatermark = 0;
    if (role !== 'leader') {
      replica.maximalIsr = null;
      return;
    }
    replica.epochStartOffset = replica.endOffset;
    model.beginsToLead(replica, leaderEpoch);
    const other = model.leaderByEpoch.get(leaderEpoch);
    if (other === undefined) model.leaderByEpoch.set(leaderEpoch, host);
    else if (other !== host) this.report(twoLeadersInEpoch, model, { hosts: [other, host], leaderEpoch });
  }

  highWatermarkMoved(host: string, partition: string, offset: number, role: 'leader' | 'follower'): void {
    const model = this.partition(partition);
    const replica = model.replica(host);
    const before = replica.highWatermark;
    replica.highWatermark = offset;
    if (offset > replica.toldHighWatermark) replica.toldHighWatermark = offset;
    if (replica.leaderEpoch < model.lossEpoch || replica.unreconciled) return;
    if (offset > replica.endOffset) {
      this.report(hwAboveLogEnd, model, {
        host,
        highWatermark: offset,
        logEndOffset: replica.endOffset,
      });
    }
    if (role === 'leader') {
      if (offset < before)
        this.report(hwRegress, model, {
          host,
          leaderEpoch: replica.leaderEpoch,
          from: before,
          to: offset,
        });
      if (offset > model.committedEnd) this.#commit(model, replica, offset);
    }
    if (offset > before && model.contradictsCommittedBelow(replica, offset))
      this.#reportMismatch(model, replica);
  }

  acknowledged(
    host: string,
    partition: string,
    base: number,
    last: number,
    leaderEpoch: number,
    acks: number,
  ): void {
    const model = this.partition(partition);
    model.ackBase.push(base);
    model.ackLast.push(last);
    const appendedIn = model.replica(host).epochAt(last);
    model.ackEpoch.push(appendedIn < 0 ? leaderEpoch : appendedIn);
    if (acks !== -1 || last < model.committedEnd || leaderEpoch < model.lossEpoch) return;
    this.report(ackBeforeCommit, model, {
      host,
      offset: last,
      committedEnd: model.committedEnd,
      leaderEpoch,
    });
  }

  served(host: string, partition: string, fromOffset: number, endOffset: number): void {
    const model = this.partition(partition);
    if (endOffset <= model.committedEnd || model.replica(host).leaderEpoch < model.lossEpoch) return;
    this.report(readAboveHw, model, { host, fromOffset, endOffset, committedEnd: model.committedEnd });
  }

  /** A leader counts these members of the ISR, including those of a pending change. */
  maximalIsrChanged(host: string, partition: string, hosts: readonly string[], leaderEpoch: number): void {
    const model = this.partition(partition);
    model.replica(host).maximalIsr = { hosts, leaderEpoch };
    this.#checkMaximalIsr(model, host);
  }

  /**
   * A reader that began at the beginning has read `last` and now reads `next`. If an older history came back, that is
   * not the reader's mistake: KIP-320 asks where the epoch of its position ended, and cannot see the difference.
   * `earlier`: the leader epoch of the record that the reader had read at the offset of `next`; −1: none.
   */
  readOn(reader: string, partition: string, last: ReadRecord, next: ReadRecord, earlier: number): void {
    const model = this.partition(partition);
    // Two diverging logs have different epochs from there on. A reader that goes back after a truncation therefore
    // finds another epoch, unless a later leader brought the removed records back.
    // A reader whose position is deleted goes to the log start of the present leader, which may be lower.
    const isReread = next.leaderEpoch === earlier && next.offset >= model.deletedEnd;
    if (isReread && !model.wasGone(next.offset, next.leaderEpoch))
      this.report(rereadOffsets, model, { reader, last, next });
    if (next.offset > last.offset + 1 && next.offset > Math.max(model.deletedEnd, model.compactedEnd))
      this.report(skippedOffsets, model, { reader, last, next });
    if (next.offset !== last.offset + 1 || next.leaderEpoch <= last.leaderEpoch) return;
    const replica = model.holderOf(next.offset, next.leaderEpoch);
    if (replica !== null && replica.epochAt(last.offset) > last.leaderEpoch)
      this.report(crossedTruncation, model, { reader, last, next });
  }

  partitionChanged(partition: string, change: PartitionChange): void {
    const model = this.partition(partition);
    const previousIsr = model.isr;
    const elected =
      change.leader !== null && change.leaderEpoch > model.leaderEpoch && model.leaderEpoch >= 0;
    this.#checkLive(model, change);
    const { partitionEpoch, leaderEpoch } = model;
    if (change.partitionEpoch <= partitionEpoch || change.leaderEpoch < leaderEpoch)
      this.report(metadataRegress, model, { partitionEpoch, leaderEpoch, change });
    if (change.leaderEpoch > model.leaderEpoch) {
      const left = change.isr.filter((host) => previousIsr.includes(host));
      model.successors.set(model.leaderEpoch, left);
    }
    if (elected) this.#elect(model, change, change.leader as string);
    for (const host of change.isr) if (!previousIsr.includes(host)) this.#joinIsr(model, host, elected);
    if (previousIsr.some((host) => !change.isr.includes(host)))
      model.isrShrinks.push({ timeMicros: this.options.now(), isr: change.isr });
    model.leader = change.leader ?? model.leader;
    model.hasLeader = change.leader !== null;
    model.leaderEpoch = change.leaderEpoch;
    model.partitionEpoch = change.partitionEpoch;
    model.assign(change.isr, change.replicas);
    this.#checkMaximalIsr(model, model.leader);
  }

  /** The election that lost the committed or acknowledged record at `offset`; null: every record is still held. */
  explainLoss(partition: string, offset: number): Election | null {
    const model = this.partitions.get(partition);
    if (model === undefined) return null;
    const taker = model.takerOfCommitted(offset);
    if (taker !== null) return taker;
    for (let index = model.ackBase.length - 1; index >= 0; index--) {
      if (offset < model.ackBase[index]! || offset > model.ackLast[index]!) continue;
      const election = model.takerOf(offset, model.ackEpoch[index]!);
      if (election !== null) return election;
    }
    return null;
  }

  #checkContiguous(model: PartitionModel, host: string, batches: readonly BatchSummary[]): void {
    for (let index = 1; index < batches.length; index++) {
      const [logEndOffset, offset] = [batches[index - 1]!.lastOffset + 1, batches[index]!.baseOffset];
      const mayHaveGap = offset > logEndOffset && logEndOffset < model.compactedEnd;
      if (offset !== logEndOffset && !mayHaveGap)
        this.report(gapInLog, model, { host, offset, logEndOffset });
    }
  }

  #commit(model: PartitionModel, leader: ReplicaLog, highWatermark: number): void {
    if (!model.holdsCommitted(leader)) {
      this.#reportMismatch(model, leader);
      return;
    }
    model.commitFrom(leader, highWatermark);
    this.#countHolders(model, highWatermark);
    for (const replica of model.isrLogs) {
      if (model.holdsCommitted(replica) || replica.tailLoss !== null) continue;
      this.report(committedLoss, model, {
        host: replica.host,
        offset: model.firstMissing(replica),
        highWatermark,
        how: 'the high watermark passed records that a member of the ISR lacks',
      });
    }
  }

  /** The last member stays in the ISR although it is fenced, because no other replica has every committed record. */
  #checkLive(model: PartitionModel, { isr, leader, leaderEpoch }: PartitionChange): void {
    if (this.#fenced.size === 0) return;
    for (const host of isr) {
      if (!this.#fenced.has(host) || (isr.length === 1 && host !== leader)) continue;
      this.report(fencedInIsr, model, { host, isr, leader, leaderEpoch });
    }
  }

  /**
   * The leader waits for every replica that may be elected: the high watermark passes no record that a member of the
   * controller's ISR lacks. A leader that was replaced and does not know it waits for the members of its ISR that
   * were left at that election.
   */
  #checkMaximalIsr(model: PartitionModel, leader: string | null): void {
    const known = leader === null ? null : (model.replicas.get(leader)?.maximalIsr ?? null);
    if (known === null) return;
    const { leaderEpoch } = known;
    const isr = leaderEpoch === model.leaderEpoch ? model.isr : model.successors.get(leaderEpoch);
    if (isr === undefined || isr.every((host) => known.hosts.includes(host))) return;
    this.report(isrBeyondLeader, model, { leader, leaderEpoch, isr, maximalIsr: known.hosts });
  }

  /** A replica that lost its tail after it had fetched the records still counts as a holder. */
  #countHolders(model: PartitionModel, highWatermark: number): void {
    const needed = Math.min(model.settings.minInsyncReplicas, model.assigned.length);
    let holders = 0;
    for (const replica of model.assignedLogs) {
      if (replica.tailLoss !== null || model.holdsCommitted(replica)) holders++;
    }
    if (holders < needed) {
      this.report(commitBelowMinIsr, model, { highWatermark, holders, minInsyncReplicas: needed });
    }
  }

  #joinIsr(model: PartitionModel, host: string, uncleanly: boolean): void {
    const replica = model.replica(host);
    if (replica.tailLoss !== null) {
      // A host that returned with a shorter log and has not registered yet may still be admitted as its former
      // incarnation; its registration will remove it again. After the registration, the admission vouches for its
      // log.
      if (!replica.tailLoss.registeredSince) return;
      replica.tailLoss = null;
    }
    if (uncleanly || model.holdsCommitted(replica)) return;
    this.report(committedLoss, model, {
      host,
      offset: model.firstMissing(replica),
      how: 'joined the ISR without committed records',
    });
  }

  #elect(model: PartitionModel, change: PartitionChange, leader: string): void {
    const replica = model.replica(leader);
    const complete = model.holdsCommitted(replica);
    const inIsr = model.isr.includes(leader);
    const cause: ElectionCause = complete
      ? 'clean'
      : inIsr
        ? (replica.tailLoss?.cause ?? 'clean')
        : 'unclean-election';
    const previous = model.leader === null ? undefined : model.replicas.get(model.leader);
    const { settings } = model;
    const committedLost = complete ? 0 : model.committedEnd - model.firstMissing(replica);
    const election: Election = {
      timeMicros: this.options.now(),
      leaderEpoch: change.leaderEpoch,
      leader,
      previousLeader: model.leader,
      previousIsr: model.isr,
      keptUpTo:
        previous === undefined || previous === replica
          ? this.#keptByItself(model, replica)
          : previous.keptBy(replica),
      cause,
      committedLost,
      held: model.shapeOf(replica),
    };
    model.elections.push(election);
    const explained = inIsr ? cause !== 'clean' && settings.diskLoss : settings.uncleanElection;
    if (!inIsr && !settings.uncleanElection) {
      this.report(leaderNotInIsr, model, { leader, leaderEpoch: change.leaderEpoch, isr: model.isr });
    }
    if (!inIsr && model.isr.some((host) => this.#live.has(host))) {
      const { isr } = model;
      this.report(needlessUncleanElection, model, { leader, leaderEpoch: change.leaderEpoch, isr });
    }
    if (complete && inIsr) {
      model.continueFrom(replica, election);
      return;
    }
    if (!complete && !explained) {
      this.report(leaderCompleteness, model, {
        leader,
        leaderEpoch: change.leaderEpoch,
        offset: model.firstMissing(replica),
        committedEnd: model.committedEnd,
        isr: model.isr,
      });
    }
    // The loss is explained or reported. The partition continues from the new leader's log, and each loss is reported
    // once.
    replica.tailLoss = null;
    model.cutCommittedTo(replica, election);
  }

  /** A leader that succeeds itself keeps its log, except what its own disk lost. */
  #keptByItself(model: PartitionModel, replica: ReplicaLog): number {
    const missing = model.firstMissing(replica);
    const ownEnd = replica.tailLoss?.fromOffset ?? replica.endOffset;
    return missing < 0 ? ownEnd : Math.min(missing, ownEnd);
  }

  #reportMismatch(model: PartitionModel, replica: ReplicaLog): void {
    const [committed, held] = [model.committed[replica.agreedCount], replica.batches[replica.agreedCount]];
    this.report(logMatching, model, {
      host: replica.host,
      offset: model.firstMissing(replica),
      committed: committed === undefined ? null : this.batches.get(committed),
      held: held === undefined ? null : this.batches.get(held),
    });
  }
}
