import type { TopicConfig } from '../config/definitions.js';
import type { CompressionType } from '../protocol/compression/compression-type.js';
import { compressionTypeOf } from '../protocol/compression/compression-type.js';
import * as batch from '../protocol/record-batch.js';
import { RecordWalk } from '../protocol/record-walk.js';
import { type AppendResult, type RecordError, refuse, refuseRecords } from './append-result.js';
import { shapeErrorOf } from './produced-shape.js';

/** Kafka's `Long.MAX_VALUE`: the setting never refuses a timestamp. */
const NEVER = Number.MAX_SAFE_INTEGER;
const LONG_MAX = 2n ** 63n - 1n;
const NO_TIMESTAMP = -1;
/** The limits of older versions of Produce are checked before an append. */
const NEWEST_VERSION = 13;

/**
 * A leader's checks of a produced batch before it checks sequences, and the form in which the batch is stored
 * (`UnifiedLog#analyzeAndValidateRecords`, `LogValidator`). One object serves all appends of a log. After `validate` returned
 * null, `records` is the batch to append. It is the batch of the producer, which is never changed, or a copy that was compressed
 * otherwise or has other timestamps.
 */
export class ProduceValidator {
  readonly #partition: string;
  records: Uint8Array = new Uint8Array(0);
  /** −1: the timestamps are the producer's. */
  logAppendTimeMs = NO_TIMESTAMP;
  #maxTimestamp = NO_TIMESTAMP;
  #hasConsecutiveOffsets = true;

  constructor(partition: string) {
    this.#partition = partition;
  }

  validate(
    produced: Uint8Array,
    config: TopicConfig,
    nowMillis: number,
    verifiesChecksum: boolean,
  ): AppendResult | null {
    const refusal = refusalOfBatch(produced, config, verifiesChecksum);
    if (refusal !== null) return refusal;
    const size = batch.sizeInBytes(produced, 0);
    const records = size === produced.length ? produced : produced.subarray(0, size);
    const type = compressionTypeOf(batch.attributes(records, 0));
    if (type === null) return refuse('UNKNOWN_SERVER_ERROR', 'An unknown compression type');
    return (
      refusalOfHeader(records) ??
      this.#walk(records, type, config, nowMillis) ??
      this.#store(records, type, config, nowMillis)
    );
  }

  /** Checks every record, and finds the latest timestamp. */
  #walk(
    records: Uint8Array,
    type: CompressionType,
    config: TopicConfig,
    nowMillis: number,
  ): AppendResult | null {
    const content = batch.recordBytes(records, 0);
    if (content === null) return refuse('UNKNOWN_SERVER_ERROR', 'The records cannot be decompressed');
    const walk = new RecordWalk(content.bytes, content.start, content.end);
    const count = batch.recordsCount(records, 0);
    const firstTimestamp = batch.baseTimestamp(records, 0);
    const needsKey = config['cleanup.policy'].includes('compact');
    const takesAppendTime = config['message.timestamp.type'] === 'LogAppendTime';
    const claimsAppendTime = batch.isLogAppendTime(records, 0);
    const earliest = nowMillis - config['message.timestamp.before.max.ms'];
    const latest = nowMillis + config['message.timestamp.after.max.ms'];
    const isStoredAsItIs = type !== 'none' && type === targetOf(type, config);
    let errors: RecordError[] | null = null;
    let hasTimestampError = false;
    this.#maxTimestamp = NO_TIMESTAMP;
    this.#hasConsecutiveOffsets = true;
    for (let index = 0; index < count; index++) {
      if (!walk.next()) return refuse('INVALID_RECORD', 'A malformed record');
      if (walk.offsetDelta !== index) this.#hasConsecutiveOffsets = false;
      const timestamp = claimsAppendTime
        ? batch.maxTimestamp(records, 0)
        : firstTimestamp + walk.timestampDelta;
      if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp;
      if (needsKey && walk.keyBytes < 0) {
        errors ??= [];
        errors.push({ batchIndex: index, message: this.#keyMissing() });
        continue;
      }
      const isChecked = !takesAppendTime && timestamp !== NO_TIMESTAMP;
      if (isChecked ? timestamp >= earliest && timestamp <= latest : !claimsAppendTime) continue;
      hasTimestampError = true;
      errors ??= [];
      const message = isChecked
        ? outOfRange(timestamp, walk.offsetDelta, nowMillis, config)
        : wrongTimestampType(walk, timestamp, isStoredAsItIs);
      errors.push({ batchIndex: index, message });
    }
    if (!walk.isAtEnd) return refuse('INVALID_RECORD', 'More bytes than records');
    return errors === null ? null : refuseRecords(hasTimestampError, errors);
  }

  #keyMissing(): string {
    return `Compacted topic cannot accept message without key in topic partition ${this.#partition}.`;
  }

  /** Gives the batch the compression and the timestamps of the topic. */
  #store(
    records: Uint8Array,
    type: CompressionType,
    config: TopicConfig,
    nowMillis: number,
  ): AppendResult | null {
    const takesAppendTime = config['message.timestamp.type'] === 'LogAppendTime';
    const target = targetOf(type, config);
    const maxTimestamp = takesAppendTime ? nowMillis : this.#maxTimestamp;
    this.logAppendTimeMs = takesAppendTime ? nowMillis : NO_TIMESTAMP;
    this.records = records;
    const isRebuilt = target !== type || (type !== 'none' && !this.#hasConsecutiveOffsets);
    if (isRebuilt) this.records = rebuilt(records, target, config);
    const isTimeRight =
      batch.maxTimestamp(this.records, 0) === maxTimestamp &&
      batch.isLogAppendTime(this.records, 0) === takesAppendTime;
    if (!isTimeRight) {
      if (!isRebuilt) this.records = records.slice();
      batch.setMaxTimestamp(this.records, 0, maxTimestamp, takesAppendTime);
    }
    const size = this.records.length;
    if (isRebuilt && size > config['max.message.bytes']) return tooLarge(size);
    return size > config['segment.bytes']
      ? refuse('RECORD_LIST_TOO_LARGE', `The batch of ${size} bytes exceeds segment.bytes`)
      : null;
  }
}

