/**
 * The invariants of a replicated log that are asked at a decision itself, long before a record is lost by it: who is
 * proposed for an ISR and who is taken into it, whose fetches count, what a broker goes on from. `ReplicaChecker`, which
 * follows the logs, names them all.
 */
import type { Anomaly } from '../verdict.js';
import { BatchTable } from './batch-table.js';
import { BrokenInvariants } from './broken-invariants.js';
import { PartitionModel } from './partition-model.js';
import type { LogDoubt, TruncatedState } from './replica-log.js';

export interface ReplicaCheckerOptions {
  /** Losses that the configuration permits; anything else is an anomaly. */
  readonly permitted: {
    readonly uncleanElection: boolean;
    /** Unsynced data may be gone after a power loss, a wiped disk, bit rot. */
    readonly diskLoss: boolean;
  };
  /** `min.insync.replicas`; where there are fewer replicas, all of them. */
  readonly minInsyncReplicas: number;
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

const doubtful = {
  'unsynced-cut': 'unsynced-cut',
  'corrupt-batch': 'corrupt-batch-kept',
  'stale-fetch': 'stale-fetch-used',
} as const;

export class DecisionChecker {
  readonly partitions = new Map<string, PartitionModel>();
  protected readonly options: ReplicaCheckerOptions;
  protected readonly batches = new BatchTable();
  /** By host, the number that the controller gave its present incarnation; greater than any before. */
  protected readonly incarnations = new Map<string, number>();
  readonly #broken = new BrokenInvariants();

  constructor(options: ReplicaCheckerOptions) {
    this.options = options;
  }

  anomalies(): Anomaly[] {
    return this.#broken.anomalies();
  }

  partition(name: string): PartitionModel {
    let model = this.partitions.get(name);
    if (model === undefined) {
      model = new PartitionModel(name, this.batches);
      this.partitions.set(name, model);
    }
    return model;
  }

  /** The controller takes over an ISR that a leader proposed when the partition was in this state. */
  isrAccepted(partition: string, proposedFor: PartitionEpochs): void {
    const model = this.partition(partition);
    const { leaderEpoch, partitionEpoch } = model;
    if (proposedFor.leaderEpoch >= leaderEpoch && proposedFor.partitionEpoch >= partitionEpoch) return;
    this.report('stale-isr-proposal', model, { proposedFor, leaderEpoch, partitionEpoch });
  }

  /** The controller takes over an ISR with this member, which the leader knows as this incarnation; −1: unknown. */
  isrMemberAccepted(partition: string, host: string, incarnation: number): void {
    const registered = this.incarnations.get(host);
    if (incarnation < 0 || registered === undefined || incarnation >= registered) return;
    this.report('stale-incarnation-in-isr', this.partition(partition), { host, incarnation, registered });
  }

  /** A cut is over: whatever still is about the records that went would be believed of those that come in their place. */
  truncationDone(host: string, partition: string, state: TruncatedState): void {
    if (Math.max(state.recoveryPoint, state.producersEndOffset) > state.logEndOffset)
      this.report('state-beyond-log', this.partition(partition), { host, ...state });
  }

  /** The broker itself found something amiss with a log. */
  logDoubted(host: string, partition: string, doubt: LogDoubt, offset: number): void {
    const model = this.partition(partition);
    if (doubt === 'storage-error') model.replica(host).hasStorageError = true;
    else this.report(doubtful[doubt], model, { host, offset });
  }

  /**
   * The leader of the present epoch counts the host's replica as caught up. A replica whose disk was damaged is left to
   * its admission: a fetch of before may still be on its way.
   */
  isrProposed(partition: string, host: string, leaderEpoch: number): void {
    const model = this.partition(partition);
    const replica = model.replica(host);
    if (leaderEpoch !== model.leaderEpoch || replica.damage !== null || replica.tailLoss !== null) return;
    if (model.holdsCommitted(replica)) return;
    this.report('isr-before-caught-up', model, { host, leaderEpoch, offset: model.firstMissing(replica) });
  }

  /** A leader took a fetch that was meant for another epoch, its own or that of a former leader. */
  unfencedFetch(host: string, partition: string, asked: EpochQuestion): void {
    this.report('unfenced-fetch', this.partition(partition), { host, ...asked });
  }

  trustedUnopened(host: string, partition: string): void {
    this.report('unopened-log-trusted', this.partition(partition), { host });
  }

  /** The controller lets a broker serve that has not read up to its own registration, or go that still leads. */
  letTooEarly(host: string, to: 'serve' | 'go'): void {
    const witness = { host, timeMicros: this.options.now() };
    this.#broken.add(to === 'serve' ? 'unfenced-too-early' : 'shut-down-too-early', witness);
  }

  /** A leader knows every epoch up to its own, if only that it did not see it. */
  epochUnknown(host: string, partition: string, asked: EpochQuestion): void {
    if (asked.requestedEpoch <= asked.leaderEpoch)
      this.report('epoch-unknown', this.partition(partition), { host, ...asked });
  }

  /** A leader refused a batch as out of sequence, though it had acknowledged (acks=all) every one before it. */
  sequenceRefused(producer: string, partition: string, detail: Readonly<Record<string, unknown>>): void {
    const model = this.partition(partition);
    if (model.elections.some(({ committedLost }) => committedLost > 0)) return;
    this.report('sequence-refused', model, { producer, ...detail });
  }

  protected report(name: string, model: PartitionModel, detail: Record<string, unknown>): void {
    this.#broken.add(name, { partition: model.name, timeMicros: this.options.now(), ...detail });
  }
}
