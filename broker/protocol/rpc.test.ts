import { describe, expect, it } from 'vitest';
import type { Connection } from '../env.js';
import { TinyWorld } from '../testing/tiny-world.js';
import { apiVersions } from './api-versions.js';
import type { MetadataResponse } from './apis/03-metadata.js';
import { metadataApi } from './apis/03-metadata.js';
import { connectChannel } from './channel/frame-channel.js';
import type { RequestFrame } from './frame.js';
import { RpcClient, type RpcClientOptions, type RpcResult } from './rpc-client.js';
import {
  type Reply,
  type RequestContext,
  type Respond,
  type RpcServerOptions,
  serveRpc,
} from './rpc-server.js';
import { ZERO_UUID } from './schema/uuid.js';

const address = { host: 'b1', port: 9092 };
const metadata = (clusterId: string): MetadataResponse => ({
  ...metadataApi.response.defaults,
  throttleTimeMs: 0,
  brokers: [],
  clusterId,
  controllerId: 1,
  topics: [],
});
const produce = (acks: -1 | 0 | 1) => ({ transactionalId: null, acks, timeoutMs: 1, topicData: [] });
interface Arrived {
  readonly request: RequestFrame;
  readonly respond: Respond;
  readonly reply: Reply;
  readonly context: RequestContext;
}

const wires = [
  { wire: 'values by reference', passesValues: true },
  { wire: 'bytes', passesValues: false },
];

function setUpOver(
  passesValues: boolean,
  { requestBytesMax = 1_000_000, ...overrides }: Partial<RpcClientOptions & RpcServerOptions> = {},
) {
  const world = new TinyWorld({ passesValues });
  const arrived: Arrived[] = [];
  serveRpc(world.env('b1'), { port: 9092, requestBytesMax }, (request, reply, context) => {
    arrived.push({ request, reply, context, respond: (body) => reply.respond(body) });
  });
  const client = new RpcClient(world.env('c1'), address, {
    clientId: 'test',
    requestTimeoutMicros: 30_000_000,
    ...overrides,
  });
  const results: string[] = [];
  const ask = (name: string) =>
    client.send(
      'Metadata',
      { ...metadataApi.request.defaults, topics: [{ topicId: ZERO_UUID, name }] },
      (result) => results.push(`${name}: ${describeResult(result)}`),
    );
  const answerNext = (clusterId: string) => arrived.shift()?.respond(metadata(clusterId));
  return { world, client, arrived, results, ask, answerNext };
}

function describeResult(result: RpcResult<'Metadata'>): string {
  return result.ok ? (result.body.clusterId ?? '') : result.failure;
}