function targetOf(type: CompressionType, config: TopicConfig): CompressionType {
  const setting = config['compression.type'];
  return setting === 'producer' ? type : setting;
}

/** The checks that Kafka makes of every batch before it looks into it. */
function refusalOfBatch(
  records: Uint8Array,
  config: TopicConfig,
  verifiesChecksum: boolean,
): AppendResult | null {
  const shapeError = shapeErrorOf(records, NEWEST_VERSION);
  if (shapeError !== 'NONE') return refuse(shapeError, 'Not exactly one record batch of magic 2');
  if (!batch.isBatchComplete(records, 0))
    return refuse('CORRUPT_MESSAGE', 'The record batch is smaller than its header');
  const size = batch.sizeInBytes(records, 0);
  if (!batch.hasSafeIntegers(records, 0)) {
    return refuse('INVALID_RECORD', 'An offset, timestamp or producer id beyond ±(2^53 − 1)');
  }
  if (batch.baseOffset(records, 0) !== 0) return refuse('INVALID_RECORD', 'The base offset is not 0');
  if (size > config['max.message.bytes']) return tooLarge(size);
  if (verifiesChecksum && !batch.isCrcValid(records, 0)) {
    return refuse('CORRUPT_MESSAGE', 'The CRC of the record batch does not match its bytes');
  }
  return null;
}

const tooLarge = (size: number): AppendResult =>
  refuse('MESSAGE_TOO_LARGE', `The batch of ${size} bytes exceeds max.message.bytes`);

/** LogValidator#validateBatch. */
function refusalOfHeader(records: Uint8Array): AppendResult | null {
  const count = batch.recordsCount(records, 0);
  if (count < 1 || batch.lastOffsetDelta(records, 0) !== count - 1) {
    return refuse('INVALID_RECORD', 'The number of records and the last offset delta disagree');
  }
  if (batch.isControlBatch(records, 0))
    return refuse('INVALID_RECORD', 'Clients are not allowed to write control records');
  if (batch.producerId(records, 0) >= 0 && batch.baseSequence(records, 0) < 0) {
    return refuse('INVALID_RECORD', 'A producer id without a sequence number');
  }
  return null;
}

/** The same records in a new batch, with consecutive offsets. The records were walked over, so they can be read. */
function rebuilt(records: Uint8Array, target: CompressionType, config: TopicConfig): Uint8Array {
  const stored: batch.StoredRecord[] = [];
  batch.readRecords(records, 0, (record) => stored.push(record));
  const transactional = batch.attributes(records, 0) & 0x10;
  return batch.buildBatch({
    baseOffset: 0,
    leaderEpoch: -1,
    producerId: batch.producerId(records, 0),
    producerEpoch: batch.producerEpoch(records, 0),
    baseSequence: batch.baseSequence(records, 0),
    timestamp: batch.baseTimestamp(records, 0),
    records: stored,
    attributes: transactional,
    compression: { type: target, level: levelOf(target, config) },
  });
}

function levelOf(type: CompressionType, config: TopicConfig): number {
  if (type === 'gzip') return config['compression.gzip.level'];
  if (type === 'lz4') return config['compression.lz4.level'];
  return type === 'zstd' ? config['compression.zstd.level'] : 0;
}

/** Kafka's words, with its 64-bit arithmetic. */
function outOfRange(timestamp: number, offset: number, nowMillis: number, config: TopicConfig): string {
  const before = asLong(config['message.timestamp.before.max.ms']);
  const after = asLong(config['message.timestamp.after.max.ms']);
  const from = BigInt.asIntN(64, BigInt(nowMillis) - before);
  const to = BigInt.asIntN(64, BigInt(nowMillis) + after);
  return (
    `Timestamp ${timestamp} of message with offset ${offset} is out of range. ` +
    `The timestamp should be within [${from}, ${to}]`
  );
}

/** Kafka's words name the class that read the record, which skips keys and values where nothing is compressed anew. */
function wrongTimestampType(walk: RecordWalk, timestamp: number, isStoredAsItIs: boolean): string {
  const key = Math.max(0, walk.keyBytes);
  const value = Math.max(0, walk.valueBytes);
  const record = `offset=${walk.offsetDelta}, timestamp=${timestamp}, key=${key} bytes, value=${value} bytes`;
  return (
    `Invalid timestamp type in message ${isStoredAsItIs ? 'Partial' : ''}DefaultRecord(${record}). ` +
    'Producer should not set timestamp type to LogAppendTime.'
  );
}

const asLong = (millis: number): bigint => (millis === NEVER ? LONG_MAX : BigInt(millis));
