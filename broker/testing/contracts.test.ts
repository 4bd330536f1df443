import { describeDiskContract } from '../../doors/testing/disk-contract.js';
import { describeNetworkContract } from '../../doors/testing/network-contract.js';
import { MemoryDisk } from './memory-disk.js';
import { TinyHosts } from './tiny-hosts.js';
import { TinyWorld } from './tiny-world.js';
import { VirtualTime } from './virtual-time.js';

describeDiskContract('in memory', () => {
  const time = new VirtualTime();
  const disk = new MemoryDisk().open((finish) => time.at(20, finish));
  return { disk, proceed: () => time.run(1_000), close: () => undefined };
});

describeNetworkContract('of a tiny world', async () => {
  const world = new TinyWorld();
  return {
    client: world.env('client').network,
    server: world.env('server').network,
    address: { host: 'server', port: 9092 },
    proceed: () => world.run(10_000),
    vanish: () => world.network.crash('client'),
    close: () => undefined,
  };
});

describeNetworkContract('of tiny hosts', async () => {
  const hosts = new TinyHosts();
  const client = hosts.host('client');
  return {
    client: client.start().network,
    server: hosts.host('server').start().network,
    address: { host: 'server', port: 9092 },
    proceed: () => hosts.run(10_000),
    vanish: () => client.crash(),
    close: () => undefined,
  };
});
