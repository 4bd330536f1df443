import { describe, expect, it } from 'vitest';
import { resolveServerConfig } from '../config/definitions.js';
import { TinyWorld } from '../testing/tiny-world.js';
import { apiVersions } from './api-versions.js';
import { metadataApi } from './apis/03-metadata.js';
import { requestBytes } from './channel/wire-frames.js';
import { type ConnectionLimits, ConnectionQuotas, connectionLimits } from './connection-quotas.js';
import type { RequestFrame } from './frame.js';
import { serveRpc } from './rpc-server.js';

const UNLIMITED: ConnectionLimits = {
  connectionsMax: 1_000,
  perHostMax: 1_000,
  perHostOverrides: new Map(),
  waitingMax: 50,
  idleMillis: 600_000,
};
const SECOND = 1_000_000;

const request: RequestFrame<'Metadata'> = {
  type: 'request',
  apiName: 'Metadata',
  apiVersion: apiVersions.Metadata,
  correlationId: 1,
  clientId: 'raw',
  body: metadataApi.request.defaults,
};

/** A server on two ports, the second for brokers, and raw connections of any host to it. */
function setUp(limits: Partial<ConnectionLimits>) {
  const world = new TinyWorld({ passesValues: false });
  const quotas = new ConnectionQuotas(world.env('b1'), { ...UNLIMITED, ...limits });
  for (const port of [9092, 9093])
    serveRpc(
      world.env('b1'),
      { port, requestBytesMax: 1_000, quotas, isForBrokers: port === 9093 },
      (_request, reply) => reply.respond(metadataApi.response.defaults),
    );
  const connect = (host: string, port = 9092) => {
    const peer = { answered: 0, isClosed: false };
    const connection = world.env(host).network.connect(
      { host: 'b1', port },
      {
        onOpen: () => undefined,
        onBytes: () => {
          peer.answered += 1;
        },
        onClose: () => {
          peer.isClosed = true;
        },
      },
    );
    world.run(2_000);
    const ask = (): void => {
      connection.write(requestBytes(request));
      world.run(5_000);
    };
    return Object.assign(peer, {
      ask,
      close: () => {
        connection.close();
        world.run(2_000);
      },
    });
  };
  return { world, connect };
}

describe('max.connections.per.ip', () => {
  it('closes one connection too many of a host at once, and counts those that are gone no more', () => {
    const { connect } = setUp({ perHostMax: 2 });
    const [first, second, third] = [connect('c1'), connect('c1'), connect('c1')];
    expect([first.isClosed, second.isClosed, third.isClosed]).toEqual([false, false, true]);
    expect(connect('c2').isClosed).toBe(false);
    first.close();
    const next = connect('c1');
    next.ask();
    expect([next.isClosed, next.answered]).toEqual([false, 1]);
    expect(connect('c1').isClosed).toBe(true);
  });

  it('has an exception for each host in max.connections.per.ip.overrides', () => {
    const { connect } = setUp({
      perHostMax: 1,
      perHostOverrides: new Map([
        ['c1', 2],
        ['c2', 0],
      ]),
    });
    expect(connect('c1').isClosed).toBe(false);
    expect(connect('c1').isClosed).toBe(false);
    expect(connect('c1').isClosed).toBe(true);
    expect(connect('c2').isClosed).toBe(true);
  });
});

describe('the keys of a broker', () => {
  it('are its limits', () => {
    const given = {
      'max.connections': '7',
      'max.connections.per.ip': '3',
      'max.connections.per.ip.overrides': '127.0.0.1:200, c1:0',
      'connections.max.idle.ms': '1000',
    };
    expect(connectionLimits(resolveServerConfig(given))).toEqual({
      connectionsMax: 7,
      perHostMax: 3,
      perHostOverrides: new Map([
        ['127.0.0.1', 200],
        ['c1', 0],
      ]),
      waitingMax: 50,
      idleMillis: 1_000,
    });
    expect(() => resolveServerConfig({ 'max.connections.per.ip.overrides': 'c1' })).toThrow(
      'Not a list of host:count pairs: c1',
    );
  });
});

describe('max.connections', () => {
  it('lets one more wait unread until another has ended', () => {
    const { connect } = setUp({ connectionsMax: 1 });
    const served = connect('c1');
    const waiting = connect('c2');
    waiting.ask();
    served.ask();
    expect([served.answered, waiting.answered, waiting.isClosed]).toEqual([1, 0, false]);
    served.close();
    waiting.ask();
    expect(waiting.answered).toBeGreaterThan(0);
  });

  it('closes those beyond the ones that may wait', () => {
    const { connect } = setUp({ connectionsMax: 1, waitingMax: 2 });
    const peers = Array.from({ length: 5 }, (_, index) => connect(`c${index}`));
    expect(peers.map(({ isClosed }) => isClosed)).toEqual([false, false, false, true, true]);
  });

  it('does not hold for the listener between brokers', () => {
    const { connect } = setUp({ connectionsMax: 1, waitingMax: 0 });
    connect('c1');
    const broker = connect('b2', 9093);
    broker.ask();
    expect([broker.isClosed, broker.answered]).toEqual([false, 1]);
    expect(connect('c2').isClosed).toBe(true);
  });
});

describe('connections.max.idle.ms', () => {
  it('closes a connection that is silent for so long, and no other', () => {
    const { world, connect } = setUp({ idleMillis: 10_000 });
    const silent = connect('c1');
    const busy = connect('c2');
    for (let second = 0; second < 9; second += 1) {
      world.run(SECOND);
      busy.ask();
    }
    expect(silent.isClosed).toBe(false);
    world.run(2 * SECOND);
    expect([silent.isClosed, busy.isClosed]).toEqual([true, false]);
    world.run(11 * SECOND);
    expect(busy.isClosed).toBe(true);
  });

  it('makes room for others', () => {
    const { world, connect } = setUp({ idleMillis: 10_000, connectionsMax: 1 });
    connect('c1');
    const waiting = connect('c2');
    waiting.ask();
    world.run(11 * SECOND);
    expect(waiting.answered).toBe(1);
  });

  it('a negative time: a silent connection stays', () => {
    const { world, connect } = setUp({ idleMillis: -1 });
    const silent = connect('c1');
    world.run(1_000 * SECOND);
    expect(silent.isClosed).toBe(false);
  });
});
