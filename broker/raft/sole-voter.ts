/**
 * A quorum of one voter. The voter leads every epoch, and every start begins a new epoch. A record is committed when
 * this voter's disk has it. Any disk error ends the process, and so does damage in the metadata log that no crash can
 * cause.
 *
 * Records that are appended during a write are written together, as one batch (Kafka's BatchAccumulator).
 */
import type { Env } from '../env.js';
import type { Observer } from '../observer.js';
import { soleVoterLeads } from '../protocol/control-records.js';
import {
  encodeMetadataBatch,
  type LogRecord,
  METADATA_TOPIC,
  type MetadataBatch,
} from '../protocol/metadata-log-batch.js';
import type { ControllerRules } from '../rules/controller/index.js';
import { LogBytes } from './log-bytes.js';
import { type EncodedBatch, MetadataLogFiles } from './metadata-log-files.js';
import type { MetadataRead, QuorumLog, QuorumLogListener } from './quorum-log.js';
import { readQuorumState, writeQuorumState } from './quorum-state-file.js';

export interface SoleVoterOptions {
  readonly nodeId: number;
  /** metadata.log.dir */
  readonly logDirectory: string;
  /** metadata.log.segment.bytes */
  readonly segmentBytesMax: number;
  readonly rules: Pick<ControllerRules, 'metadataHighWatermark'>;
  readonly observer: Observer | null;
  readonly listener: QuorumLogListener;
}

export class SoleVoter implements QuorumLog {
  readonly #env: Env;
  readonly #options: SoleVoterOptions;
  readonly #directory: string;
  readonly #files: MetadataLogFiles;
  /** The batches that are written or about to be. */
  readonly #bytes = new LogBytes();
  /** Batches that wait for the write before them. */
  #unwritten: EncodedBatch[] = [];
  /** Records that are not in a batch yet. */
  #accumulated: LogRecord[] = [];
  #isWriting = false;
  #leaderEpoch = 0;
  #endOffset = 0;
  #epochStartOffset = 0;
  #syncedEndOffset = 0;
  #highWatermark = 0;
  #isStopped = false;

  constructor(env: Env, options: SoleVoterOptions) {
    this.#env = env;
    this.#options = options;
    this.#directory = `${options.logDirectory}/${METADATA_TOPIC}-0`;
    this.#files = new MetadataLogFiles(env, {
      directory: this.#directory,
      segmentBytesMax: options.segmentBytesMax,
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
    readQuorumState(this.#env, this.#directory, (readError, state) => {
      if (readError !== null) {
        this.#halt(readError);
        return;
      }
      this.#files.load(({ batches, segments, knownCommittedOffset }) => {
        for (const bytes of segments) this.#bytes.append(bytes);
        this.#endOffset = this.#bytes.endOffset;
        const lastEpoch = Math.max(state?.leaderEpoch ?? 0, this.#bytes.lastEpoch);
        this.#lead(lastEpoch + 1, batches, knownCommittedOffset);
      });
    });
  }

  stop(): void {
    this.#isStopped = true;
  }

  append(leaderEpoch: number, records: readonly LogRecord[]): number | null {
    if (leaderEpoch !== this.#leaderEpoch) return null;
    const baseOffset = this.#endOffset;
    this.#accumulate(records);
    this.#writeNext();
    return baseOffset;
  }

  read(fetchOffset: number, lastFetchedEpoch: number, bytesMax: number): MetadataRead {
    if (fetchOffset > 0) {
      const agreed = this.#bytes.endOfEpoch(lastFetchedEpoch);
      if (agreed.epoch !== lastFetchedEpoch || agreed.endOffset < fetchOffset)
        return { type: 'diverging', ...agreed };
    }
    return { type: 'records', records: this.#bytes.read(fetchOffset, this.#highWatermark, bytesMax) };
  }

  /** The epoch is durable before it is used, because no two terms may share an epoch. */
  #lead(leaderEpoch: number, batches: readonly MetadataBatch[], knownCommittedOffset: number): void {
    const { nodeId, listener } = this.#options;
    const state = { leaderId: nodeId, leaderEpoch, votedId: -1, currentVoters: [nodeId] };
    writeQuorumState(this.#env, this.#directory, state, (error) => {
      if (this.#isStopped) return;
      if (error !== null) {
        this.#halt(error);
        return;
      }
      this.#leaderEpoch = leaderEpoch;
      this.#epochStartOffset = this.#endOffset;
      const first = { baseOffset: this.#endOffset, leaderEpoch, records: [soleVoterLeads(nodeId)] };
      this.#accumulate(first.records);
      this.#seal();
      listener.onLeader(this, [...batches, first], knownCommittedOffset);
      this.#writeNext();
    });
  }

  #accumulate(records: readonly LogRecord[]): void {
    for (const record of records) this.#accumulated.push(record);
    this.#endOffset += records.length;
    // Under Kafka's rule nothing can be committed yet. Under another rule the commit must still come after the caller
    // has its offset.
    if (this.#committedEnd() > this.#highWatermark) this.#env.timers.schedule(0, () => this.#advance());
  }

  /** Makes one batch of the accumulated records. */
  #seal(): void {
    const records = this.#accumulated;
    if (records.length === 0) return;
    this.#accumulated = [];
    const baseOffset = this.#bytes.endOffset;
    const batch = { baseOffset, leaderEpoch: this.#leaderEpoch, records };
    const bytes = encodeMetadataBatch(batch, this.#env.clock.wallMillis());
    this.#bytes.append(bytes);
    this.#unwritten.push({ baseOffset, endOffset: baseOffset + records.length, bytes });
  }

  #writeNext(): void {
    if (this.#isWriting || this.#isStopped) return;
    if (this.#unwritten.length === 0) this.#seal();
    const batch = this.#unwritten.shift();
    if (batch === undefined) return;
    this.#isWriting = true;
    this.#files.write(batch, () => {
      this.#isWriting = false;
      this.#writeNext();
      this.#syncedEndOffset = batch.endOffset;
      this.#advance();
    });
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
    // Only a rule other than Kafka's commits records that are not in a batch yet.
    if (committedEnd > this.#bytes.endOffset) this.#seal();
    this.#highWatermark = committedEnd;
    this.#options.observer?.controller?.metadataCommitted(committedEnd, this.#syncedEndOffset);
    this.#options.listener.onHighWatermark(committedEnd);
  }

  #halt(reason: string): void {
    if (!this.#isStopped) this.#env.halt(reason);
  }
}
