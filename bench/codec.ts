/**
 * Produce and Fetch as a client encodes and decodes them, records included, against KafkaJS and platformatic's client: the same
 * three batches in the same versions, one library after the other in this process. Of a fetched batch only this decoder checks
 * the CRC.
 */
import { createRequire } from 'node:module';
import { fetchV17, produceV11, Reader } from '@platformatic/kafka';
import { decodeResponse, encodeRequest, encodeResponse } from '../broker/protocol/codec.js';
import {
  buildBatch,
  isBatchComplete,
  isCrcValid,
  readRecords,
  type StoredRecord,
  sizeInBytes,
} from '../broker/protocol/record-batch.js';
import { type BenchRow, row } from './bench-row.js';

const require = createRequire(import.meta.url);

interface KafkaJsProtocol {
  readonly request: object;
  readonly response: { decode(bytes: Buffer): Promise<object> };
}
type KafkaJsVersions = (asked: { readonly version: number }) => (options: object) => KafkaJsProtocol;
type KafkaJsFrame = (call: {
  readonly correlationId: number;
  readonly clientId: string;
  readonly request: object;
}) => Promise<{ readonly buffer: Buffer }>;

const kafkaJsFrame: KafkaJsFrame = require('kafkajs/src/protocol/request.js');
const kafkaJs: Readonly<Record<'produce' | 'fetch', KafkaJsVersions>> = {
  produce: require('kafkajs/src/protocol/requests/produce/index.js').protocol,
  fetch: require('kafkajs/src/protocol/requests/fetch/index.js').protocol,
};

const TOPIC = 'orders';
const TOPIC_ID = 'AAECAwQFBgcICQoLDA0ODw';
const TOPIC_UUID = '00010203-0405-0607-0809-0a0b0c0d0e0f';
const PARTITIONS = [0, 1, 2];
const RECORDS = 10;
const NOW = 1_700_000_000_000;
const key = Buffer.from('key-0001');
const value = Buffer.alloc(100, 'v');
const header = { correlationId: 7, clientId: 'bench' };
/** Of the versions that both sides know, KafkaJS's newest and platformatic's. */
const VERSIONS = { kafkaJs: { produce: 7, fetch: 11 }, platformatic: { produce: 11, fetch: 17 } };

/** `body` once, by this codec and by another. */
interface Contest {
  readonly what: string;
  readonly other: 'KafkaJS' | 'platformatic';
  /** So many times as fast as the other library must be, and should be. */
  readonly leastTimes: number;
  readonly ours: () => unknown;
  readonly theirs: () => unknown;
}

export async function measureCodec(quick: boolean): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { what, other, leastTimes, ours, theirs } of contests()) {
    const [micros, otherMicros] = await leastMicros([ours, theirs], quick ? 500 : 5_000);
    rows.push(
      row(`codec: ${what}, against ${other}`, micros!, 'µs', {
        floor: otherMicros!,
        aim: otherMicros! / leastTimes,
        holds: micros! * leastTimes <= otherMicros!,
      }),
    );
  }
  return rows;
}

/** CPU per call of each, the least of several turns. */
async function leastMicros(bodies: readonly (() => unknown)[], calls: number): Promise<readonly number[]> {
  const least = bodies.map(() => Number.POSITIVE_INFINITY);
  for (let turn = 0; turn < 7; turn++) {
    for (const [index, body] of bodies.entries()) {
      const before = process.cpuUsage();
      for (let call = 0; call < calls; call++) {
        const result = body();
        if (result instanceof Promise) await result;
      }
      const { user, system } = process.cpuUsage(before);
      least[index] = Math.min(least[index]!, (user + system) / calls);
    }
  }
  return least;
}

