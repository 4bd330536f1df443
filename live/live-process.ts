/**
 * One process of a live cluster: a program on the clock, the network and a directory of this machine. `kill` ends the
 * program as SIGKILL does: no callback of the program runs any more, its connections end, its files stay. `pause`
 * lets no callback run until `resume`, as SIGSTOP and SIGCONT do.
 *
 * An exception in a callback is a bug of the program. It is reported, and the program goes on, as a request thread of
 * Kafka does. Inside a callback of a connection it also ends that connection.
 */
import { randomInt } from 'node:crypto';
import type { Env, ListenAddress, Logger, Random, TimerHandle, Timers } from '../broker/env.js';
import { RealDisk } from '../doors/real-disk.js';
import { RealNetwork, type TlsListener } from '../doors/real-network.js';
import { FaultyNetworkDoor } from './faults/faulty-network.js';
import type { LiveClock } from './faults/live-clock.js';
import type { LiveDisk } from './faults/live-disk.js';
import type { LiveNetwork } from './faults/live-network.js';
import { Turnstile } from './faults/turnstile.js';

export interface LiveProcessOptions {
  readonly name: string;
  /** The root of its disk. */
  readonly directory: string;
  /** The interface on which the process listens. */
  readonly host: string;
  /** TLS on that interface; absent: none. */
  readonly tls?: TlsListener | null;
  readonly network: LiveNetwork;
  readonly disk: LiveDisk;
  readonly clock: LiveClock;
  readonly logger: Logger;
  /** Called when the program halts itself (Kafka's `Exit.halt`). The process has ended then. */
  readonly onHalt: (reason: string) => void;
  /** Called with an exception that the program threw. */
  readonly onError: (error: unknown) => void;
}

const random: Random = { nextInt: (boundExclusive) => randomInt(boundExclusive) };

export class LiveProcess {
  readonly env: Env;
  readonly #real: RealNetwork;
  readonly #network: FaultyNetworkDoor;
  readonly #timers: RealTimers;
  readonly #endDisk: () => void;
  /** All callbacks of the program pass here. */
  readonly #gate = new Turnstile(() => this.#isPaused);
  readonly #onError: (error: unknown) => void;
  #isPaused = false;
  #isAlive = true;

  constructor(options: LiveProcessOptions) {
    const { name, host, network, clock, onError } = options;
    this.#onError = onError;
    const run = (callback: () => void): void => this.run(callback);
    this.#real = new RealNetwork({
      host,
      tls: options.tls ?? null,
      onError,
      run,
      onLocalPort: (port, isOpen) => network.connected(port, isOpen ? name : null),
    });
    this.#network = new FaultyNetworkDoor(network, name, this.#real);
    const realDisk = new RealDisk(options.directory, run);
    const { disk, end } = options.disk.door(realDisk);
    this.#endDisk = () => {
      end();
      realDisk.end();
    };
    this.#timers = new RealTimers(clock, run);
    this.env = {
      hostName: name,
      clock,
      timers: this.#timers,
      network: this.#network,
      disk,
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

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** See RealNetwork. */
  reserve(at: ListenAddress): Promise<number> {
    return this.#real.reserve(at);
  }

  pause(): void {
    this.#isPaused = true;
    this.#real.freeze();
  }

  resume(): void {
    this.#isPaused = false;
    this.#real.thaw();
    this.#gate.recheck();
  }

  kill(): void {
    this.#isAlive = false;
    this.#gate.end();
    this.#timers.end();
    this.#network.end();
    this.#endDisk();
  }

  /** Runs code of the program from outside: now, or after `resume`. */
  run(callback: () => void): void {
    this.#gate.pass({ run: () => this.#guarded(callback), kind: '' }, 0);
  }

  #guarded(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.#onError(error);
    }
  }
}

/** The longest delay of `setTimeout`; a longer one would fire at once. */
const TIMEOUT_MILLIS_MAX = 2_147_483_647;

class RealTimers implements Timers {
  readonly #pending = new Set<TimerHandle>();
  readonly #clock: LiveClock;
  readonly #run: (callback: () => void) => void;

  constructor(clock: LiveClock, run: (callback: () => void) => void) {
    this.#clock = clock;
    this.#run = run;
  }

  schedule(delayMicros: number, callback: () => void): TimerHandle {
    let isCancelled = false;
    const fire = (): void => {
      this.#pending.delete(timer);
      // The process may have been paused between the timer and its callback, and the timer cancelled by then.
      this.#run(() => {
        if (!isCancelled) callback();
      });
    };
    const timer = delayMicros === 0 ? immediate(fire) : timeout(fire, this.#clock.realMicros(delayMicros));
    this.#pending.add(timer);
    return {
      cancel: () => {
        isCancelled = true;
        this.#pending.delete(timer);
        timer.cancel();
      },
    };
  }

  end(): void {
    for (const timer of this.#pending) timer.cancel();
    this.#pending.clear();
  }
}

function immediate(fire: () => void): TimerHandle {
  const timer = setImmediate(fire);
  return { cancel: () => clearImmediate(timer) };
}

function timeout(fire: () => void, delayMicros: number): TimerHandle {
  const timer = setTimeout(fire, Math.min(Math.ceil(delayMicros / 1_000), TIMEOUT_MILLIS_MAX));
  return { cancel: () => clearTimeout(timer) };
}
