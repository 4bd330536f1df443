import { rackLatency } from './simulated-network.js';
import { describeDiskContract } from './testing/disk-contract.js';
import { IdleWorld } from './testing/idle-world.js';
import { describeNetworkContract } from './testing/network-contract.js';

describeDiskContract('simulated', () => {
  const world = new IdleWorld(['h']);
  return { disk: world.env('h').disk, proceed: () => world.run(60_000_000), close: () => undefined };
});

describeNetworkContract('simulated', async () => {
  const world = new IdleWorld(['client', 'server'], { latency: rackLatency });
  return {
    client: world.env('client').network,
    server: world.env('server').network,
    address: { host: 'server', port: 9092 },
    proceed: () => world.run(60_000_000),
    close: () => undefined,
  };
});
