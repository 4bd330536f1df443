import { describe, expect, it } from 'vitest';
import { apiVersionsResponse, offeredApis } from './api-versions-response.js';
import { apiSchemas } from './apis/schemas.js';
import {
  apiNameOf,
  correlationIdOf,
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  sizeOfRequest,
  sizeOfResponse,
} from './codec.js';
import { ZERO_UUID } from './schema/uuid.js';

const header = { correlationId: 7, clientId: 'c' };
const behindLength = (frame: Uint8Array): Uint8Array => frame.subarray(4);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const ofHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('a request', () => {
  const body = { brokerId: 1, brokerEpoch: -1 };

  it('is a length, a header of version 2 and its body', () => {
    const frame = encodeRequest('AllocateProducerIds', 0, header, body);
    expect(hex(frame)).toBe(
      ['00000019', '0043', '0000', '00000007', '000163', '00', '00000001', 'ffffffffffffffff', '00'].join(''),
    );
    expect(sizeOfRequest('AllocateProducerIds', 0, header, body)).toBe(frame.length);
  });

  it('is read with its name, version, header and body', () => {
    const frame = encodeRequest('AllocateProducerIds', 0, header, body);
    expect(decodeRequest(behindLength(frame))).toEqual({
      ok: true,
      request: { apiName: 'AllocateProducerIds', apiVersion: 0, header, body, unreadBytes: 0 },
    });
  });

  it('of an unknown API or version still says whose answer it waits for', () => {
    expect(decodeRequest(ofHex('03e7 0000 00000007 000163'))).toEqual({
      ok: false,
      reason: 'unknown-api',
      apiKey: 999,
      apiVersion: 0,
      header,
    });
    expect(decodeRequest(ofHex('0012 0009 00000007 000163 00 0101'))).toMatchObject({
      reason: 'unsupported-version',
      apiKey: 18,
      apiVersion: 9,
      header,
    });
  });

  it('that counts more elements than it has bytes is refused before anything is allocated', () => {
    // Metadata 1 with 2^31 − 1 topics.
    const decoded = decodeRequest(ofHex('0003 0001 00000007 000163 7fffffff'));
    expect(decoded).toMatchObject({ ok: false, reason: 'malformed' });
    expect(JSON.stringify(decodeRequest(ofHex('0003 0001 00000007 000163 fffffffe')))).toContain('malformed');
  });

  it('keeps what is behind its body to itself, as Kafka does', () => {
    const frame = encodeRequest('AllocateProducerIds', 0, header, body);
    const decoded = decodeRequest(new Uint8Array([...behindLength(frame), 1, 2, 3]));
    expect(decoded).toMatchObject({ ok: true, request: { unreadBytes: 3 } });
  });

  it('is not written with a value that its version cannot carry', () => {
    const topics = [{ topic: 'a', topicId: ZERO_UUID, partitions: [] }];
    const fetch = { ...apiSchemas.Fetch.request.defaults, maxWaitMs: 1, topics };
    const replicaState = { replicaId: 3, replicaEpoch: 9 };
    expect(() => encodeRequest('Fetch', 12, header, { ...fetch, replicaState })).toThrow(
      'no field replicaState',
    );
    // A topic name is ignorable: version 13 asks by id.
    expect(() => encodeRequest('Fetch', 13, header, fetch)).not.toThrow();
  });

  it('has an answer in every version: the values that an old version lacks are left out', () => {
    const partition = {
      partitionIndex: 0,
      errorCode: 'NONE',
      timestamp: -1,
      offset: 5,
      leaderEpoch: 7,
    } as const;
    const offsets = { throttleTimeMs: 0, topics: [{ name: 'a', partitions: [partition] }] };
    const old = decodeResponse('ListOffsets', 3, behindLength(encodeResponse('ListOffsets', 3, 1, offsets)));
    expect(old).toMatchObject({
      ok: true,
      body: { topics: [{ partitions: [{ ...partition, leaderEpoch: -1 }] }] },
    });
  });

  it('is not written with a number that its field would cut', () => {
    const tooLarge = { ...body, brokerId: 2 ** 31 };
    expect(() => encodeRequest('AllocateProducerIds', 0, header, tooLarge)).toThrow('does not fit');
    const unsafe = { ...body, brokerEpoch: 2 ** 53 };
    expect(() => encodeRequest('AllocateProducerIds', 0, header, unsafe)).toThrow('not a safe integer');
  });
});

