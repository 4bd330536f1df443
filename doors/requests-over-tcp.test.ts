/** Kafka's requests over real TCP: the frame channel behind the door of `node:net`, every frame cut at every position. */
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Network } from '../broker/env.js';
import { metadataApi } from '../broker/protocol/apis/03-metadata.js';
import { RpcClient } from '../broker/protocol/rpc-client.js';
import { serveRpc } from '../broker/protocol/rpc-server.js';
import { RealNetwork } from './real-network.js';
import { realEnv } from './testing/real-env.js';

const networks: RealNetwork[] = [];
afterEach(() => {
  for (const network of networks.splice(0)) network.end();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function open(): RealNetwork {
  const network = new RealNetwork();
  networks.push(network);
  return network;
}

/** Writes everything in two pieces, apart in time, cut at a position that moves with each write. */
function cutting(network: Network): Network {
  let cut = 0;
  return {
    ...network,
    passesValues: network.passesValues,
    listen: (at, listener) => network.listen(at, listener),
    connect: (to, handler) => {
      const connection = network.connect(to, handler);
      let last = Promise.resolve(true);
      return {
        write: (bytes) => {
          cut = (cut % (bytes.length - 1)) + 1;
          const at = cut;
          last = last.then(async () => {
            connection.write(bytes.subarray(0, at));
            await new Promise((resolve) => setTimeout(resolve, 1));
            return connection.write(bytes.subarray(at));
          });
          return true;
        },
        pass: (value, sizeBytes, kind) => connection.pass(value, sizeBytes, kind),
        pause: () => connection.pause(),
        resume: () => connection.resume(),
        end: () => connection.end(),
        close: () => connection.close(),
      };
    },
  };
}

it('answers requests that are cut at every position, pipelined, in order', async () => {
  const port = await freePort();
  serveRpc(realEnv(open()), { port, requestBytesMax: 10_000 }, (_request, reply, { clientId, peer }) => {
    expect(peer.port).toBeGreaterThan(0);
    reply.respond({ ...metadataApi.response.defaults, clusterId: clientId });
  });
  const client = new RpcClient(
    realEnv(cutting(open())),
    { host: '127.0.0.1', port },
    {
      clientId: 'over TCP',
      requestTimeoutMicros: 30_000_000,
    },
  );
  const answers = await new Promise<readonly string[]>((resolve) => {
    const seen: string[] = [];
    for (let index = 0; index < 60; index++) {
      client.send('Metadata', metadataApi.request.defaults, (result) => {
        seen.push(result.ok ? `${index} ${result.body.clusterId}` : `${index} ${result.failure}`);
        if (seen.length === 60) resolve(seen);
      });
    }
  });
  expect(answers).toEqual(Array.from({ length: 60 }, (_, index) => `${index} over TCP`));
  client.close();
});
