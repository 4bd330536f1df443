import { describe, expect, it } from 'vitest';
import { type Properties, resolveTopicConfig } from '../config/definitions.js';
import { compress } from '../protocol/compression/codec.js';
import type { CompressionType } from '../protocol/compression/compression-type.js';
import { crc32c } from '../protocol/crc32c.js';
import * as batch from '../protocol/record-batch.js';
import { ProduceValidator } from './produce-validator.js';

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Produced {
  readonly keys?: readonly (string | null)[];
  readonly timestamps?: readonly number[];
  readonly attributes?: number;
  readonly type?: CompressionType;
  readonly producerId?: number;
}

function produced(spec: Produced = {}): Uint8Array {
  const keys = spec.keys ?? ['a', 'b', 'c'];
  return batch.buildBatch({
    baseOffset: 0,
    leaderEpoch: -1,
    producerId: spec.producerId ?? -1,
    producerEpoch: -1,
    baseSequence: -1,
    timestamp: NOW,
    records: keys.map((key, index) => ({
      key: key === null ? null : utf8(key),
      value: utf8(`value ${index} value value value`),
      timestamp: spec.timestamps?.[index] ?? NOW,
    })),
    attributes: spec.attributes ?? 0,
    compression: { type: spec.type ?? 'none', level: -1 },
  });
}

/** The same batch with `change` applied and a CRC that matches. */
function altered(bytes: Uint8Array, change: (bytes: Uint8Array, view: DataView) => void): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  change(copy, view);
  view.setUint32(17, crc32c(copy, 21, batch.sizeInBytes(copy, 0)));
  return copy;
}

function validated(bytes: Uint8Array, properties: Properties = {}) {
  const validator = new ProduceValidator('orders-0');
  const refusal = validator.validate(bytes, resolveTopicConfig(properties), NOW, true);
  return { refusal, records: validator.records, logAppendTimeMs: validator.logAppendTimeMs };
}

const errorOf = (bytes: Uint8Array, properties: Properties = {}): string =>
  validated(bytes, properties).refusal?.errorCode ?? 'NONE';