describe('a 64-bit integer', () => {
  it('beyond ±(2^53 − 1) is refused, never rounded', () => {
    const frame = '0043 0000 00000007 000163 00 00000001 0020000000000001 00';
    const decoded = decodeRequest(ofHex(frame));
    expect(decoded).toMatchObject({ ok: false, reason: 'malformed' });
    expect(decodeRequest(ofHex(frame.replace('0020000000000001', '001fffffffffffff')))).toMatchObject({
      request: { body: { brokerEpoch: Number.MAX_SAFE_INTEGER } },
    });
  });
});

describe('tagged fields', () => {
  const unknownTag = '0043 0000 00000007 000163 00 00000001 ffffffffffffffff 01 05 02 abcd';

  it('that are unknown are skipped', () => {
    expect(decodeRequest(ofHex(unknownTag))).toMatchObject({ ok: true, request: { unreadBytes: 0 } });
  });

  it('that are not as long as they say are refused', () => {
    expect(decodeRequest(ofHex(unknownTag.replace('02 abcd', '05 abcd')))).toMatchObject({ ok: false });
  });

  it('are written where they differ from their default', () => {
    const defaults = apiSchemas.BrokerHeartbeat.request.defaults;
    const size = (value: typeof defaults) => sizeOfRequest('BrokerHeartbeat', 2, header, value);
    const copied = { ...defaults, offlineLogDirs: [], cordonedLogDirs: null };
    expect(size(copied)).toBe(size(defaults));
    // Tag, length, count, one uuid; no directories at all is not the same as no word about them.
    expect(size({ ...defaults, offlineLogDirs: [ZERO_UUID] })).toBe(size(defaults) + 19);
    expect(size({ ...defaults, cordonedLogDirs: [] })).toBe(size(defaults) + 3);
  });
});

describe('a response', () => {
  it('to ApiVersions has no tagged fields in its header, in any version', () => {
    const body = { ...apiSchemas.ApiVersions.response.defaults, apiKeys: [] };
    expect(hex(encodeResponse('ApiVersions', 3, 7, body))).toBe('0000000c000000070000010000000000');
    expect(sizeOfResponse('ApiVersions', 3, body)).toBe(16);
  });

  it('is read by the name and version of its request', () => {
    const body = { ...apiSchemas.AllocateProducerIds.response.defaults, producerIdStart: 5 };
    const frame = encodeResponse('AllocateProducerIds', 0, 7, body);
    expect(sizeOfResponse('AllocateProducerIds', 0, body)).toBe(frame.length);
    expect(correlationIdOf(behindLength(frame))).toBe(7);
    expect(decodeResponse('AllocateProducerIds', 0, behindLength(frame))).toEqual({
      ok: true,
      correlationId: 7,
      body,
      unreadBytes: 0,
    });
    expect(decodeResponse('AllocateProducerIds', 0, new Uint8Array(3))).toMatchObject({ ok: false });
  });

  it('with an error code that has no name is an UNKNOWN_SERVER_ERROR', () => {
    const decoded = decodeResponse(
      'AllocateProducerIds',
      0,
      ofHex('00000007 00 00000000 7fff 0000000000000000 00000000 00'),
    );
    expect(decoded).toMatchObject({ ok: true, body: { errorCode: 'UNKNOWN_SERVER_ERROR' } });
  });
});

