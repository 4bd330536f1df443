/** The fields of a Produce response: which error, in whose words, with which offsets and which time. */
import { describe, expect, it } from 'vitest';
import type { PartitionProduceResponse } from '../protocol/apis/00-produce.js';
import { type BatchContent, buildBatch } from '../protocol/record-batch.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import { fetchRequest, TinyCluster, valuesOf } from '../testing/tiny-cluster.js';

const encoder = new TextEncoder();

function batchOf(values: readonly string[], changes: Partial<BatchContent> = {}): Uint8Array {
  return buildBatch({
    baseOffset: 0,
    leaderEpoch: -1,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    timestamp: 1,
    records: values.map((value) => ({ key: null, value: encoder.encode(value) })),
    ...changes,
  });
}

function answerTo(
  cluster: TinyCluster,
  records: Uint8Array,
  topic = 'orders',
  index = 0,
): PartitionProduceResponse {
  const body = {
    transactionalId: null,
    acks: -1,
    timeoutMs: 30_000,
    topicData: [{ name: topic, topicId: ZERO_UUID, partitionData: [{ index, records }] }],
  };
  return cluster.request(cluster.leaderName(), 'Produce', body, 'producer').responses[0]!
    .partitionResponses[0]!;
}

const configured = (topicConfig: Record<string, string>): TinyCluster => TinyCluster.ready({ topicConfig });

describe('a Produce response', () => {
  it('has no words for a batch that is refused as a whole', () => {
    const cluster = configured({ 'max.message.bytes': '200' });
    const tooLarge = answerTo(cluster, batchOf(['x'.repeat(200)]));
    expect(tooLarge).toMatchObject({ errorCode: 'MESSAGE_TOO_LARGE', baseOffset: -1, logStartOffset: -1 });
    expect([tooLarge.errorMessage, tooLarge.recordErrors]).toEqual([null, []]);
    const control = answerTo(cluster, batchOf(['x'], { attributes: 0x20 }));
    expect(control).toMatchObject({ errorCode: 'INVALID_RECORD', logStartOffset: 0, errorMessage: null });
  });

  it('names the records that are refused, with the reason', () => {
    const cluster = configured({ 'cleanup.policy': 'compact' });
    const answer = answerTo(cluster, batchOf(['keyless']));
    expect(answer).toMatchObject({ errorCode: 'INVALID_RECORD', logStartOffset: 0 });
    expect(answer.errorMessage).toContain('due to 1 record errors in total');
    expect(answer.recordErrors).toEqual([
      {
        batchIndex: 0,
        batchIndexErrorMessage:
          'Compacted topic cannot accept message without key in topic partition orders-0.',
      },
    ]);
  });

  it('has the time of the append where the topic takes it, and for a duplicate', () => {
    const cluster = configured({ 'message.timestamp.type': 'LogAppendTime' });
    const first = answerTo(cluster, batchOf(['a'], { producerId: 1, producerEpoch: 0, baseSequence: 0 }));
    expect(first.logAppendTimeMs).toBeGreaterThan(1);
    cluster.run(1);
    const again = answerTo(cluster, batchOf(['a'], { producerId: 1, producerEpoch: 0, baseSequence: 0 }));
    expect(again).toMatchObject({ baseOffset: 0, logAppendTimeMs: first.logAppendTimeMs });
    expect(answerTo(configured({}), batchOf(['a'])).logAppendTimeMs).toBe(-1);
  });

  it('is about the records before it is about the leader, and about the topic before both', () => {
    const cluster = configured({});
    const two = new Uint8Array([...batchOf(['a']), ...batchOf(['b'])]);
    expect(answerTo(cluster, two, 'nowhere').errorCode).toBe('UNKNOWN_TOPIC_ID');
    expect(answerTo(cluster, two).errorCode).toBe('INVALID_RECORD');
    expect(answerTo(cluster, two.subarray(0, 30)).errorCode).toBe('INVALID_RECORD');
    expect(answerTo(cluster, new Uint8Array(61)).errorCode).toBe('CORRUPT_MESSAGE');
  });

  it.each(['gzip', 'snappy', 'lz4'] as const)(
    'a batch compressed with %s is stored as it came, and read',
    (type) => {
      const cluster = configured({});
      const values = Array.from({ length: 30 }, (_, index) => `value ${index % 3} of many`);
      expect(answerTo(cluster, batchOf(values, { compression: { type, level: -1 } })).errorCode).toBe('NONE');
      const fetched = cluster.request(cluster.leaderName(), 'Fetch', fetchRequest(0), 'consumer');
      const partition = fetched.responses[0]?.partitions[0];
      expect(valuesOf(partition)).toEqual(values);
      expect(partition!.records!.length).toBeLessThan(batchOf(values).length / 2);
    },
  );
});
