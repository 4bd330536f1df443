/**
 * Invariants of a replicated log that are checked at every step, from what the replicas and the controller report.
 *
 * | anomaly | what is violated | source |
 * |---|---|---|
 * | `log-matching` | two replicas differ at an offset below both high watermarks | LogMatchingProperty |
 * | `leader-completeness` | a leader was elected that lacks a committed record, and nothing permitted explains it | LeaderCompletenessProperty |
 * | `leader-not-in-isr` | a leader was elected from outside the ISR where that is not permitted | LeaderInIsr |
 * | `needless-unclean-election` | a leader was elected from outside the ISR though a member of it was live | KIP-106, PartitionChangeBuilder |
 * | `committed-loss` | a committed record is missing from a member of the ISR | StrongIsr, LeaderCandidateCompletenessProperty |
 * | `isr-beyond-leader` | the controller's ISR has a member that the leader does not wait for | ReplicationQuorumSupersetProperty, KIP-497 |
 * | `isr-given-up` | a leader no longer waits for a member of the ISR it proposed, which may have become the ISR | KIP-497, Partition.handleAlterPartitionError |
 * | `unfenced-fetch` | a leader took a fetch of another leader epoch for one of its own | KIP-320 |
 * | `state-beyond-log` | a replica takes records for synced, or remembers producers' batches, that its log was cut of | recovery point ≤ log end, KIP-98 |
 * | `epochs-not-of-log` | where a replica says that an epoch began is not where it begins in its log | KIP-101, LeaderEpochFileCache |
 * | `gap-in-log` | a batch that was appended, or found at a start, does not begin where the one before it ends | KAFKA-6975 |
 * | `append-after-error` | a replica went on appending after an I/O error of its log | KAFKA-10778 |
 * | `unsynced-cut` | a replica goes on behind a cut that a power loss can still undo | `syncsTruncation` of the broker's rules |
 * | `synced-loss` | a power loss took what a replica had called synced | recovery-point-offset-checkpoint, KAFKA-3968 |
 * | `unverified-append` | a replica took in a batch without comparing its checksum | KIP-98, LogValidator, UnifiedLog.analyzeAndValidateRecords |
 * | `corrupt-batch-kept` | recovery kept a batch whose CRC does not fit its bytes | KIP-98, LogSegment.recover |
 * | `stale-fetch-used` | a follower goes by an answer of another leader epoch, or about another end of its log | KIP-320 |
 * | `stale-isr-proposal` | the controller took over an ISR that was proposed for an earlier state of the partition | KIP-497 |
 * | `isr-before-caught-up` | a leader wants a replica in its ISR that lacks a committed record | KAFKA-7128, M-NOHW, M-NOLESO |
 * | `ineligible-for-isr` | a leader wants a replica in its ISR that it knows to be fenced, shutting down or of another incarnation, or has not heard | KIP-841, KIP-903, Partition.isReplicaIsrEligible |
 * | `unheard-follower` | a new leader goes by what it knew of a follower in an earlier leadership | KIP-320, Replica.resetReplicaState |
 * | `laggard-in-isr` | a leader keeps a follower in its ISR that has not held the whole log for replica.lag.time.max.ms | KIP-16 |
 * | `removed-in-sync` | a leader removes a follower from its ISR that holds the whole log, or did so recently | KIP-16 |
 * | `stale-incarnation-in-isr` | the controller took a broker into the ISR on the word of one of its earlier incarnations | KIP-903, M-STALEBROKEREPOCH |
 * | `fenced-in-isr` | a broker that is fenced or shuts down is in an ISR of several, or was elected | KIP-841, ValidControllerState |
 * | `two-leaders-in-epoch` | two brokers act as leader in one leader epoch | one leader per epoch |
 * | `commit-below-min-isr` | the high watermark passed records that fewer than `min.insync.replicas` replicas have | KIP-966 |
 * | `append-below-min-isr` | a leader took a produce with acks=all while its ISR was smaller than `min.insync.replicas` | design of `min.insync.replicas`, NOT_ENOUGH_REPLICAS |
 * | `hw-above-log-end` | a replica takes for committed what it does not have | high watermark ≤ log end |
 * | `hw-regress` | a leader's high watermark moved back within its epoch | high watermark never back |
 * | `read-above-hw` | a consumer was handed records that are not committed | ConsistentReadProperty |
 * | `ack-before-commit` | a produce with acks=all was acknowledged before its records were committed | KIP-101, design of `acks` |
 * | `unopened-log-trusted` | a host vouched for a log at its shutdown that it had not opened, so that the next start trusts what nobody checked | KAFKA-15375 |
 * | `unsynced-log-trusted` | a host vouched for a log at its shutdown that a power loss can still change | KAFKA-15375, LogManager.shutdown |
 * | `unfenced-too-early` | the controller let a broker serve that had not read the metadata up to its own registration | KIP-631 |
 * | `shut-down-too-early` | the controller let a broker go that still led, or before the others knew that it does not | KIP-631 |
 * | `producer-ids-twice` | the controller gave out a producer id a second time | KIP-730 |
 * | `metadata-unsynced` | the controller took metadata for committed that were not on its disk | KIP-595, LeaderState.maybeUpdateHighWatermark |
 * | `metadata-regress` | the controller decided something about a partition that it had decided otherwise, and told, before | KIP-595 |
 * | `epoch-unknown` | a leader could not say where an epoch up to its own ended, so that nobody can truncate by it | KIP-101, KAFKA-7415 |
 * | `sequence-refused` | a leader lacks what it acknowledged to a producer, or what it knew of it, though nothing committed was lost | KIP-98, KAFKA-5793 |
 * | `crossed-truncation` | a reader went on in a history that does not hold what it read last, without noticing | KIP-320, KAFKA-7747 |
 * | `skipped-offsets` | a reader passed over offsets that it never read | ConsistentReadProperty |
 * | `reread-offsets` | a reader went back to records that it had read, though every leader since has held them | KIP-320 |
 * | `wrong-latest-offset` | a leader that is asked for the latest offset names another than the end of what may be read | KIP-207 |
 *
 * *Committed* means below the highest high watermark that a leader reached. What is on the disk of a host that is down counts
 * as held, until its log is opened again and shows what is left. Not covered: logs with retention or compaction
 * (all logs start at the same offset), transactions.
 *
 * Permitted losses (an unclean election where it is on, a last replica that lost its unsynced tail) cut the committed
 * log and are remembered as the explanation of the records they took: *no unexplained loss*.
 */