describe('an error answer', () => {
  it('repeats every partition that was asked for', () => {
    const { Produce, Fetch, ElectLeaders } = apiSchemas;
    const request = {
      ...Produce.request.defaults,
      topicData: [{ name: 'a', topicId: ZERO_UUID, partitionData: [{ index: 3, records: null }] }],
    };
    expect(Produce.errorResponse(request, 'REQUEST_TIMED_OUT').responses).toMatchObject([
      { name: 'a', partitionResponses: [{ index: 3, errorCode: 'REQUEST_TIMED_OUT', baseOffset: -1 }] },
    ]);
    const fetch = { ...Fetch.request.defaults, sessionId: 9 };
    expect(Fetch.errorResponse(fetch, 'INVALID_REQUEST')).toMatchObject({
      errorCode: 'INVALID_REQUEST',
      sessionId: 9,
      responses: [],
    });
    const topicPartitions = [{ topic: 'a', partitions: [0, 2] }];
    const elect = { ...ElectLeaders.request.defaults, topicPartitions };
    expect(ElectLeaders.errorResponse(elect, 'NOT_CONTROLLER').replicaElectionResults).toMatchObject([
      { topic: 'a', partitionResult: [{ partitionId: 0 }, { partitionId: 2, errorCode: 'NOT_CONTROLLER' }] },
    ]);
  });

  it('can be written in every version of its API', () => {
    for (const api of Object.values(apiSchemas)) {
      const { lowest, highest } = api.validVersions;
      for (let version = lowest; version <= highest; version++) {
        const response = api.errorResponse(api.request.defaults as never, 'UNKNOWN_SERVER_ERROR', version);
        expect(() => encodeResponse(api.name, version, 1, response as never)).not.toThrow();
      }
    }
  });
});

describe('ApiVersions', () => {
  const everything: ReadonlySet<string> = new Set(Object.keys(apiSchemas));

  it('names what a listener serves, without what may still change', () => {
    const apiKeys = offeredApis('broker', everything);
    const of = (key: number) => apiKeys.find(({ apiKey }) => apiKey === key);
    expect(of(0)).toEqual({ apiKey: 0, minVersion: 0, maxVersion: 13 });
    expect(of(22)).toEqual({ apiKey: 22, minVersion: 0, maxVersion: 5 });
    expect(of(56)).toBeUndefined();
    expect(apiNameOf(56)).toBe('AlterPartition');
    expect(apiNameOf(26)).toBeNull();
    expect(offeredApis('controller', everything).map(({ apiKey }) => apiKey)).toContain(56);
  });

  it('names nothing that has no handler', () => {
    expect(offeredApis('broker', new Set(['Fetch']))).toEqual([{ apiKey: 1, minVersion: 4, maxVersion: 18 }]);
  });

  it('reports features whose lowest level is 0 from version 4 on (KIP-1022)', () => {
    const named = {
      ...apiSchemas.ApiVersions.request.defaults,
      clientSoftwareName: 'a',
      clientSoftwareVersion: '1',
    };
    const in3 = apiVersionsResponse([], named, 3, 41);
    expect(in3.supportedFeatures.map(({ name }) => name)).toEqual(['metadata.version']);
    expect(in3.finalizedFeatures).toEqual([
      { name: 'metadata.version', maxVersionLevel: 30, minVersionLevel: 30 },
    ]);
    expect(in3.finalizedFeaturesEpoch).toBe(41);
    const in4 = apiVersionsResponse([], named, 4, 41);
    expect(in4.supportedFeatures.map(({ name }) => name)).toEqual(['kraft.version', 'metadata.version']);
  });

  it.each(['', ' kafka', 'kafka-', 'kafka client'])(
    'refuses the software name "%s"',
    (clientSoftwareName) => {
      const request = { clientSoftwareName, clientSoftwareVersion: '1.0' };
      expect(apiVersionsResponse([], request, 3, 0).errorCode).toBe('INVALID_REQUEST');
      expect(apiVersionsResponse([], request, 2, 0).errorCode).toBe('NONE');
    },
  );
});