describe('a batch is refused as Kafka refuses it', () => {
  it.each<[string, Uint8Array, string]>([
    ['no bytes', new Uint8Array(0), 'INVALID_RECORD'],
    ['a batch cut short', produced().subarray(0, 80), 'INVALID_RECORD'],
    [
      'a size below that of any batch',
      altered(produced(), (_bytes, view) => view.setInt32(8, 13)),
      'CORRUPT_MESSAGE',
    ],
    [
      'a size below that of a header',
      altered(produced(), (_bytes, view) => view.setInt32(8, 40)).subarray(0, 52),
      'CORRUPT_MESSAGE',
    ],
    ['magic 3', altered(produced(), (bytes) => bytes.fill(3, 16, 17)), 'CORRUPT_MESSAGE'],
    ['a damaged second batch', new Uint8Array([...produced(), ...new Uint8Array(20)]), 'CORRUPT_MESSAGE'],
    ['magic 1', altered(produced(), (bytes) => bytes.fill(1, 16, 17)), 'INVALID_RECORD'],
    ['two batches', new Uint8Array([...produced(), ...produced()]), 'INVALID_RECORD'],
    ['a base offset', altered(produced(), (_bytes, view) => view.setInt32(4, 7)), 'INVALID_RECORD'],
    ['a control batch', produced({ attributes: 0x20 }), 'INVALID_RECORD'],
    ['a producer id without a sequence', produced({ producerId: 5 }), 'INVALID_RECORD'],
    ['fewer records than counted', altered(produced(), setCount(4)), 'INVALID_RECORD'],
    ['more records than counted', altered(produced(), setCount(2)), 'INVALID_RECORD'],
    ['no record', altered(produced(), setCount(0)), 'INVALID_RECORD'],
    ['a last offset delta beside the count', altered(produced(), setLastDelta(5)), 'INVALID_RECORD'],
    [
      'a record longer than the batch',
      altered(produced(), (bytes) => bytes.fill(0x7e, 61, 62)),
      'INVALID_RECORD',
    ],
    ['compression type 5', altered(produced(), (bytes) => bytes.fill(5, 22, 23)), 'UNKNOWN_SERVER_ERROR'],
    ['gzip that is none', altered(produced(), (bytes) => bytes.fill(1, 22, 23)), 'UNKNOWN_SERVER_ERROR'],
  ])('%s', (_name, bytes, error) => {
    expect(errorOf(bytes)).toBe(error);
  });

  it('a whole batch before the beginning of another is stored alone', () => {
    const whole = produced();
    const { refusal, records } = validated(new Uint8Array([...whole, ...whole.subarray(0, 20)]));
    expect([refusal, Buffer.compare(records, whole)]).toEqual([null, 0]);
  });

  it('an unkeyed record in a compacted topic, by its index', () => {
    const { refusal } = validated(produced({ keys: ['a', null, null] }), { 'cleanup.policy': 'compact' });
    expect(refusal).toMatchObject({
      errorCode: 'INVALID_RECORD',
      recordErrors: [1, 2].map((batchIndex) => ({
        batchIndex,
        message: 'Compacted topic cannot accept message without key in topic partition orders-0.',
      })),
    });
    expect(refusal).toHaveProperty('message', expect.stringContaining('due to 2 record errors in total'));
    expect(errorOf(produced({ keys: ['a', null] }))).toBe('NONE');
  });

  it('a timestamp out of its bounds, by the index of the record', () => {
    const bounds = { 'message.timestamp.before.max.ms': '1000' };
    const { refusal } = validated(produced({ timestamps: [NOW - 1000, NOW - 1001, NOW + HOUR + 1] }), bounds);
    const range = `is out of range. The timestamp should be within [${NOW - 1000}, ${NOW + HOUR}]`;
    expect(refusal).toEqual({
      errorCode: 'INVALID_TIMESTAMP',
      message: 'One or more records have been rejected due to invalid timestamp',
      recordErrors: [
        { batchIndex: 1, message: `Timestamp ${NOW - 1001} of message with offset 1 ${range}` },
        { batchIndex: 2, message: `Timestamp ${NOW + HOUR + 1} of message with offset 2 ${range}` },
      ],
    });
    expect(errorOf(produced({ timestamps: [-1, -1, -1] }), bounds)).toBe('NONE');
    expect(errorOf(produced({ timestamps: [0, 0, 0] }))).toBe('NONE');
    expect(errorOf(produced({ timestamps: [0, 0, 0] }), { 'message.timestamp.type': 'LogAppendTime' })).toBe(
      'NONE',
    );
  });

  it('a producer that claims LogAppendTime, where the topic has it too', () => {
    const { refusal } = validated(produced({ keys: ['a'], attributes: 0x08 }), {
      'message.timestamp.type': 'LogAppendTime',
    });
    const message =
      `Invalid timestamp type in message DefaultRecord(offset=0, timestamp=${NOW}, key=1 bytes, value=25 bytes). ` +
      'Producer should not set timestamp type to LogAppendTime.';
    expect(refusal).toMatchObject({
      errorCode: 'INVALID_TIMESTAMP',
      recordErrors: [{ batchIndex: 0, message }],
    });
    const asCreateTime = validated(produced({ attributes: 0x08 }));
    expect(asCreateTime.refusal).toBeNull();
    expect(batch.isLogAppendTime(asCreateTime.records, 0)).toBe(false);
  });

  it('the largest bounds of Kafka are written in its words', () => {
    const far = validated(produced({ timestamps: [NOW + HOUR + 1] })).refusal;
    const from = BigInt(NOW) - (2n ** 63n - 1n);
    expect(far).toMatchObject({ recordErrors: [{ message: expect.stringContaining(`within [${from}, `) }] });
  });

  it('more than max.message.bytes, after compression by the topic', () => {
    const batchOfLines = produced({ keys: Array.from({ length: 40 }, () => 'k') });
    const compressed = { 'compression.type': 'gzip', 'max.message.bytes': String(batchOfLines.length) };
    expect(errorOf(batchOfLines, compressed)).toBe('NONE');
    const { length } = validated(batchOfLines, compressed).records;
    const gzip = produced({ keys: Array.from({ length: 40 }, () => 'k'), type: 'gzip' });
    expect(errorOf(gzip, { 'max.message.bytes': String(length) })).toBe('NONE');
    expect(errorOf(gzip, { 'max.message.bytes': String(length), 'compression.type': 'uncompressed' })).toBe(
      'MESSAGE_TOO_LARGE',
    );
  });
});

