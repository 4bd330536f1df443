import { describeDiskContract } from '../../doors/testing/disk-contract.js';
import { describeNetworkContract } from '../../doors/testing/network-contract.js';
import { rackLatency } from './simulated-network.js';
import { IdleWorld } from './testing/idle-world.js';

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
    proceed: () => world.run(1_000_000),
    vanish: () => void world.host('client').crash(),
    close: () => undefined,
  };
});
