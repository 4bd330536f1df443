import type { HostEnv } from '../env.js';
import { describeDiskContract } from './testing/disk-contract.js';
import { describeNetworkContract } from './testing/network-contract.js';
import { World } from './world.js';

/** A world of hosts that do nothing of themselves; their environments are driven from outside. */
function idleWorld(...names: string[]): { readonly envs: readonly HostEnv[]; proceed(): void } {
  const world = new World({ seed: 'contract' });
  const envs: HostEnv[] = [];
  for (const name of names) {
    world.addHost(name, { start: (env) => envs.push(env) }).start();
  }
  world.simulation.runUntil(0);
  return { envs, proceed: () => world.simulation.runUntil(world.simulation.nowMicros + 60_000_000) };
}

describeDiskContract('simulated', () => {
  const { envs, proceed } = idleWorld('h');
  return { disk: (envs[0] as HostEnv).disk, proceed, close: () => undefined };
});

describeNetworkContract('simulated', async () => {
  const { envs, proceed } = idleWorld('client', 'server');
  return {
    client: (envs[0] as HostEnv).network,
    server: (envs[1] as HostEnv).network,
    address: { host: 'server', port: 9092 },
    proceed,
    close: () => undefined,
  };
});
