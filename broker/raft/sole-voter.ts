/**
 * A quorum of one voter. The voter leads every epoch, and every start begins a new epoch. A batch is committed when
 * this voter's disk has it. Any disk error ends the process, and so does damage in the synced part of the metadata
 * log.
 *
 * The whole log is also in memory, because there are no snapshots (KIP-630).
 */
import type { Env } from '../env.js';
import type { Observer } from '../observer.js';
import type { MetadataRecord } from '../protocol/metadata-records.js';
import type { ControllerRules } from '../rules/controller/index.js';
import type { MetadataBatch } from './metadata-batch.js';
import { MetadataLogFile } from './metadata-log-file.js';
import type { MetadataRead, QuorumLog, QuorumLogListener } from './quorum-log.js';
import { readQuorumState, writeQuorumState } from './quorum-state-file.js';

export interface SoleVoterOptions {
  readonly nodeId: number;
  readonly rules: Pick<ControllerRules, 'metadataHighWatermark'>;
  readonly observer: Observer | null;
  readonly listener: QuorumLogListener;
}

const DIRECTORY = '__cluster_metadata-0';

export class SoleVoter implements QuorumLog {
  readonly #env: Env;
  readonly #options: SoleVoterOptions;
  readonly #file: MetadataLogFile;
  readonly #batches: MetadataBatch[] = [];
  #leaderEpoch = 0;
  #endOffset = 0;
  #epochStartOffset = 0;
  #syncedEndOffset = 0;
  #highWatermark = 0;
  #isStopped = false;

  constructor(env: Env, options: SoleVoterOptions) {
    this.#env = env;
    this.#options = options;
    this.#file = new MetadataLogFile(env, {
      directory: DIRECTORY,
      onSynced: (endOffset) => {
        this.#syncedEndOffset = endOffset;
        this.#advance();
      },
      onTornTail: () => options.observer?.mark('torn metadata log tail cut'),
      onError: (reason) => this.#halt(reason),
    });
  }

  get leaderId(): number {
    return this.#options.nodeId;
  }

  get leaderEpoch(): number {
    return this.#leaderEpoch;
  }

  get endOffset(): number {
    return this.#endOffset;
  }

  get highWatermark(): number {
    return this.#highWatermark;
  }

  start(): void {
    readQuorumState(this.#env, DIRECTORY, (readError, state) => {
      if (readError !== null) {
        this.#halt(readError);
        return;
      }
      this.#file.load((batches, knownCommittedOffset) => {
        for (const batch of batches) this.#take(batch);
        const lastEpoch = this.#batches[this.#batches.length - 1]?.leaderEpoch ?? 0;
        this.#lead(Math.max(state?.leaderEpoch ?? 0, lastEpoch) + 1, knownCommittedOffset);
      });
    });
  }

  stop(): void {
    this.#isStopped = true;
  }

  append(leaderEpoch: number, records: readonly MetadataRecord[]): number | null {
    if (leaderEpoch !== this.#leaderEpoch) return null;
    const batch = { baseOffset: this.#endOffset, leaderEpoch, records };
    this.#take(batch);
    this.#file.append(batch);
    // Under Kafka's rule nothing can be committed yet. Under another rule the commit must still come after the caller
    // has its offset.
    if (this.#committedEnd() > this.#highWatermark) this.#env.timers.schedule(0, () => this.#advance());
    return batch.baseOffset;
  }

  read(fetchOffset: number, lastFetchedEpoch: number, recordsMax: number): MetadataRead {
    if (fetchOffset > 0) {
      const agreed = this.#endOfEpoch(lastFetchedEpoch);
      if (agreed.epoch !== lastFetchedEpoch || agreed.endOffset < fetchOffset)
        return { type: 'diverging', ...agreed };
    }
    const batches: MetadataBatch[] = [];
    let count = 0;
    for (
      let index = this.#indexOf(fetchOffset);
      index < this.#batches.length && count < recordsMax;
      index += 1
    ) {
      const batch = this.#batches[index];
      if (batch === undefined || batch.baseOffset >= this.#highWatermark) break;
      batches.push(batch);
      count += batch.records.length;
    }
    return { type: 'batches', batches };
  }

  /** The epoch is durable before it is used, because no two terms may share an epoch. */
  #lead(leaderEpoch: number, knownCommittedOffset: number): void {
    const { nodeId, listener } = this.#options;
    const state = { leaderId: nodeId, leaderEpoch, votedId: nodeId };
    writeQuorumState(this.#env, DIRECTORY, state, (error) => {
      if (this.#isStopped) return;
      if (error !== null) {
        this.#halt(error);
        return;
      }
      this.#leaderEpoch = leaderEpoch;
      this.#epochStartOffset = this.#endOffset;
      listener.onLeader(this, this.#batches, knownCommittedOffset);
    });
  }

  #take(batch: MetadataBatch): void {
    this.#batches.push(batch);
    this.#endOffset = batch.baseOffset + batch.records.length;
  }

  #committedEnd(): number {
    return this.#options.rules.metadataHighWatermark({
      highWatermark: this.#highWatermark,
      endOffset: this.#endOffset,
      syncedEndOffsets: [this.#syncedEndOffset],
      epochStartOffset: this.#epochStartOffset,
    });
  }

  #advance(): void {
    const committedEnd = this.#committedEnd();
    if (this.#isStopped || committedEnd === this.#highWatermark) return;
    this.#highWatermark = committedEnd;
    this.#options.observer?.controller?.metadataCommitted(committedEnd, this.#syncedEndOffset);
    this.#options.listener.onHighWatermark(committedEnd);
  }

  /** The largest epoch ≤ `epoch` in this log, and its end offset. */
  #endOfEpoch(epoch: number): { readonly epoch: number; readonly endOffset: number } {
    let low = 0;
    let high = this.#batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#batches[middle]?.leaderEpoch ?? 0) <= epoch) low = middle + 1;
      else high = middle;
    }
    const last = this.#batches[low - 1];
    return last === undefined
      ? { epoch: -1, endOffset: 0 }
      : { epoch: last.leaderEpoch, endOffset: last.baseOffset + last.records.length };
  }

  /** The first batch that extends beyond `offset`. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const batch = this.#batches[middle];
      if (batch !== undefined && batch.baseOffset + batch.records.length <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #halt(reason: string): void {
    if (!this.#isStopped) this.#env.halt(reason);
  }
}
