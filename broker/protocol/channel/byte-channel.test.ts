import { describe, expect, it } from 'vitest';
import type { Connection } from '../../env.js';
import { TinyWorld } from '../../testing/tiny-world.js';
import { apiVersions } from '../api-versions.js';
import { metadataApi } from '../apis/03-metadata.js';
import { encodeResponse } from '../codec.js';
import type { RequestFrame } from '../frame.js';
import { RpcClient } from '../rpc-client.js';
import { type Reply, serveRpc } from '../rpc-server.js';
import { requestBytes, requestSizeBytes, responseBytes, responseSizeBytes } from './wire-frames.js';

const address = { host: 'b1', port: 9092 };
const { request: requestSchema, response: responseSchema } = metadataApi;

const asked = (correlationId: number): RequestFrame<'Metadata'> => ({
  type: 'request',
  apiName: 'Metadata',
  apiVersion: apiVersions.Metadata,
  correlationId,
  clientId: 'raw',
  body: requestSchema.defaults,
});

/** A server that writes down what it is asked, and a raw connection to it. */
function setUp(requestBytesMax = 1_000) {
  const world = new TinyWorld({ passesValues: false });
  const arrived: { readonly request: RequestFrame; readonly reply: Reply }[] = [];
  serveRpc(world.env('b1'), { port: 9092, requestBytesMax }, (request, reply) => {
    arrived.push({ request, reply });
  });
  const received: number[] = [];
  const ends: string[] = [];
  const raw = world.env('c1').network.connect(address, {
    onOpen: () => undefined,
    onBytes: (bytes) => received.push(...bytes),
    onClose: (reason) => ends.push(reason),
  });
  world.run(5_000);
  return { world, raw, arrived, received, ends };
}

describe('requests as bytes', () => {
  it('are the same ones wherever the stream is cut', () => {
    const stream = Uint8Array.from([...requestBytes(asked(1)), ...requestBytes(asked(2))]);
    for (let cut = 1; cut < stream.length; cut += 1) {
      const { world, raw, arrived } = setUp();
      raw.write(stream.subarray(0, cut));
      world.run(5_000);
      raw.write(stream.subarray(cut));
      world.run(5_000);
      expect(arrived.map(({ request }) => request)).toEqual([asked(1)]);
      arrived[0]?.reply.respond(responseSchema.defaults);
      world.run(5_000);
      expect(arrived.map(({ request }) => request)).toEqual([asked(1), asked(2)]);
    }
  });

  it('for the versions, in an unknown version, are answered in version 0 with the known ones (KIP-511)', () => {
    const { world, raw, arrived, received, ends } = setUp();
    const unknown = Uint8Array.from([0, 0, 0, 10, 0, 18, 0, 99, 0, 0, 0, 7, 0xff, 0xff]);
    raw.write(Uint8Array.from([...unknown, ...requestBytes(asked(8))]));
    world.run(5_000);
    // Correlation id 7, error 35, one API: key 18 in versions 0 to 4.
    expect(received).toEqual([0, 0, 0, 16, 0, 0, 0, 7, 0, 35, 0, 0, 0, 1, 0, 18, 0, 0, 0, 4]);
    expect(arrived.map(({ request }) => request)).toEqual([asked(8)]);
    expect(ends).toEqual([]);
  });

  it('of another API in an unknown version end the connection', () => {
    const { world, raw, arrived, ends } = setUp();
    raw.write(Uint8Array.from([0, 0, 0, 10, 0, 3, 0, 99, 0, 0, 0, 7, 0xff, 0xff]));
    world.run(5_000);
    expect(arrived).toEqual([]);
    expect(ends).toEqual(['closed']);
  });

  it('that come in one piece are served one after the other, the next one never from inside an answer', () => {
    const { world, raw, arrived } = setUp();
    raw.write(Uint8Array.from([1, 2, 3].flatMap((id) => [...requestBytes(asked(id))])));
    world.run(5_000);
    for (let served = 1; served <= 3; served += 1) {
      expect(arrived.map(({ request }) => request.correlationId)).toEqual([1, 2, 3].slice(0, served));
      arrived.at(-1)?.reply.respond(responseSchema.defaults);
      expect(arrived.length).toBe(served);
      world.run(0);
    }
  });

  it('longer than socket.request.max.bytes close their connection at their length', () => {
    const { world, raw, arrived, ends } = setUp(100);
    raw.write(Uint8Array.of(0, 0, 0, 101));
    world.run(5_000);
    expect(ends).toEqual(['closed']);
    expect(arrived).toEqual([]);
  });

  it.each([
    ['of an API that is not served', Uint8Array.of(0, 0, 0, 10, 0x7f, 0xff, 0, 0, 0, 0, 0, 1, 0xff, 0xff)],
    ['whose body breaks off', Uint8Array.of(0, 0, 0, 10, 0, 3, 0, 9, 0, 0, 0, 1, 0xff, 0xff)],
    ['without a header', Uint8Array.of(0, 0, 0, 1, 0)],
  ])('%s close their connection', (_name, bytes) => {
    const { world, raw, arrived, ends } = setUp();
    raw.write(bytes);
    world.run(5_000);
    expect(ends).toEqual(['closed']);
    expect(arrived).toEqual([]);
  });

  it('count as many bytes by reference as they take', () => {
    const responses = { correlationId: 1, apiName: 'Metadata', apiVersion: apiVersions.Metadata } as const;
    expect(requestSizeBytes(asked(1))).toBe(requestBytes(asked(1)).length);
    const body = { ...responseSchema.defaults, clusterId: 'kafka' };
    expect(responseSizeBytes(responses, body)).toBe(responseBytes(responses, body).length);
  });
});

describe('responses as bytes', () => {
  /** A client whose only request is answered with `answer`, in pieces of one byte. */
  function answered(answer: Uint8Array): string[] {
    const world = new TinyWorld({ passesValues: false });
    const accept = (connection: Connection) => ({
      onOpen: () => undefined,
      onBytes: () => {
        for (const byte of answer) connection.write(Uint8Array.of(byte));
      },
      onClose: () => undefined,
    });
    world.env('b1').network.listen({ port: 9092 }, { accept, onError: () => undefined });
    const client = new RpcClient(world.env('c1'), address, {
      clientId: 'c',
      requestTimeoutMicros: 1_000_000,
    });
    const results: string[] = [];
    client.send('Metadata', requestSchema.defaults, (result) =>
      results.push(result.ok ? (result.body.clusterId ?? '') : result.failure),
    );
    world.run(10_000);
    return results;
  }

  const version = apiVersions.Metadata;
  const body = { ...responseSchema.defaults, clusterId: 'kafka' };

  it('are read in the version of their request', () => {
    expect(answered(encodeResponse('Metadata', version, 0, body))).toEqual(['kafka']);
  });

  it('of another request end the connection', () => {
    expect(answered(encodeResponse('Metadata', version, 1, body))).toEqual(['disconnected']);
  });

  it('that cannot be read end the connection', () => {
    expect(answered(encodeResponse('Metadata', version, 0, body).with(3, 6).subarray(0, 10))).toEqual([
      'disconnected',
    ]);
  });
});
