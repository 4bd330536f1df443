/**
 * A replicated set for tests of the runner: two servers; each client adds growing numbers under its own name. Either server
 * accepts a write and copies it to the other. The safe server answers when the other server has the write too. The hasty server
 * answers first, so a crash before the copy loses an acknowledged write.
 */
import type { Address, Connection, HostEnv } from '../../env.js';
import { accepting } from '../../world/testing/idle-world.js';
import type { StoppableProgram } from '../../world/world-host.js';

export type RegisterMessage =
  | { readonly type: 'write'; readonly client: string; readonly value: number }
  | { readonly type: 'written'; readonly value: number }
  | { readonly type: 'read'; readonly client: string }
  | { readonly type: 'values'; readonly values: readonly number[] }
  | { readonly type: 'copy'; readonly number: number; readonly client: string; readonly value: number }
  | { readonly type: 'copied'; readonly number: number }
  | { readonly type: 'fetch' }
  | { readonly type: 'everything'; readonly values: ReadonlyMap<string, ReadonlySet<number>> };

const PORT = 7;
const RETRY_MICROS = 20_000;

/** The one place that converts a received value: every sent value is a `RegisterMessage`. */
export function readMessage(message: unknown): RegisterMessage {
  return message as RegisterMessage;
}

export function send(connection: Connection, message: RegisterMessage): void {
  connection.pass(message, 64, message.type);
}

export class RegisterServer implements StoppableProgram {
  readonly #peer: Address;
  readonly #hasty: boolean;

  constructor(peer: string, hasty: boolean) {
    this.#peer = { host: peer, port: PORT };
    this.#hasty = hasty;
  }

  start(env: HostEnv): void {
    new RunningServer(env, this.#peer, this.#hasty).start();
  }
}

class RunningServer {
  readonly #env: HostEnv;
  readonly #peer: Address;
  readonly #hasty: boolean;
  readonly #values = new Map<string, Set<number>>();
  readonly #waiting = new Map<number, () => void>();
  #toPeer: Connection | null = null;
  #copies = 0;

  constructor(env: HostEnv, peer: Address, hasty: boolean) {
    this.#env = env;
    this.#peer = peer;
    this.#hasty = hasty;
  }

  start(): void {
    this.#env.logger.log('info', 'register starts', { peer: this.#peer.host });
    this.#env.network.listen(
      { port: PORT },
      accepting((connection) => ({
        onOpen() {},
        onValue: (message) => this.#serve(connection, readMessage(message)),
        onClose() {},
      })),
    );
    this.#connect();
  }

  #serve(connection: Connection, message: RegisterMessage): void {
    switch (message.type) {
      case 'write':
        this.#store(message.client, message.value);
        if (this.#hasty) send(connection, { type: 'written', value: message.value });
        this.#copy(message, () => {
          if (!this.#hasty) send(connection, { type: 'written', value: message.value });
        });
        return;
      case 'copy':
        this.#store(message.client, message.value);
        send(connection, { type: 'copied', number: message.number });
        return;
      case 'read':
        send(connection, { type: 'values', values: [...(this.#values.get(message.client) ?? [])] });
        return;
      case 'fetch':
        send(connection, { type: 'everything', values: structuredClone(this.#values) });
        return;
      case 'everything':
        this.#storeAll(message.values);
        return;
      default:
        throw new Error(`a server does not take "${message.type}"`);
    }
  }

  #store(client: string, value: number): void {
    const values = this.#values.get(client);
    if (values === undefined) this.#values.set(client, new Set([value]));
    else values.add(value);
  }

  #storeAll(all: ReadonlyMap<string, ReadonlySet<number>>): void {
    for (const [client, values] of all) for (const value of values) this.#store(client, value);
  }

  /** Copies a write to the other server. Without the other server it answers alone. */
  #copy(write: { readonly client: string; readonly value: number }, done: () => void): void {
    if (this.#toPeer === null) {
      done();
      return;
    }
    const number = this.#copies++;
    this.#waiting.set(number, done);
    send(this.#toPeer, { type: 'copy', number, client: write.client, value: write.value });
  }

  #connect(): void {
    const connection = this.#env.network.connect(this.#peer, {
      onOpen: () => {
        this.#toPeer = connection;
        send(connection, { type: 'fetch' });
        send(connection, { type: 'everything', values: structuredClone(this.#values) });
      },
      onValue: (raw) => {
        const message = readMessage(raw);
        if (message.type === 'everything') this.#storeAll(message.values);
        if (message.type === 'copied') this.#release(message.number);
      },
      onClose: () => {
        this.#toPeer = null;
        for (const number of [...this.#waiting.keys()]) this.#release(number);
        this.#env.timers.schedule(RETRY_MICROS, () => this.#connect());
      },
    });
  }

  #release(number: number): void {
    const done = this.#waiting.get(number);
    this.#waiting.delete(number);
    done?.();
  }
}