describe.each(wires)('a connection for requests, as $wire', ({ passesValues }) => {
  const setUp = (overrides: Partial<RpcClientOptions & RpcServerOptions> = {}) =>
    setUpOver(passesValues, overrides);

  it('connects at the first request and matches responses in order', () => {
    const { world, results, arrived, ask, answerNext } = setUp();
    expect(world.network.connections.length).toBe(0);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) ask(name);
    world.run(5_000);
    for (const id of ['1', '2', '3', '4', '5', '6', '7']) {
      expect(arrived.length).toBe(1);
      answerNext(id);
      world.run(2_000);
    }
    expect(results).toEqual(['a: 1', 'b: 2', 'c: 3', 'd: 4', 'e: 5', 'f: 6', 'g: 7']);
    expect(world.network.connections.length).toBe(1);
  });

  it('serves one request at a time, and never the next from inside an answer', () => {
    const { world, arrived, ask } = setUp();
    ask('a');
    ask('b');
    world.run(5_000);
    expect(arrived.length).toBe(1);
    arrived[0]?.respond(metadata('x'));
    expect(arrived.length).toBe(1);
    world.run(0);
    expect(arrived.length).toBe(2);
  });

  it('reads nothing more from a client while its request is served, so that a client that goes on is held back', () => {
    const { world, arrived } = setUp();
    const handler = { onOpen: () => undefined, onResponse: () => undefined, onClose: () => undefined };
    const channel = connectChannel(world.env('c2').network, address, handler);
    const topics = Array.from({ length: 50 }, (_, index) => ({ topicId: ZERO_UUID, name: `topic-${index}` }));
    const body = { ...metadataApi.request.defaults, topics };
    const request = { type: 'request', apiName: 'Metadata', apiVersion: 9, clientId: 'c', body } as const;
    let sent = 0;
    while (channel.send({ ...request, correlationId: sent }, true)) sent += 1;
    world.run(5_000);
    expect(sent).toBeLessThan(200);
    expect(arrived.length).toBe(1);
    for (let served = 0; served <= sent; served += 1) {
      const next = arrived.shift();
      expect(next?.request.correlationId).toBe(served);
      next?.respond(metadata('x'));
      world.run(5_000);
    }
  });

  it('serves what a client sent before it closed', () => {
    const { world, client, arrived, ask, answerNext } = setUp();
    ask('a');
    ask('b');
    world.run(5_000);
    client.close();
    world.run(5_000);
    answerNext('1');
    world.run(5_000);
    expect(arrived.length).toBe(1);
  });

  it('fails everything in flight in order when the connection ends, then connects anew', () => {
    const { world, results, ask, answerNext } = setUp();
    ask('a');
    ask('b');
    world.run(5_000);
    world.reset('b1');
    world.run(5_000);
    expect(results).toEqual(['a: disconnected', 'b: disconnected']);
    answerNext('late, for nobody');
    ask('c');
    world.run(5_000);
    answerNext('again');
    world.run(5_000);
    expect(results.at(-1)).toBe('c: again');
    expect(world.network.connections.length).toBe(2);
  });

  it('fails with disconnected, later, when nobody listens', () => {
    const { world, results, ask } = setUp();
    world.stopListening('b1', 9092);
    ask('a');
    expect(results).toEqual([]);
    world.run(5_000);
    expect(results).toEqual(['a: disconnected']);
  });

  it('times out everything in flight by the deadline of the oldest', () => {
    const { world, results, client, ask } = setUp({ requestTimeoutMicros: 10_000 });
    ask('a');
    world.run(6_000);
    ask('b');
    world.run(3_999);
    expect(results).toEqual([]);
    world.run(1);
    expect(results).toEqual(['a: timed-out', 'b: timed-out']);
    expect(client.isConnecting).toBe(false);
  });

  it('keeps one timer however many requests pass', () => {
    const { world, results, ask, answerNext } = setUp({ requestTimeoutMicros: 1_000_000 });
    for (let index = 0; index < 100; index += 1) {
      ask(`${index}`);
      world.run(2_000);
      answerNext('x');
      world.run(2_000);
    }
    expect(results.length).toBe(100);
    expect(world.timersScheduled).toBeLessThanOrEqual(3);
  });

  it('lets a callback of a failed request send again', () => {
    const { world, client, results, ask, answerNext } = setUp();
    client.send('Metadata', { ...metadataApi.request.defaults, topics: null }, () => ask('again'));
    ask('b');
    world.run(5_000);
    world.reset('b1');
    world.run(5_000);
    expect(results).toEqual(['b: disconnected']);
    answerNext('for nobody');
    answerNext('new');
    world.run(5_000);
    expect(results).toEqual(['b: disconnected', 'again: new']);
  });

  it('calls nothing back after close, and starts afresh afterwards', () => {
    const { world, client, results, ask, arrived } = setUp({ requestTimeoutMicros: 10_000 });
    ask('a');
    world.run(5_000);
    client.close();
    world.run(50_000);
    expect(results).toEqual([]);
    arrived.length = 0;
    ask('b');
    world.run(5_000);
    arrived[0]?.respond(metadata('x'));
    world.run(5_000);
    expect(results).toEqual(['b: x']);
  });

  it('gives up a connection that is never established', () => {
    const { world, client, results, ask } = setUp();
    world.silentHosts.add('b1');
    ask('a');
    world.run(8_000_000);
    expect(results).toEqual([]);
    world.run(4_000_000);
    expect(results).toEqual(['a: timed-out']);
    expect(client.isConnecting).toBe(false);
  });

  it('gives each attempt more time than the last, up to three times the first, until one succeeds (KIP-601)', () => {
    const { world, client } = setUp();
    const attempt = (): number => {
      const begun = world.now;
      client.connect();
      while (client.isConnecting && !client.isOpen) world.run(100_000);
      return (world.now - begun) / 1_000_000;
    };
    const expectWithin = (seconds: number, least: number, most: number): void => {
      expect(seconds).toBeGreaterThanOrEqual(least);
      expect(seconds).toBeLessThanOrEqual(most + 0.1);
    };
    world.silentHosts.add('b1');
    expectWithin(attempt(), 8, 12);
    expectWithin(attempt(), 16, 24);
    expectWithin(attempt(), 24, 30);
    expectWithin(attempt(), 24, 30);
    world.silentHosts.clear();
    expectWithin(attempt(), 0, 0.1);
    world.reset('b1');
    world.run(100_000);
    world.silentHosts.add('b1');
    expectWithin(attempt(), 8, 12);
  });

  it('fails what is in flight on disconnect', () => {
    const { world, client, results, ask } = setUp();
    ask('a');
    world.run(5_000);
    client.disconnect();
    expect(results).toEqual(['a: disconnected']);
  });

  it('calls nothing back after close from inside a failed request either', () => {
    const { world, client, results, ask } = setUp();
    client.send('Metadata', { ...metadataApi.request.defaults, topics: null }, () => client.close());
    ask('b');
    world.run(5_000);
    world.reset('b1');
    world.run(5_000);
    expect(results).toEqual([]);
  });

  it('tells when it opens and ends', () => {
    const told: string[] = [];
    const { world, client } = setUp({ onOpen: () => told.push('open'), onEnd: () => told.push('end') });
    client.connect();
    expect(client.isOpen).toBe(false);
    world.run(5_000);
    expect(client.isOpen).toBe(true);
    world.reset('b1');
    world.run(5_000);
    expect(told).toEqual(['open', 'end']);
  });

  it('closes a connection whose request is longer than socket.request.max.bytes', () => {
    const { world, results, arrived, ask } = setUp({ requestBytesMax: 100 });
    ask('a');
    world.run(5_000);
    expect(arrived.length).toBe(1);
    arrived[0]?.respond(metadata('1'));
    ask('a'.repeat(100));
    world.run(5_000);
    expect(arrived.length).toBe(1);
    expect(results).toEqual(['a: 1', `${'a'.repeat(100)}: disconnected`]);
  });

  it('gives the handler the version, the client id, the peer and the listener of a request', () => {
    const { world, arrived, ask } = setUp();
    ask('a');
    world.run(5_000);
    const { apiVersion, clientId, peer, listener } = arrived[0]!.context;
    expect({ apiVersion, clientId, peer: peer.host, listener }).toEqual({
      apiVersion: apiVersions.Metadata,
      clientId: 'test',
      peer: 'c1',
      listener: address,
    });
  });

  it('refuses a second answer to one request', () => {
    const { world, arrived, ask } = setUp();
    ask('a');
    world.run(5_000);
    arrived[0]?.respond(metadata('x'));
    expect(() => arrived[0]?.respond(metadata('y'))).toThrow('second answer');
  });
});

