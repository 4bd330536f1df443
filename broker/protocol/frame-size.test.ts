import { describe, expect, it } from 'vitest';
import { NO_ABORTED_TRANSACTIONS, NO_DIVERGENCE, NO_LEADER, NO_SNAPSHOT } from './apis/01-fetch.js';
import { requestSizeBytes, responseSizeBytes } from './frame-size.js';
import { ZERO_UUID } from './schema/uuid.js';

const produceOf = (bytes: number) =>
  requestSizeBytes({
    type: 'request',
    apiName: 'Produce',
    apiVersion: 10,
    correlationId: 1,
    clientId: 'c',
    body: {
      transactionalId: null,
      acks: -1,
      timeoutMs: 1,
      topicData: [
        { name: 'orders', topicId: ZERO_UUID, partitionData: [{ index: 0, records: new Uint8Array(bytes) }] },
      ],
    },
  });

const fetchedOf = (records: Uint8Array | null) =>
  responseSizeBytes({
    type: 'response',
    apiName: 'Fetch',
    correlationId: 1,
    body: {
      throttleTimeMs: 0,
      errorCode: 'NONE',
      sessionId: 0,
      nodeEndpoints: [],
      responses: [
        {
          topic: 'orders',
          topicId: ZERO_UUID,
          partitions: [
            {
              partitionIndex: 0,
              errorCode: 'NONE',
              highWatermark: 0,
              lastStableOffset: 0,
              logStartOffset: 0,
              divergingEpoch: NO_DIVERGENCE,
              currentLeader: NO_LEADER,
              snapshotId: NO_SNAPSHOT,
              abortedTransactions: NO_ABORTED_TRANSACTIONS,
              preferredReadReplica: -1,
              records,
            },
          ],
        },
      ],
    },
  });

describe('the size of a frame', () => {
  it('counts the bytes of record batches exactly, both ways', () => {
    expect(produceOf(1_000) - produceOf(0)).toBe(1_000);
    expect(fetchedOf(new Uint8Array(1_000)) - fetchedOf(null)).toBe(1_000);
  });

  it('is of the order of the real frame without records', () => {
    // By ProduceRequest.json, version 10, client id of one letter, one topic of six, one empty partition: 40 bytes.
    expect(produceOf(0)).toBeGreaterThan(35);
    expect(produceOf(0)).toBeLessThan(60);
    expect(fetchedOf(null)).toBeGreaterThan(50);
    expect(fetchedOf(null)).toBeLessThan(90);
  });
});