const setCount = (count: number) => (_bytes: Uint8Array, view: DataView) => {
  view.setInt32(57, count);
  view.setInt32(23, count - 1);
};
const setLastDelta = (delta: number) => (_bytes: Uint8Array, view: DataView) => view.setInt32(23, delta);

describe('a batch is stored as the topic says', () => {
  it('as it came, where nothing has to change', () => {
    for (const type of ['none', 'gzip', 'snappy', 'lz4'] as const) {
      const bytes = produced({ type });
      expect(validated(bytes).records).toBe(bytes);
      expect(validated(bytes, { 'compression.type': type === 'none' ? 'uncompressed' : type }).records).toBe(
        bytes,
      );
    }
  });

  it.each(['none', 'gzip', 'snappy', 'lz4'] as const)(
    'compressed anew, from %s to each other type',
    (from) => {
      const bytes = produced({ type: from, timestamps: [NOW - 5, NOW, NOW - 2] });
      for (const to of ['uncompressed', 'gzip', 'snappy', 'lz4'] as const) {
        const { records } = validated(bytes, { 'compression.type': to });
        expect(batch.attributes(records, 0) & 7).toBe(['uncompressed', 'gzip', 'snappy', 'lz4'].indexOf(to));
        expect(batch.decodeBatch(records, 0)).toMatchObject({
          records: batch.decodeBatch(bytes, 0)!.records,
        });
        expect(batch.maxTimestamp(records, 0)).toBe(NOW);
      }
    },
  );

  it('with the time of the append, which every record then has', () => {
    for (const type of ['none', 'gzip'] as const) {
      const bytes = produced({ type, timestamps: [NOW - 5, NOW + 2 * HOUR, NOW] });
      const before = bytes.slice();
      const { records, logAppendTimeMs } = validated(bytes, { 'message.timestamp.type': 'LogAppendTime' });
      expect(logAppendTimeMs).toBe(NOW);
      expect(batch.isLogAppendTime(records, 0)).toBe(true);
      expect(batch.decodeBatch(records, 0)!.records.map(({ timestamp }) => timestamp)).toEqual([
        NOW,
        NOW,
        NOW,
      ]);
      expect(bytes).toEqual(before);
    }
  });

  it('with the latest timestamp of its records, whatever the producer says', () => {
    const lying = altered(produced({ timestamps: [NOW, NOW + 9, NOW + 3] }), (_bytes, view) =>
      view.setBigInt64(35, BigInt(NOW + 500)),
    );
    const { refusal, records } = validated(lying);
    expect([refusal, batch.maxTimestamp(records, 0), batch.isCrcValid(records, 0)]).toEqual([
      null,
      NOW + 9,
      true,
    ]);
  });

  it('with consecutive offsets, where a compressed batch has others', () => {
    const plain = produced();
    const second = 61 + 1 + plain[61]! / 2;
    const gap = plain.slice(61);
    gap[second - 61 + 3] = 10;
    const records = compress(gap, { type: 'gzip', level: -1 });
    const bytes = altered(new Uint8Array([...plain.subarray(0, 61), ...records]), (copy, view) => {
      copy[22] = 1;
      view.setInt32(8, copy.length - 12);
    });
    expect(batch.decodeBatch(bytes, 0)!.records.map(({ offset }) => offset)).toEqual([0, 5, 2]);
    const stored = batch.decodeBatch(validated(bytes).records, 0)!;
    expect(stored.records.map(({ offset }) => offset)).toEqual([0, 1, 2]);
    expect(stored.attributes).toBe(1);
  });
});