describe('values that are no frames', () => {
  it('close the connection, of a request and of a response that was not asked for', () => {
    const { world, results, ask, arrived } = setUpOver(true);
    const ends: string[] = [];
    const raw = world.env('c2').network.connect(address, {
      onOpen: () => undefined,
      onClose: (reason) => ends.push(reason),
    });
    raw.pass({ type: 'request', apiName: 'Nonsense', correlationId: 1, body: {} }, 10, 'Nonsense');
    world.run(5_000);
    expect(ends).toEqual(['closed']);

    world.stopListening('b1', 9092);
    const accept = (connection: Connection) => ({
      onOpen: () => undefined,
      onValue: () =>
        connection.pass(
          { type: 'response', apiName: 'Metadata', correlationId: 77, body: metadata('x') },
          10,
          '',
        ),
      onClose: () => undefined,
    });
    world.env('b1').network.listen({ port: 9092 }, { accept, onError: () => undefined });
    ask('a');
    world.run(5_000);
    expect(results).toEqual(['a: disconnected']);
    expect(arrived).toEqual([]);
  });
});

describe.each(wires)('Produce with acks=0, as $wire', ({ passesValues }) => {
  const setUp = () => setUpOver(passesValues);

  it('gets no answer and does not hold up what follows', () => {
    const { world, client, results, arrived, ask, answerNext } = setUp();
    client.sendOneWay('Produce', produce(0));
    ask('a');
    world.run(5_000);
    arrived.shift()?.reply.respondNothing();
    world.run(5_000);
    answerNext('x');
    world.run(5_000);
    expect(results).toEqual(['a: x']);
  });

  it('has its connection closed when the handler says so', () => {
    const { world, client, arrived } = setUp();
    client.sendOneWay('Produce', produce(0));
    world.run(5_000);
    arrived.shift()?.reply.close();
    world.run(5_000);
    expect(client.isConnecting).toBe(false);
  });
});
