import { describe, expect, it } from 'vitest';
import type { Connection, ConnectionHandler } from '../env.js';
import { metadataApi } from '../protocol/apis/03-metadata.js';
import { ExponentialBackoff } from '../protocol/exponential-backoff.js';
import { TinyWorld } from '../testing/tiny-world.js';
import { BrokerConnections } from './broker-connections.js';

describe('the connections of a client', () => {
  it('fail the requests in flight to a bootstrap address when the first metadata closes it, so that they are repeated elsewhere', () => {
    const env = new TinyWorld().env('client');
    const handlers: ConnectionHandler[] = [];
    const connection: Connection = {
      write: () => true,
      pass: () => true,
      pause: () => undefined,
      resume: () => undefined,
      end: () => undefined,
      close: () => undefined,
    };
    const network = {
      ...env.network,
      connect: (_: unknown, handler: ConnectionHandler) => {
        handlers.push(handler);
        return connection;
      },
    };
    const random = env.random('backoff');
    const connections = new BrokerConnections(
      { ...env, network },
      {
        clientId: 'client',
        requestTimeoutMs: 1_000,
        bootstrap: [{ host: 'b1', port: 9092 }],
        reconnectBackoff: new ExponentialBackoff(50, 1_000, random),
        setupTimeout: new ExponentialBackoff(10_000, 30_000, random),
      },
      { onConnected: () => undefined, onDisconnected: () => undefined },
    );
    const bootstrap = connections.leastLoaded(0)!;
    connections.isReady(bootstrap, 0);
    handlers[0]!.onOpen();
    const results: string[] = [];
    bootstrap.rpc.send('Metadata', { ...metadataApi.request.defaults, topics: [] }, (result) =>
      results.push(result.ok ? 'answered' : result.failure),
    );
    connections.update(new Map([[1, { host: 'b1', port: 9092 }]]));
    expect(results).toEqual(['disconnected']);
  });
});