import type { BatchIdentity } from './batch-table.js';
import { DecisionChecker, type PartitionEpochs } from './decision-checker.js';
import type { Election, ElectionCause, PartitionModel } from './partition-model.js';
import type { ReplicaLog, ReplicaRole, TailLoss } from './replica-log.js';

export interface PartitionChange extends PartitionEpochs {
  readonly leader: string | null;
  readonly isr: readonly string[];
  readonly replicas: readonly string[];
}

/** As a reader was given it. */
export interface ReadRecord {
  readonly offset: number;
  readonly leaderEpoch: number;
}

export class ReplicaChecker extends DecisionChecker {
  /** Hosts whose brokers the controller does not count as live: fenced again, or about to go. */
  readonly #fenced = new Set<string>();
  /** Hosts whose brokers the controller counts as live: unfenced since they registered, and not about to go. */
  readonly #live = new Set<string>();

  /** The host's disk may have lost or changed data; what is left shows when each log is opened. */
  diskDamaged(host: string, cause: TailLoss['cause']): void {
    for (const model of this.partitions.values()) {
      const replica = model.replicas.get(host);
      if (replica !== undefined) replica.damage = { cause, registeredSince: false };
    }
  }

  /** The controller took a registration of the host's broker: it knows that this is a new incarnation. */
  registered(host: string, incarnation: number): void {
    const known = this.incarnations.get(host);
    if (known !== undefined) this.#fenced.add(host);
    this.#live.delete(host);
    // A controller that takes over tells again what its predecessor told last.
    if (known !== undefined && incarnation <= known) return;
    this.incarnations.set(host, incarnation);
    for (const model of this.partitions.values()) {
      const replica = model.replicas.get(host);
      if (replica?.damage) replica.damage.registeredSince = true;
      if (replica?.tailLoss) replica.tailLoss.registeredSince = true;
    }
  }

