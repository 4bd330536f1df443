import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaultHandle } from './fault-handle.js';
import { gossip } from './testing/golden-world.js';
import { World } from './world.js';

const names = ['b1', 'b2', 'b3'] as const;

/** Anything that can happen to a host and its peer; what lasts is healed at the end. */
const happenings: Readonly<
  Record<string, (world: World, host: string, peer: string) => FaultHandle | undefined>
> = {
  cut: (world, host, peer) => world.network.cut(host, peer),
  cutOneWay: (world, host, peer) => world.network.cutOneWay(host, peer),
  hold: (world, host, peer) => world.network.hold(host, peer),
  holdKind: (world, host) => world.network.holdKind(host, 'Answer'),
  delay: (world, host, peer) => world.network.delay(host, peer, 40_000),
  limit: (world, host, peer) => world.network.limit(host, peer, 50_000),
  hang: (world, host) => world.host(host).disk.hang(),
  drift: (world, host) => world.host(host).clock.drift(200_000),
  reset: (world, host, peer) => void world.network.resetConnections(host, peer),
  halfOpen: (world, host, peer) => void world.network.halfOpen(host, peer),
  crash: (world, host) => void world.host(host).crash(),
  powerLoss: (world, host) => void world.host(host).powerLoss(),
  pause: (world, host) => void world.host(host).pause(),
  resume: (world, host) => void world.host(host).resume(),
  start: (world, host) => void world.host(host).start(),
  shutdown: (world, host) => void world.host(host).requestShutdown(),
};

const happening = fc.record({
  atMillis: fc.nat({ max: 3_000 }),
  what: fc.constantFrom(...Object.keys(happenings)),
  host: fc.nat({ max: 2 }),
  peerDistance: fc.constantFrom(1, 2),
});

describe('the world under everything at once', () => {
  it('lets every host hear every other again, once all is healed and everything runs', () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 25 }), fc.string(), (plan, seed) => {
        const heard = new Set<string>();
        const world = new World({
          seed,
          trace: {
            fired: () => undefined,
            delivered: ({ from, to, label }) => heard.add(`${from}→${to} ${label}`),
          },
        });
        const { simulation } = world;
        for (const name of names) {
          world.addHost(name, gossip).start();
        }
        const handles: FaultHandle[] = [];
        for (const { atMillis, what, host, peerDistance } of plan) {
          simulation.schedule(atMillis * 1_000, () => {
            const peer = names[(host + peerDistance) % 3] as string;
            const handle = happenings[what]?.(world, names[host] as string, peer);
            if (handle !== undefined) {
              handles.push(handle);
            }
          });
        }
        simulation.runUntil(4_000_000);
        for (const handle of handles) {
          handle.heal();
        }
        for (const host of world.hosts) {
          host.resume();
        }
        // One that was asked to shut down while paused exits first.
        simulation.runUntil(4_100_000);
        for (const host of world.hosts) {
          host.start();
        }
        // Longer than any attempt to connect and any pause before a retransmission.
        simulation.runUntil(30_000_000);
        heard.clear();
        simulation.runUntil(31_000_000);
        expect(heard.size).toBe(12);
      }),
      { numRuns: 60 },
    );
  });
});
