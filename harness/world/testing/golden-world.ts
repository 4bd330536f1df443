/**
 * A small world that uses every feature: three hosts gossip and write to disk under nearly every fault of the world. A test
 * freezes its digest: the digest changes only when the meaning of a seed changes.
 */
import type { Connection, HostEnv } from '../../env.js';
import type { TraceSink } from '../../kernel/trace.js';
import { World } from '../world.js';
import type { StoppableProgram } from '../world-host.js';
import { accepting } from './idle-world.js';

const NAMES = ['b1', 'b2', 'b3'] as const;
const PORT = 9092;

/** Sends to its peers every 10 ms, writes each received message, syncs now and then, and reconnects when a connection ends. */
export const gossip: StoppableProgram = {
  start(env: HostEnv): void {
    const random = env.random('gossip');
    const keep = (message: unknown): void => {
      const bytes = Uint8Array.of(Number(message) & 255, env.clock.wallMillis() & 255);
      env.disk.append('log/heard', bytes, (error) => {
        if (error === null && random.nextInt(8) === 0) {
          env.disk.sync('log/heard', () => env.disk.syncDirectory('log', () => undefined));
        }
      });
    };
    env.network.listen(
      { port: PORT },
      accepting((connection) => ({
        onOpen: () => undefined,
        onValue: (message) => {
          keep(message);
          connection.pass(Number(message) + 1, 40, 'Answer');
        },
        onClose: () => undefined,
      })),
    );
    for (const peer of NAMES) {
      if (peer !== env.hostName) {
        keepTalking(env, peer, keep);
      }
    }
  },
  stop: (done) => done(),
};

function keepTalking(env: HostEnv, peer: string, keep: (message: unknown) => void): void {
  const random = env.random(`to ${peer}`);
  let connection: Connection | null = null;
  const connect = (): void => {
    connection = env.network.connect(
      { host: peer, port: PORT },
      {
        onOpen: () => undefined,
        onValue: keep,
        onClose: () => {
          env.timers.schedule(50_000 + random.nextInt(50_000), connect);
        },
      },
    );
  };
  const tick = (): void => {
    connection?.pass(random.nextInt(1_000), 100, 'Gossip');
    env.timers.schedule(10_000, tick);
  };
  connect();
  tick();
}

export function runGoldenWorld(
  seed: string,
  trace?: TraceSink,
): { readonly digest: string; readonly events: number } {
  const world = new World(trace === undefined ? { seed } : { seed, trace });
  const { simulation, network } = world;
  for (const name of NAMES) {
    world.addHost(name, gossip).start();
  }
  const random = simulation.random('golden/faults');
  const at = (millis: number, act: () => void): void => {
    simulation.schedule(millis * 1_000, act);
  };
  const lasting = (millis: number, lastsMillis: number, begin: () => { heal(): void }): void =>
    at(millis, () => {
      const fault = begin();
      simulation.schedule(lastsMillis * 1_000, () => {
        fault.heal();
        simulation.mark('healed');
      });
    });
  lasting(100, 300, () => network.cut('b1', 'b2'));
  lasting(200, 100, () => network.cutOneWay('b3', 'b1'));
  lasting(250, 200, () => network.delay('b2', 'b3', 3_000));
  lasting(300, 200, () => network.limit('b3', 'b2', 20_000));
  lasting(500, 100, () => network.hold('b1', 'b3'));
  lasting(550, 100, () => network.holdKind('b2', 'Answer'));
  lasting(700, 200, () => world.host('b1').disk.hang());
  lasting(700, 200, () => world.host('b2').disk.slow(2_000));
  lasting(700, 100, () => world.host('b3').disk.full());
  lasting(950, 100, () => world.host('b2').disk.fail('sync', 2));
  lasting(950, 100, () => world.host('b3').disk.lie());
  lasting(1_000, 100, () => world.host('b1').disk.shortWrite());
  lasting(1_100, 300, () => world.host('b3').clock.drift(50_000));
  lasting(1_200, 300, () => world.host('b2').clock.step(-5_000));
  at(1_250, () => simulation.note(network.resetConnections('b1', 'b2')));
  at(1_260, () => simulation.note(network.halfOpen('b2', 'b3')));
  at(1_300, () => world.host('b1').pause());
  at(1_500, () => world.host('b1').resume());
  at(1_600, () => world.host('b2').crash());
  at(1_700, () => world.host('b2').start());
  at(1_800, () => world.host('b3').powerLoss());
  at(1_900, () => world.host('b3').start());
  at(2_000, () => world.host('b1').disk.rot(random));
  at(2_100, () => world.host('b1').requestShutdown());
  at(2_150, () => world.host('b1').wipeDisk());
  at(2_200, () => world.host('b1').start());
  simulation.runUntil(5_000_000);
  for (const host of world.hosts) {
    for (const byte of host.disk.peek('log/heard') ?? []) {
      simulation.note(byte);
    }
  }
  return { digest: simulation.digest(), events: simulation.eventCount };
}
