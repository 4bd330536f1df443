import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RealDisk } from './real-disk.js';
import { RealNetwork } from './real-network.js';
import { describeDiskContract } from './testing/disk-contract.js';
import { describeNetworkContract } from './testing/network-contract.js';

describeDiskContract('a real directory', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'seismolog-disk-'));
  return {
    disk: new RealDisk(directory),
    proceed: () => undefined,
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describeNetworkContract('real TCP', async () => {
  const client = new RealNetwork();
  const server = new RealNetwork();
  return {
    client,
    server,
    address: { host: '127.0.0.1', port: await freePort() },
    proceed: () => undefined,
    vanish: () => client.end(),
    close: () => {
      client.end();
      server.end();
    },
  };
});

describe('a real directory', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'seismolog-disk-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('keeps the order of operations on two paths, both with a sync under way', async () => {
    const disk = new RealDisk(directory);
    const order: string[] = [];
    const note = (what: string) => () => void order.push(what);
    await new Promise<void>((resolve) => {
      for (const name of ['a', 'b']) disk.append(name, Buffer.from(name), note(`append ${name}`));
      for (const name of ['a', 'b']) disk.sync(name, note(`sync ${name}`));
      disk.rename('a', 'b', note('rename'));
      disk.append('a', Buffer.from('new'), note('append a again'));
      disk.size('b', (_error, sizeBytes) => order.push(`b has ${sizeBytes}`));
      disk.size('a', (_error, sizeBytes) => {
        order.push(`a has ${sizeBytes}`);
        resolve();
      });
    });
    expect(order.slice(0, 2)).toEqual(['append a', 'append b']);
    expect(order.slice(2, 4).sort()).toEqual(['sync a', 'sync b']);
    expect(order[4]).toBe('rename');
    expect(order.slice(5).sort()).toEqual(['a has 3', 'append a again', 'b has 1']);
  });

  it('keeps more files than it holds open', async () => {
    const disk = new RealDisk(directory);
    const sizes = await new Promise<readonly number[]>((resolve) => {
      const seen: number[] = [];
      for (let index = 0; index < 600; index++)
        disk.append(`many/${index}`, new Uint8Array(index % 7), () => undefined);
      for (let index = 0; index < 600; index++) {
        disk.size(`many/${index}`, (_error, sizeBytes) => {
          seen.push(sizeBytes);
          if (seen.length === 600) resolve(seen);
        });
      }
    });
    expect(sizes).toEqual(Array.from({ length: 600 }, (_, index) => index % 7));
  });
});

describe('real TCP', () => {
  it('lets go of a connection that it closed and whose peer does not read', { timeout: 20_000 }, async () => {
    const network = new RealNetwork({ host: '127.0.0.1', lingerMillis: 200 });
    const port = await network.reserve({ port: 0 });
    network.listen(
      { port },
      {
        accept: (connection) => ({
          onOpen: () => {
            connection.write(new Uint8Array(50_000_000));
            connection.close();
          },
          onClose: () => undefined,
        }),
        onError: () => undefined,
      },
    );
    // The peer reads again after the time that it was given, and gets only what the windows of TCP had taken.
    const deaf = connect({ host: '127.0.0.1', port });
    let received = 0;
    deaf.on('data', (bytes) => {
      received += bytes.length;
    });
    deaf.on('error', () => undefined);
    deaf.pause();
    setTimeout(() => deaf.resume(), 1_000);
    await new Promise((resolve) => deaf.once('close', resolve));
    expect(received).toBeLessThan(50_000_000);
    network.end();
  });
});
