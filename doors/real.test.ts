import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
