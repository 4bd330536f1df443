/**
 * A partition of `__consumer_offsets` as the log of a coordinator
 * (org.apache.kafka.coordinator.common.runtime.CoordinatorLoaderImpl, kafka.coordinator.group.PartitionWriter). An
 * append is refused like a produce request with `acks=all`; it is committed when the high watermark passes it. Only
 * the coordinator appends, so the offset of a batch is known before the disk has it.
 */
import type { CoordinatorLog, CoordinatorLogReader } from '../coordination/coordinator-log.js';
import type { Env } from '../env.js';
import type { AppendResult } from '../log/append-result.js';
import type { ErrorName } from '../protocol/errors.js';
import { decodeGroupRecord, encodeGroupRecord, type GroupRecord } from '../protocol/group-records.js';
import * as batch from '../protocol/record-batch.js';
import type { Partition } from '../replication/partition.js';

export interface OffsetsPartitionLogOptions {
  readonly partition: Partition;
  /** offsets.load.buffer.size */
  readonly loadBytes: number;
  /** The log could not write a batch that it had accepted. */
  readonly onFailed: (failure: { leaderEpoch: number; baseOffset: number; error: ErrorName }) => void;
}

export class OffsetsPartitionLog implements CoordinatorLog<GroupRecord> {
  readonly #env: Env;
  readonly #options: OffsetsPartitionLogOptions;
  /** The leader epoch for which this log was made. */
  readonly #leaderEpoch: number;
  #nextOffset = 0;
  /** The first batch that was not written. Everything after it fails as well. */
  #failedOffset = Number.POSITIVE_INFINITY;

  constructor(env: Env, options: OffsetsPartitionLogOptions) {
    this.#env = env;
    this.#options = options;
    this.#leaderEpoch = options.partition.leaderEpoch;
  }

  get highWatermark(): number {
    return this.#options.partition.highWatermark;
  }

  append(leaderEpoch: number, records: readonly GroupRecord[]): number | ErrorName {
    const { partition } = this.#options;
    const { leader } = partition;
    if (leader === null || !this.#isLed(leaderEpoch)) return 'NOT_COORDINATOR';
    const refusal = leader.mayAppend(-1);
    if (refusal !== 'NONE') return refusal;
    const bytes = this.#batchOf(records);
    if (bytes.length > partition.log.config['max.message.bytes']) return 'MESSAGE_TOO_LARGE';
    const baseOffset = this.#nextOffset;
    this.#nextOffset += records.length;
    partition.appendAsLeader(bytes, this.#onAppended.bind(this, baseOffset));
    return baseOffset;
  }

  load(reader: CoordinatorLogReader<GroupRecord>): void {
    const { log } = this.#options.partition;
    this.#nextOffset = log.logEndOffset;
    this.#failedOffset = Number.POSITIVE_INFINITY;
    this.#readFrom(log.logStartOffset, log.logEndOffset, reader);
  }

  #isLed(leaderEpoch: number): boolean {
    const { partition } = this.#options;
    return (
      leaderEpoch === this.#leaderEpoch && partition.leaderEpoch === leaderEpoch && !partition.isChangingRole
    );
  }

  #batchOf(records: readonly GroupRecord[]): Uint8Array {
    return batch.buildBatch({
      baseOffset: 0,
      leaderEpoch: -1,
      producerId: -1,
      producerEpoch: -1,
      baseSequence: -1,
      timestamp: this.#env.clock.wallMillis(),
      records: records.map(encodeGroupRecord),
    });
  }

  #onAppended(baseOffset: number, result: AppendResult): void {
    if (result.errorCode === 'NONE' && result.baseOffset === baseOffset) return;
    // A batch behind a failed one has another offset than the coordinator was given.
    if (baseOffset >= this.#failedOffset) return;
    this.#failedOffset = baseOffset;
    const error = result.errorCode === 'NONE' ? 'UNKNOWN_SERVER_ERROR' : result.errorCode;
    this.#options.onFailed({ leaderEpoch: this.#leaderEpoch, baseOffset, error });
  }

  #readFrom(offset: number, endOffset: number, reader: CoordinatorLogReader<GroupRecord>): void {
    if (!this.#isLed(this.#leaderEpoch)) {
      reader.onEnd('NOT_COORDINATOR');
      return;
    }
    if (offset >= endOffset) {
      reader.onEnd(null);
      return;
    }
    const { partition, loadBytes } = this.#options;
    partition.log.read(offset, loadBytes, endOffset, true, (errorCode, bytes) => {
      if (errorCode !== 'NONE' || bytes === null) {
        reader.onEnd(errorCode === 'NONE' ? null : errorCode);
        return;
      }
      let next = offset;
      for (const position of batch.batches(bytes)) {
        next = batch.lastOffset(bytes, position) + 1;
        if (!reader.onBatch(this.#decoded(bytes, position))) return;
      }
      this.#readFrom(next, endOffset, reader);
    });
  }

  /** A record that cannot be read is skipped, as Kafka does. */
  #decoded(bytes: Uint8Array, position: number) {
    const records: GroupRecord[] = [];
    batch.readRecords(bytes, position, ({ offset, key, value }) => {
      const decoded = decodeGroupRecord(key, value);
      if (decoded.kind === 'record') {
        records.push(decoded.record);
        return;
      }
      const { logger } = this.#env;
      if (logger.enabled)
        logger.log('warn', 'Skipped a record', { partition: this.#options.partition.name, offset, decoded });
    });
    return {
      baseOffset: batch.baseOffset(bytes, position),
      endOffset: batch.lastOffset(bytes, position) + 1,
      leaderEpoch: batch.partitionLeaderEpoch(bytes, position),
      records,
    };
  }
}
