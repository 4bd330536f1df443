/** A client of the replicated set: adds 1, 2, 3 … one at a time, and changes to the other server when one does not answer. */
import type { Connection, HostEnv, Program, TimerHandle } from '../../env.js';
import type { History } from '../../history/history.js';
import type { Operation } from '../../history/operation.js';
import { type RegisterMessage, readMessage, send } from './register-program.js';

export interface ClientOptions {
  readonly name: string;
  readonly servers: readonly string[];
  readonly history: History;
  readonly now: () => number;
  /** Called before each write; false: no further writes. */
  readonly mayWrite: () => boolean;
}

const THINK_MICROS = 5_000;
const PATIENCE_MICROS = 200_000;
/** The time in which a server that was down at the end receives the writes that it missed. */
const SETTLE_MICROS = 2_000_000;

export class RegisterClient implements Program {
  readonly #options: ClientOptions;
  #env: HostEnv | null = null;
  #connection: Connection | null = null;
  #server = 0;
  #patience: TimerHandle | null = null;
  #pending: Operation | null = null;
  #last = 0;
  #phase: 'writing' | 'settling' | 'reading' = 'writing';
  readonly acknowledged: number[] = [];
  finalValues: readonly number[] | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  start(env: HostEnv): void {
    this.#env = env;
    this.#giveUp('the client was restarted');
    this.#connect(env);
    this.#next();
  }

  /** No more writes; one read at the end. */
  finish(): void {
    this.#phase = 'settling';
    this.#env?.timers.schedule(SETTLE_MICROS, () => {
      this.#phase = 'reading';
    });
  }

  #next(): void {
    this.#env?.timers.schedule(THINK_MICROS, () => {
      if (this.finalValues !== null) return;
      if (this.#phase === 'reading') this.#ask({ type: 'read', client: this.#options.name }, 'read', null);
      else if (this.#phase === 'writing' && this.#options.mayWrite()) {
        this.#last++;
        this.#ask({ type: 'write', client: this.#options.name, value: this.#last }, 'write', this.#last);
      } else this.#next();
    });
  }

  #ask(message: RegisterMessage, f: string, value: unknown): void {
    const { history, name, now } = this.#options;
    this.#pending = history.invoke(now(), name, f, value);
    if (this.#connection !== null) send(this.#connection, message);
    this.#patience = this.#env!.timers.schedule(PATIENCE_MICROS, () => this.#move('timed out'));
  }

  #answered(message: RegisterMessage): void {
    if (this.#pending === null) return;
    const { history, now } = this.#options;
    this.#patience?.cancel();
    if (message.type === 'values') this.finalValues = message.values;
    if (message.type === 'written') this.acknowledged.push(message.value);
    history.complete(this.#pending, now(), 'ok', 'value' in message ? message.value : null);
    this.#pending = null;
    this.#next();
  }

  #giveUp(error: string): void {
    this.#patience?.cancel();
    if (this.#pending !== null)
      this.#options.history.complete(this.#pending, this.#options.now(), 'info', null, error);
    this.#pending = null;
  }

  #move(error: string): void {
    this.#giveUp(error);
    this.#connection?.close();
    this.#server++;
    this.#connect(this.#env!);
    this.#next();
  }

  #connect(env: HostEnv): void {
    const servers = this.#options.servers;
    const connection = env.network.connect(
      { host: servers[this.#server % servers.length]!, port: 7 },
      {
        onOpen() {},
        onValue: (message) => {
          if (connection === this.#connection) this.#answered(readMessage(message));
        },
        onClose: (reason) => {
          if (connection !== this.#connection) return;
          this.#connection = null;
          if (this.#pending !== null) this.#move(reason);
        },
      },
    );
    this.#connection = connection;
  }
}
