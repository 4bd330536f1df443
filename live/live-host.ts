/**
 * One process of a live cluster: a program on the clock, the network and a directory of this machine. `kill` ends the
 * program as SIGKILL does: no callback of the program runs any more, its connections are reset, its files stay.
 *
 * An exception in a callback is a bug of the program. It is reported, and the program goes on, as a request thread of
 * Kafka does. Inside a callback of a connection it also ends that connection.
 */
import { randomInt } from 'node:crypto';
import type { Env, Logger, Random, TimerHandle, Timers } from '../broker/env.js';
import { RealDisk } from '../doors/real-disk.js';
import { RealNetwork } from '../doors/real-network.js';

export interface LiveHostOptions {
  /** Also the name of the host in messages. */
  readonly name: string;
  /** The root of its disk. */
  readonly directory: string;
  /** The interface on which the host listens. */
  readonly host: string;
  readonly logger: Logger;
  /** Called when the program halts itself (Kafka's `Exit.halt`). The host is dead then. */
  readonly onHalt: (reason: string) => void;
  /** Called with an exception that the program threw. */
  readonly onError: (error: unknown) => void;
}

class RealTimers implements Timers {
  readonly #pending = new Set<TimerHandle>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  schedule(delayMicros: number, callback: () => void): TimerHandle {
    const run = (): void => {
      this.#pending.delete(handle);
      try {
        callback();
      } catch (error) {
        this.#onError(error);
      }
    };
    const handle = delayMicros === 0 ? immediate(run) : timeout(run, delayMicros);
    this.#pending.add(handle);
    const cancel = (): void => {
      this.#pending.delete(handle);
      handle.cancel();
    };
    return { cancel };
  }

  end(): void {
    for (const handle of this.#pending) handle.cancel();
    this.#pending.clear();
  }
}

function immediate(run: () => void): TimerHandle {
  const timer = setImmediate(run);
  return { cancel: () => clearImmediate(timer) };
}

/** The longest delay of `setTimeout`; a longer one would fire at once. */
const TIMEOUT_MILLIS_MAX = 2_147_483_647;

function timeout(run: () => void, delayMicros: number): TimerHandle {
  const timer = setTimeout(run, Math.min(Math.ceil(delayMicros / 1_000), TIMEOUT_MILLIS_MAX));
  return { cancel: () => clearTimeout(timer) };
}

const random: Random = { nextInt: (boundExclusive) => randomInt(boundExclusive) };

export class LiveHost {
  readonly env: Env;
  readonly network: RealNetwork;
  readonly #timers: RealTimers;
  readonly #disk: RealDisk;
  #isAlive = true;

  constructor(options: LiveHostOptions) {
    const { onError } = options;
    this.network = new RealNetwork({ host: options.host, onError });
    this.#disk = new RealDisk(options.directory, onError);
    this.#timers = new RealTimers(onError);
    this.env = {
      hostName: options.name,
      clock: {
        monotonicMicros: () => Math.floor(performance.now() * 1_000),
        wallMillis: () => Date.now(),
      },
      timers: this.#timers,
      network: this.network,
      disk: this.#disk,
      logger: options.logger,
      random: () => random,
      allocate: (sizeBytes) => new Uint8Array(sizeBytes),
      halt: (reason) => {
        if (!this.#isAlive) return;
        this.kill();
        options.onHalt(reason);
      },
    };
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  kill(): void {
    this.#isAlive = false;
    this.#timers.end();
    this.network.end();
    this.#disk.end();
  }
}