  /** The controller unfenced the host's broker, or fenced it, or lets it shut down; before the partitions that this changes. */
  livenessChanged(host: string, isLive: boolean): void {
    if (isLive) {
      this.#fenced.delete(host);
      this.#live.add(host);
    } else {
      this.#fenced.add(host);
      this.#live.delete(host);
    }
  }

  logOpened(host: string, partition: string, batches: readonly BatchIdentity[]): void {
    const model = this.partition(partition);
    const replica = model.replica(host);
    const { damage } = replica;
    const lostFrom = replica.reopen(batches);
    this.#checkContiguous(model, host, batches);
    replica.damage = null;
    if (lostFrom < 0) return;
    if (damage !== null) {
      if (damage.cause === 'power-loss') this.checkSynced(replica, partition, lostFrom);
      replica.tailLoss = { ...damage, fromOffset: lostFrom, timeMicros: this.options.now() };
      return;
    }
    if (lostFrom < model.committedEnd) {
      this.report('committed-loss', model, {
        host,
        offset: lostFrom,
        how: 'gone after a restart without power loss',
      });
    }
  }

  appended(host: string, partition: string, batch: BatchIdentity): void {
    const model = this.partition(partition);
    const replica = model.replica(host);
    const { baseOffset: offset } = batch;
    if (offset !== replica.endOffset)
      this.report('gap-in-log', model, { host, offset, logEndOffset: replica.endOffset });
    if (replica.hasStorageError) this.report('append-after-error', model, { host, offset });
    if (replica.role === 'leader') for (const record of replica.followers) record.leaderAppends(offset);
    model.append(replica, batch);
    if (replica.unreconciled && batch.leaderEpoch >= model.lossEpoch) replica.unreconciled = false;
  }

