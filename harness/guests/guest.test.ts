/** A guest sees the clock, the timers, the randomness and the network of its host, and nothing of this process. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ConnectionHandler, HostEnv } from '../env.js';
import { World } from '../world/world.js';
import { Guest } from './guest.js';
import { drainMicrotasks, inMacrotask } from './microtasks.js';

const program = fileURLToPath(new URL('testing/talker.cjs', import.meta.url));

interface Heard {
  readonly starts: number;
  readonly text: string;
  readonly at: readonly string[];
  readonly error: string | null;
  readonly drawn: number;
  readonly id: string;
}

interface Talker {
  talk(port: number): { readonly heard: Heard };
  reachOut(): void;
  readFile(): void;
  environment(): readonly string[];
  rejectUnheard(): void;
}

const PORT = 7;

/** A server that answers everything in capitals and ends the connection, and two hosts with the same program. */
function newWorld(seed: string, port = PORT) {
  const world = new World({ seed, passesValues: false });
  const heard: Record<string, Heard> = {};
  const talkers: Record<string, Talker> = {};
  world.addHost('server', {
    start: (env) =>
      void env.network.listen(
        { port: PORT },
        {
          accept: (connection): ConnectionHandler => ({
            onOpen: () => undefined,
            onBytes: (bytes) => {
              connection.write(Buffer.from(Buffer.from(bytes).toString('utf8').toUpperCase()));
              connection.close();
            },
            onClose: () => undefined,
          }),
          onError: ({ message }) => {
            throw new Error(message);
          },
        },
      ),
  });
  for (const host of ['g1', 'g2']) {
    world.addHost(host, {
      afterEvent: drainMicrotasks,
      start: (env: HostEnv) => {
        const talker = new Guest(env).load(program) as Talker;
        talkers[host] = talker;
        heard[host] = talker.talk(port).heard;
      },
    });
  }
  for (const host of world.hosts) host.start();
  return { world, heard, talkers };
}

function play(seed: string, port = PORT): Promise<ReturnType<typeof newWorld>> {
  return inMacrotask(() => {
    const made = newWorld(seed, port);
    made.world.simulation.runUntil(1_000_000);
    return made;
  });
}

describe('a guest', () => {
  it('talks over the simulated network, in virtual time', async () => {
    const { heard } = await play('one');
    expect(heard.g1?.text).toMatch(/^[0-9A-F]{8} AFTER \d$/);
    const order = heard.g1?.at.map((line) => line.split(' ')[0]);
    expect(order).toEqual(['interval', 'interval', 'timeout', 'interval']);
    expect(heard.g1?.error).toBeNull();
  });

  it('draws from the streams of its host: the same for one seed, other values on another host', async () => {
    const [first, again, other] = [await play('one'), await play('one'), await play('two')];
    expect(again.heard).toEqual(first.heard);
    expect(again.world.simulation.digest()).toBe(first.world.simulation.digest());
    expect(other.world.simulation.digest()).not.toBe(first.world.simulation.digest());
    expect(first.heard.g2?.drawn).not.toBe(first.heard.g1?.drawn);
    expect(first.heard.g2?.id).not.toBe(first.heard.g1?.id);
  });

  it('has its own modules: another host does not see them, and a new start begins anew', async () => {
    const { heard, world } = await play('one');
    expect([heard.g1?.starts, heard.g2?.starts]).toEqual([1, 1]);
    world.host('g1').crash();
    world.host('g1').start();
    await inMacrotask(() => world.simulation.runUntil(2_000_000));
    expect(heard.g1?.starts).toBe(1);
  });

  it('hears why there is no connection', async () => {
    const { heard } = await play('one', PORT + 1);
    expect(heard.g1?.error).toBe('ECONNREFUSED');
  });

  it('cannot reach the real world', async () => {
    const { talkers } = await play('one');
    expect(() => talkers.g1?.reachOut()).toThrow('fetch is not simulated');
    expect(() => talkers.g1?.readFile()).toThrow('fs.readFileSync is not simulated');
    expect(talkers.g1?.environment()).toEqual([]);
  });

  it('ends the run with a rejection that it does not handle', async () => {
    const { talkers, world } = await play('one');
    const work = inMacrotask(() => {
      world.simulation.schedule(1, () => world.host('g1').crash());
      world.simulation.tell(world.simulation.hosts[1]!, () => talkers.g1?.rejectUnheard());
      world.simulation.runUntil(2_000_000);
    });
    await expect(work).rejects.toThrow('nobody listens');
  });
});