function contests(): readonly Contest[] {
  const { kafkaJs: older, platformatic: newer } = VERSIONS;
  const against = { KafkaJS: 3, platformatic: 1 };
  const to = (other: Contest['other']) => ({ other, leastTimes: against[other] });
  return [
    {
      what: 'Produce request, encode',
      ...to('KafkaJS'),
      ours: () => producing(older.produce),
      theirs: kafkaJsProducing,
    },
    {
      what: 'Produce request, encode',
      ...to('platformatic'),
      ours: () => producing(newer.produce),
      theirs: platformaticProducing,
    },
    { what: 'Produce response, decode', ...to('KafkaJS'), ...produceAnswers(older.produce, 'KafkaJS') },
    {
      what: 'Produce response, decode',
      ...to('platformatic'),
      ...produceAnswers(newer.produce, 'platformatic'),
    },
    {
      what: 'Fetch request, encode',
      ...to('KafkaJS'),
      ours: () => fetching(older.fetch),
      theirs: kafkaJsFetching,
    },
    {
      what: 'Fetch request, encode',
      ...to('platformatic'),
      ours: () => fetching(newer.fetch),
      theirs: platformaticFetching,
    },
    { what: 'Fetch response, decode', ...to('KafkaJS'), ...fetchAnswers(older.fetch, 'KafkaJS') },
    { what: 'Fetch response, decode', ...to('platformatic'), ...fetchAnswers(newer.fetch, 'platformatic') },
  ];
}

function batch(): Uint8Array {
  const records = Array.from({ length: RECORDS }, () => ({ key, value, timestamp: NOW }));
  const identity = { producerId: -1, producerEpoch: -1, baseSequence: -1 };
  return buildBatch({ baseOffset: 0, leaderEpoch: 0, ...identity, timestamp: NOW, records });
}

function producing(version: number): Uint8Array {
  const partitionData = PARTITIONS.map((index) => ({ index, records: batch() }));
  const topicData = [{ name: TOPIC, topicId: TOPIC_ID, partitionData }];
  return encodeRequest('Produce', version, header, {
    transactionalId: null,
    acks: -1,
    timeoutMs: 9,
    topicData,
  });
}

function kafkaJsProducing(): Promise<object> {
  const messages = Array.from({ length: RECORDS }, () => ({ key, value, timestamp: NOW }));
  const partitions = PARTITIONS.map((partition) => ({ partition, firstSequence: 0, messages }));
  const options = { acks: -1, timeout: 9, topicData: [{ topic: TOPIC, partitions }] };
  const { request } = kafkaJs.produce({ version: VERSIONS.kafkaJs.produce })(options);
  return kafkaJsFrame({ ...header, request });
}

function platformaticProducing(): Buffer {
  const messages = PARTITIONS.flatMap((partition) =>
    Array.from({ length: RECORDS }, () => ({ topic: TOPIC, partition, key, value, timestamp: BigInt(NOW) })),
  );
  return produceV11.createRequest(-1, 9, messages, { compression: 'none' }).buffer;
}

type Answers = Pick<Contest, 'ours' | 'theirs'>;

function produceAnswers(version: number, other: Contest['other']): Answers {
  const fine = { errorCode: 'NONE', baseOffset: 5, logAppendTimeMs: -1, logStartOffset: 0 } as const;
  const rest = { recordErrors: [], errorMessage: null, currentLeader: { leaderId: -1, leaderEpoch: -1 } };
  const partitionResponses = PARTITIONS.map((index) => ({ index, ...fine, ...rest }));
  const responses = [{ name: TOPIC, topicId: TOPIC_ID, partitionResponses }];
  const payload = payloadOf(
    encodeResponse('Produce', version, 7, { responses, throttleTimeMs: 0, nodeEndpoints: [] }),
  );
  const { response } = kafkaJs.produce({ version: VERSIONS.kafkaJs.produce })({});
  const theirs = {
    KafkaJS: () => response.decode(payload.subarray(4)),
    platformatic: () => produceV11.parseResponse(7, 0, version, Reader.from(payload.subarray(5))),
  };
  return { ours: () => decodeResponse('Produce', version, payload), theirs: theirs[other] };
}

