import { describe, expect, it } from 'vitest';
import { decodeMetadataBatches, encodeMetadataBatch, METADATA_TOPIC_ID } from './metadata-log-batch.js';
import { metadataRecord } from './metadata-records.js';
import { buildBatch, hasSafeIntegers } from './record-batch.js';
import { recordBatchHead } from './record-batch-schema.js';
import { isUuid } from './schema/uuid.js';

const topicId = 'AAECAwQFBgcICQoLDA0ODw';
const first = {
  baseOffset: 7,
  leaderEpoch: 3,
  records: [
    metadataRecord('TopicRecord', { name: 'orders', topicId }),
    metadataRecord('PartitionRecord', { topicId, partitionId: 0, replicas: [1, 2], isr: [1], leader: 1 }),
  ],
};
const second = { baseOffset: 9, leaderEpoch: 4, records: [metadataRecord('RemoveTopicRecord', { topicId })] };

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

describe('batches of the metadata log', () => {
  const bytes = joined(encodeMetadataBatch(first, 5), encodeMetadataBatch(second, 6));

  it('are read as they were written, up to the last that is whole', () => {
    expect(decodeMetadataBatches(bytes)).toEqual([first, second]);
    expect(decodeMetadataBatches(bytes.subarray(0, bytes.length - 1))).toEqual([first]);
    expect(decodeMetadataBatches(new Uint8Array(0))).toEqual([]);
    expect(isUuid(METADATA_TOPIC_ID)).toBe(true);
  });

  it('with a bit flipped, or a value that is no record, are an error', () => {
    const flipped = Uint8Array.from(bytes, (byte, at) => (at === 70 ? byte ^ 1 : byte));
    expect(decodeMetadataBatches(flipped)).toMatchObject({ message: 'a corrupt batch (at byte 0)' });
    const head = { baseOffset: 0, leaderEpoch: 0, producerId: -1, producerEpoch: -1, baseSequence: -1 };
    const wrong = (value: Uint8Array | null) =>
      buildBatch({ ...head, timestamp: 0, records: [{ key: null, value }] });
    expect(decodeMetadataBatches(wrong(null))).toMatchObject({
      message: 'a record without a value (at byte 0)',
    });
    expect(decodeMetadataBatches(wrong(new Uint8Array([1, 99])))).toMatchObject({ position: 2 });
  });
});

describe('the head of a record batch', () => {
  const content = {
    baseOffset: 2 ** 40,
    leaderEpoch: 3,
    producerId: 2 ** 33,
    producerEpoch: 4,
    baseSequence: 5,
    timestamp: 1_700_000_000_000,
    records: [{ key: null, value: new Uint8Array([1]) }],
  };

  it('is what the schema says', () => {
    const bytes = buildBatch(content);
    const decoded = recordBatchHead.decode(0, bytes);
    const { baseOffset, producerId, producerEpoch, baseSequence } = content;
    expect(decoded).toMatchObject({
      ok: true,
      end: 61,
      value: { baseOffset, producerId, producerEpoch, baseSequence, partitionLeaderEpoch: 3, magic: 2 },
    });
    if (!decoded.ok) return;
    expect(decoded.value).toMatchObject({
      batchLength: bytes.length - 12,
      recordsCount: 1,
      lastOffsetDelta: 0,
    });
    expect(recordBatchHead.encode(0, decoded.value)).toEqual(bytes.slice(0, 61));
  });

  it('with a 64-bit field that no number is exact for says so', () => {
    const bytes = buildBatch(content);
    expect(hasSafeIntegers(bytes, 0)).toBe(true);
    for (const at of [0, 27, 35, 43]) {
      const large = bytes.slice();
      large[at + 1] = 0x20;
      expect(hasSafeIntegers(large, 0)).toBe(false);
    }
  });
});
