/**
 * A world whose hosts run idle programs: a test uses their environments from outside.
 */
import type { Address, CloseReason, Connection, ConnectionHandler, HostEnv, Listener } from '../../env.js';
import { HarnessBug } from '../../kernel/harness-bug.js';
import { World, type WorldOptions } from '../world.js';
import type { WorldHost } from '../world-host.js';

const PORT = 9092;

export class IdleWorld {
  readonly world: World;
  readonly #envs = new Map<string, HostEnv>();

  constructor(names: readonly string[], options: Partial<WorldOptions> = {}) {
    this.world = new World({ seed: 'idle', latency: { kind: 'constant', value: 1_000 }, ...options });
    for (const name of names) {
      this.world.addHost(name, { start: (env) => this.#envs.set(name, env) }).start();
    }
    this.run(0);
  }

  get now(): number {
    return this.world.simulation.nowMicros;
  }

  host(name: string): WorldHost {
    return this.world.host(name);
  }

  /** The environment of the last start of the program. */
  env(name: string): HostEnv {
    const env = this.#envs.get(name);
    if (env === undefined) {
      throw new HarnessBug(`${name} was not started`);
    }
    return env;
  }

  run(micros: number): void {
    this.world.simulation.runUntil(this.now + micros);
  }

  restart(name: string): void {
    this.host(name).start();
    this.run(0);
  }

  /** `host` accepts connections and echoes every message. Returns the accepted ends, with everything they received. */
  serve(host: string): Line[] {
    const accepted: Line[] = [];
    this.env(host).network.listen(
      { port: PORT },
      accepting((connection, peer) => {
        const line = new Line(this, peer.host);
        line.connection = connection;
        line.echoes = true;
        accepted.push(line);
        return line;
      }),
    );
    return accepted;
  }

  connect(from: string, to: string): Line {
    const line = new Line(this, to);
    line.connection = this.env(from).network.connect({ host: to, port: PORT }, line);
    return line;
  }
}

/** One end of a connection and its log of events, each as `<event>@<virtual microseconds>`. */
export class Line implements ConnectionHandler {
  readonly peerHost: string;
  readonly seen: string[] = [];
  echoes = false;
  connection: Connection | null = null;
  readonly #world: IdleWorld;

  constructor(world: IdleWorld, peerHost: string) {
    this.#world = world;
    this.peerHost = peerHost;
  }

  /** The events without their times. */
  get story(): readonly string[] {
    return this.seen.map((entry) => entry.slice(0, entry.indexOf('@')));
  }

  send(message: string, sizeBytes = 100, kind = 'Test'): void {
    this.connection?.pass(message, sizeBytes, kind);
  }

  onOpen(): void {
    this.#see('open');
  }

  onValue(message: unknown): void {
    this.#see(String(message));
    if (this.echoes) {
      this.send(`${String(message)}!`);
    }
  }

  onClose(reason: CloseReason): void {
    this.#see(reason);
  }

  #see(what: string): void {
    this.seen.push(`${what}@${this.#world.now}`);
  }
}

/** A listener that throws when it cannot listen. */
export function accepting(accept: (connection: Connection, peer: Address) => ConnectionHandler): Listener {
  return {
    accept,
    onError: ({ message }) => {
      throw new HarnessBug(message);
    },
  };
}