function fetching(version: number): Uint8Array {
  const partitions = PARTITIONS.map((partition) => ({
    partition,
    currentLeaderEpoch: 3,
    fetchOffset: 1_000,
    lastFetchedEpoch: -1,
    logStartOffset: -1,
    partitionMaxBytes: 1_048_576,
    replicaDirectoryId: NO_DIRECTORY,
    highWatermark: 2n ** 63n - 1n,
  }));
  return encodeRequest('Fetch', version, header, {
    clusterId: null,
    replicaId: -1,
    replicaState: { replicaId: -1, replicaEpoch: -1 },
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes: 52_428_800,
    isolationLevel: 0,
    sessionId: 0,
    sessionEpoch: -1,
    topics: [{ topic: TOPIC, topicId: TOPIC_ID, partitions }],
    forgottenTopicsData: [],
    rackId: '',
  });
}

const NO_DIRECTORY = 'A'.repeat(22);

function kafkaJsFetching(): Promise<object> {
  const asked = { currentLeaderEpoch: 3, fetchOffset: 1_000, maxBytes: 1_048_576 };
  const partitions = PARTITIONS.map((partition) => ({ partition, ...asked }));
  const options = {
    replicaId: -1,
    maxWaitTime: 500,
    minBytes: 1,
    maxBytes: 52_428_800,
    rackId: '',
    isolationLevel: 0,
  };
  const topics = [{ topic: TOPIC, partitions }];
  const { request } = kafkaJs.fetch({ version: VERSIONS.kafkaJs.fetch })({ ...options, topics });
  return kafkaJsFrame({ ...header, request });
}

function platformaticFetching(): Buffer {
  const asked = {
    currentLeaderEpoch: 3,
    fetchOffset: 1_000n,
    lastFetchedEpoch: -1,
    partitionMaxBytes: 1_048_576,
  };
  const partitions = PARTITIONS.map((partition) => ({ partition, ...asked }));
  const topics = [{ topicId: TOPIC_UUID, partitions }];
  return fetchV17.createRequest(500, 1, 52_428_800, 0, 0, -1, topics, [], '').buffer;
}

function fetchAnswers(version: number, other: Contest['other']): Answers {
  const none = { epoch: -1, endOffset: -1 };
  const partitions = PARTITIONS.map((partitionIndex) => ({
    partitionIndex,
    errorCode: 'NONE' as const,
    highWatermark: 1_010,
    lastStableOffset: 1_010,
    logStartOffset: 0,
    divergingEpoch: none,
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
    snapshotId: none,
    abortedTransactions: [],
    preferredReadReplica: -1,
    records: batch(),
  }));
  const body = { throttleTimeMs: 0, errorCode: 'NONE' as const, sessionId: 0, nodeEndpoints: [] };
  const responses = [{ topic: TOPIC, topicId: TOPIC_ID, partitions }];
  const payload = payloadOf(encodeResponse('Fetch', version, 7, { ...body, responses }));
  const { response } = kafkaJs.fetch({ version: VERSIONS.kafkaJs.fetch })({ topics: [] });
  const theirs = {
    KafkaJS: () => response.decode(payload.subarray(4)),
    platformatic: () => fetchV17.parseResponse(7, 1, version, Reader.from(payload.subarray(5))),
  };
  return { ours: () => fetchedRecords(version, payload), theirs: theirs[other] };
}

function fetchedRecords(version: number, payload: Uint8Array): readonly StoredRecord[] {
  const decoding = decodeResponse('Fetch', version, payload);
  if (!decoding.ok) throw decoding.error;
  const fetched: StoredRecord[] = [];
  for (const { partitions } of decoding.body.responses) {
    for (const { records } of partitions) {
      for (let at = 0; records !== null && isBatchComplete(records, at); at += sizeInBytes(records, at)) {
        if (!isCrcValid(records, at)) throw new Error('a corrupt batch');
        readRecords(records, at, (record) => fetched.push(record));
      }
    }
  }
  return fetched;
}

/** A frame without its length, as a Buffer, which the other libraries read. */
function payloadOf(frame: Uint8Array): Buffer {
  return Buffer.from(frame.subarray(4));
}
