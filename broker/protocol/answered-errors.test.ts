/** Requests that get an error in place of being carried out. */
import { describe, expect, it } from 'vitest';
import { type AnsweredError, answeringErrors } from './answered-errors.js';
import type { ResponseBodies } from './apis/index.js';
import { apiSchemas } from './apis/schemas.js';
import { errorAnswer } from './error-answer.js';
import type { ApiName, RequestFrame } from './frame.js';
import { partitionedApis } from './named-partitions.js';

const produce = (
  acks: number,
  topics: Readonly<Record<string, readonly number[]>>,
): RequestFrame<'Produce'> => ({
  type: 'request',
  apiName: 'Produce',
  apiVersion: 12,
  correlationId: 1,
  clientId: 'client',
  body: {
    ...apiSchemas.Produce.request.defaults,
    acks,
    topicData: Object.entries(topics).map(([name, partitions]) => ({
      name,
      topicId: '',
      partitionData: partitions.map((index) => ({ index, records: null })),
    })),
  },
});

const listener = { host: 'b1', port: 9092 };

/** The answer to a request under one rule, and the request that was carried out. */
function answerTo(request: RequestFrame, rule: AnsweredError) {
  let carriedOut: RequestFrame | null = null;
  let answer: ResponseBodies[ApiName] | 'close' | null = null;
  const handler = answeringErrors(
    (rest, reply) => {
      carriedOut = rest;
      reply.respond(errorAnswer(rest.apiName, rest.body, 'NONE', rest.apiVersion));
    },
    { some: true, take: (_api, names) => (rule.partition === null || names(rule.partition) ? rule : null) },
    (topicId) => (topicId === 'id of orders' ? 'orders' : null),
  );
  const reply = {
    respond: (body: ResponseBodies[ApiName]) => {
      answer = body;
    },
    respondLast: () => undefined,
    respondNothing: () => undefined,
    close: () => {
      answer = 'close';
    },
  };
  handler(request, reply, { apiVersion: 12, clientId: 'client', peer: listener, listener });
  return { carriedOut, answer };
}

describe('a request that gets an error', () => {
  it('is not carried out', () => {
    const { carriedOut, answer } = answerTo(produce(-1, { orders: [0, 1] }), { error: 7, partition: null });
    expect(carriedOut).toBeNull();
    expect(answer).toMatchObject({
      responses: [
        {
          name: 'orders',
          partitionResponses: [
            { index: 0, errorCode: 'REQUEST_TIMED_OUT', baseOffset: -1 },
            { index: 1, errorCode: 'REQUEST_TIMED_OUT', baseOffset: -1 },
          ],
        },
      ],
    });
  });

  it('for one partition is carried out for the others, and each topic is answered once', () => {
    const request = produce(-1, { orders: [0, 1], payments: [1] });
    const { carriedOut, answer } = answerTo(request, { error: 'KAFKA_STORAGE_ERROR', partition: 'orders-1' });
    expect(carriedOut).toMatchObject({
      body: {
        topicData: [
          { name: 'orders', partitionData: [{ index: 0 }] },
          { name: 'payments', partitionData: [{ index: 1 }] },
        ],
      },
    });
    expect(answer).toMatchObject({
      responses: [
        {
          name: 'orders',
          partitionResponses: [
            { index: 0, errorCode: 'NONE' },
            { index: 1, errorCode: 'KAFKA_STORAGE_ERROR' },
          ],
        },
        { name: 'payments', partitionResponses: [{ index: 1, errorCode: 'NONE' }] },
      ],
    });
  });

  it('for one partition is found by the id of its topic, and the response as a whole has no error', () => {
    const request: RequestFrame<'Fetch'> = {
      ...produce(-1, {}),
      apiName: 'Fetch',
      apiVersion: 17,
      body: {
        ...apiSchemas.Fetch.request.defaults,
        topics: [
          {
            topic: '',
            topicId: 'id of orders',
            partitions: [{ ...partitionDefaults, partition: 0 }],
          },
        ],
      },
    };
    const { carriedOut, answer } = answerTo(request, {
      error: 'UNKNOWN_LEADER_EPOCH',
      partition: 'orders-0',
    });
    expect(carriedOut).toBeNull();
    expect(answer).toMatchObject({
      errorCode: 'NONE',
      responses: [
        { topicId: 'id of orders', partitions: [{ partitionIndex: 0, errorCode: 'UNKNOWN_LEADER_EPOCH' }] },
      ],
    });
  });

  it('ends its connection when its client reads no response', () => {
    expect(answerTo(produce(0, { orders: [0] }), { error: 7, partition: null }).answer).toBe('close');
  });

  it('is carried out when a broker sent it', () => {
    const { carriedOut } = answerTo(
      {
        ...produce(-1, {}),
        apiName: 'Fetch',
        body: { ...apiSchemas.Fetch.request.defaults, replicaState: { replicaId: 2, replicaEpoch: 1 } },
      },
      { error: 6, partition: null },
    );
    expect(carriedOut).not.toBeNull();
  });
});

const partitionDefaults = {
  currentLeaderEpoch: -1,
  fetchOffset: 0,
  lastFetchedEpoch: -1,
  logStartOffset: -1,
  partitionMaxBytes: 1_024,
  replicaDirectoryId: '',
  highWatermark: -1n,
};

it('a partition can be named to the APIs whose responses list partitions', () => {
  expect(partitionedApis).toEqual(
    expect.arrayContaining(['Produce', 'Fetch', 'ListOffsets', 'OffsetCommit', 'OffsetForLeaderEpoch']),
  );
  expect(partitionedApis).not.toContain('Metadata');
});