  truncated(host: string, partition: string, offset: number): void {
    const model = this.partition(partition);
    const replica = model.replica(host);
    const heldBefore = model.holdsCommitted(replica);
    const wasUnreconciled = replica.unreconciled || replica.leaderEpoch < model.lossEpoch;
    replica.truncate(offset);
    if (!heldBefore || offset >= model.committedEnd || !model.isr.includes(host)) return;
    if (replica.tailLoss !== null || wasUnreconciled) return;
    this.report('committed-loss', model, {
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
    // The high watermark of a new leader may lag that of its predecessor; it must not fall within the epoch.
    replica.highWatermark = 0;
    if (role !== 'leader') {
      replica.maximalIsr = null;
      return;
    }
    replica.epochStartOffset = replica.endOffset;
    model.beginsToLead(replica, leaderEpoch);
    const other = model.leaderByEpoch.get(leaderEpoch);
    if (other === undefined) model.leaderByEpoch.set(leaderEpoch, host);
    else if (other !== host)
      this.report('two-leaders-in-epoch', model, { hosts: [other, host], leaderEpoch });
  }

  highWatermarkMoved(host: string, partition: string, offset: number, role: 'leader' | 'follower'): void {
    const model = this.partition(partition);
    const replica = model.replica(host);
    const before = replica.highWatermark;
    replica.highWatermark = offset;
    if (offset > replica.toldHighWatermark) replica.toldHighWatermark = offset;
    if (replica.leaderEpoch < model.lossEpoch || replica.unreconciled) return;
    if (offset > replica.endOffset) {
      this.report('hw-above-log-end', model, {
        host,
        highWatermark: offset,
        logEndOffset: replica.endOffset,
      });
    }
    if (role === 'leader') {
      if (offset < before)
        this.report('hw-regress', model, {
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
    this.report('ack-before-commit', model, {
      host,
      offset: last,
      committedEnd: model.committedEnd,
      leaderEpoch,
    });
  }

  served(host: string, partition: string, fromOffset: number, endOffset: number): void {
    const model = this.partition(partition);
    if (endOffset <= model.committedEnd || model.replica(host).leaderEpoch < model.lossEpoch) return;
    this.report('read-above-hw', model, { host, fromOffset, endOffset, committedEnd: model.committedEnd });
  }

  /** A leader reckons with these members of the ISR, those of a change under way included. */
  maximalIsrChanged(host: string, partition: string, hosts: readonly string[], leaderEpoch: number): void {
    const model = this.partition(partition);
    model.replica(host).maximalIsr = { hosts, leaderEpoch };
    this.#checkMaximalIsr(model, host);
  }

  /**
   * A reader that begins at the beginning read `last` and now `next`. An older history that came back is not held against
   * it: KIP-320 asks where the epoch of its position ended, and sees no difference. `earlier`: the leader epoch of what it
   * had read at the offset of `next` before; −1 for nothing.
   */
  readOn(reader: string, partition: string, last: ReadRecord, next: ReadRecord, earlier: number): void {
    const model = this.partition(partition);
    // Where histories part the epochs differ, so whoever goes back for a truncation meets another epoch there, unless what was
    // gone came back with a later leader.
    if (next.leaderEpoch === earlier && !model.wasGone(next.offset, next.leaderEpoch))
      this.report('reread-offsets', model, { reader, last, next });
    if (next.offset > last.offset + 1) this.report('skipped-offsets', model, { reader, last, next });
    if (next.offset !== last.offset + 1 || next.leaderEpoch <= last.leaderEpoch) return;
    const replica = model.holderOf(next.offset, next.leaderEpoch);
    if (replica !== null && replica.epochAt(last.offset) > last.leaderEpoch)
      this.report('crossed-truncation', model, { reader, last, next });
  }

  partitionChanged(partition: string, change: PartitionChange): void {
    const model = this.partition(partition);
    const previousIsr = model.isr;
    const elected =
      change.leader !== null && change.leaderEpoch > model.leaderEpoch && model.leaderEpoch >= 0;
    this.#checkLive(model, change);
    const { partitionEpoch, leaderEpoch } = model;
    if (change.partitionEpoch <= partitionEpoch || change.leaderEpoch < leaderEpoch)
      this.report('metadata-regress', model, { partitionEpoch, leaderEpoch, change });
    if (change.leaderEpoch > model.leaderEpoch) {
      const left = change.isr.filter((host) => previousIsr.includes(host));
      model.successors.set(model.leaderEpoch, left);
    }
    if (elected) this.#elect(model, change, change.leader as string);
    for (const host of change.isr) if (!previousIsr.includes(host)) this.#joinIsr(model, host, elected);
    model.leader = change.leader ?? model.leader;
    model.hasLeader = change.leader !== null;
    model.leaderEpoch = change.leaderEpoch;
    model.partitionEpoch = change.partitionEpoch;
    model.assign(change.isr, change.replicas);
    this.#checkMaximalIsr(model, model.leader);
  }

  /** The election that took what was committed or acknowledged at `offset`, or null when every record is still held. */
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

  #checkContiguous(model: PartitionModel, host: string, batches: readonly BatchIdentity[]): void {
    for (let index = 1; index < batches.length; index++) {
      const [logEndOffset, offset] = [batches[index - 1]!.lastOffset + 1, batches[index]!.baseOffset];
      if (offset !== logEndOffset) this.report('gap-in-log', model, { host, offset, logEndOffset });
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
      this.report('committed-loss', model, {
        host: replica.host,
        offset: model.firstMissing(replica),
        highWatermark,
        how: 'the high watermark passed records that a member of the ISR lacks',
      });
    }
  }

  /** The last member stays in the ISR though it is fenced: nobody else has every committed record. */
  #checkLive(model: PartitionModel, { isr, leader, leaderEpoch }: PartitionChange): void {
    if (this.#fenced.size === 0) return;
    for (const host of isr) {
      if (!this.#fenced.has(host) || (isr.length === 1 && host !== leader)) continue;
      this.report('fenced-in-isr', model, { host, isr, leader, leaderEpoch });
    }
  }

  /**
   * Whoever may be elected is waited for: the high watermark passes nothing that a member of the controller's ISR lacks. A
   * leader that was followed by another and has not heard of it waits for those who were left of its ISR at that election.
   */
  #checkMaximalIsr(model: PartitionModel, leader: string | null): void {
    const known = leader === null ? null : (model.replicas.get(leader)?.maximalIsr ?? null);
    if (known === null) return;
    const { leaderEpoch } = known;
    const isr = leaderEpoch === model.leaderEpoch ? model.isr : model.successors.get(leaderEpoch);
    if (isr === undefined || isr.every((host) => known.hosts.includes(host))) return;
    this.report('isr-beyond-leader', model, { leader, leaderEpoch, isr, maximalIsr: known.hosts });
  }

  /** A replica that has lost its tail since it fetched the records counts as one that had them. */
  #countHolders(model: PartitionModel, highWatermark: number): void {
    const needed = Math.min(model.settings.minInsyncReplicas, model.assigned.length);
    let holders = 0;
    for (const replica of model.assignedLogs) {
      if (replica.tailLoss !== null || model.holdsCommitted(replica)) holders++;
    }
    if (holders < needed) {
      this.report('commit-below-min-isr', model, { highWatermark, holders, minInsyncReplicas: needed });
    }
  }

  #joinIsr(model: PartitionModel, host: string, uncleanly: boolean): void {
    const replica = model.replica(host);
    if (replica.tailLoss !== null) {
      // A host that came back shorter and has not registered yet may still be admitted on its old word; its
      // registration will take it out again. Once it has registered, the admission vouches for its log.
      if (!replica.tailLoss.registeredSince) return;
      replica.tailLoss = null;
    }
    if (uncleanly || model.holdsCommitted(replica)) return;
    this.report('committed-loss', model, {
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
      this.report('leader-not-in-isr', model, { leader, leaderEpoch: change.leaderEpoch, isr: model.isr });
    }
    if (!inIsr && model.isr.some((host) => this.#live.has(host))) {
      const { isr } = model;
      this.report('needless-unclean-election', model, { leader, leaderEpoch: change.leaderEpoch, isr });
    }
    if (complete && inIsr) {
      model.continueFrom(replica, election);
      return;
    }
    if (!complete && !explained) {
      this.report('leader-completeness', model, {
        leader,
        leaderEpoch: change.leaderEpoch,
        offset: model.firstMissing(replica),
        committedEnd: model.committedEnd,
        isr: model.isr,
      });
    }
    // Explained or reported, the partition goes on from the new leader's log; one loss is told once.
    replica.tailLoss = null;
    model.cutCommittedTo(replica, election);
  }

  /** A leader that succeeds itself kept what it has, less what its own disk lost. */
  #keptByItself(model: PartitionModel, replica: ReplicaLog): number {
    const missing = model.firstMissing(replica);
    const ownEnd = replica.tailLoss?.fromOffset ?? replica.endOffset;
    return missing < 0 ? ownEnd : Math.min(missing, ownEnd);
  }

  #reportMismatch(model: PartitionModel, replica: ReplicaLog): void {
    const [committed, held] = [model.committed[replica.agreedCount], replica.batches[replica.agreedCount]];
    this.report('log-matching', model, {
      host: replica.host,
      offset: model.firstMissing(replica),
      committed: committed === undefined ? null : this.batches.get(committed),
      held: held === undefined ? null : this.batches.get(held),
    });
  }
}
