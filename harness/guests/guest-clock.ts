/** The timers and the clock of a guest: those of its host, in the shapes of Node's globals. */
import type { HostEnv, TimerHandle } from '../env.js';

/** The longest delay of Node's timers; a longer one, and one below 1 ms, becomes 1 ms, as in Node. */
const DELAY_MILLIS_MAX = 2_147_483_647;

export class GuestTimeout {
  readonly #fire: () => void;
  readonly #env: HostEnv;
  readonly #delayMicros: number;
  readonly #repeats: boolean;
  #timer: TimerHandle | null = null;
  #hasReference = true;

  constructor(env: HostEnv, delayMicros: number, repeats: boolean, fire: () => void) {
    this.#env = env;
    this.#delayMicros = delayMicros;
    this.#repeats = repeats;
    this.#fire = fire;
    this.#arm();
  }

  ref(): this {
    this.#hasReference = true;
    return this;
  }

  unref(): this {
    this.#hasReference = false;
    return this;
  }

  hasRef(): boolean {
    return this.#hasReference;
  }

  refresh(): this {
    this.close();
    this.#arm();
    return this;
  }

  close(): this {
    this.#timer?.cancel();
    this.#timer = null;
    return this;
  }

  [Symbol.toPrimitive](): GuestTimeout {
    return this;
  }

  #arm(): void {
    this.#timer = this.#env.timers.schedule(this.#delayMicros, () => {
      this.#timer = null;
      if (this.#repeats) this.#arm();
      this.#fire();
    });
  }
}

type Callback = (...values: unknown[]) => void;

export interface GuestTimers {
  readonly setTimeout: (callback: Callback, delay?: number, ...values: unknown[]) => GuestTimeout;
  readonly setInterval: (callback: Callback, delay?: number, ...values: unknown[]) => GuestTimeout;
  readonly setImmediate: (callback: Callback, ...values: unknown[]) => GuestTimeout;
  readonly clearTimeout: (timeout: unknown) => void;
}

export function guestTimers(env: HostEnv): GuestTimers {
  const start = (callback: Callback, delay: unknown, repeats: boolean, values: unknown[]): GuestTimeout => {
    if (typeof callback !== 'function')
      throw new TypeError('The "callback" argument must be of type function.');
    return new GuestTimeout(env, delayMicrosOf(delay), repeats, () => callback(...values));
  };
  return {
    setTimeout: (callback, delay, ...values) => start(callback, delay, false, values),
    setInterval: (callback, delay, ...values) => start(callback, delay, true, values),
    setImmediate: (callback, ...values) => new GuestTimeout(env, 0, false, () => callback(...values)),
    clearTimeout: (timeout) => {
      if (timeout instanceof GuestTimeout) timeout.close();
    },
  };
}

function delayMicrosOf(delay: unknown): number {
  const millis = Number(delay);
  return millis >= 1 && millis <= DELAY_MILLIS_MAX ? Math.floor(millis) * 1_000 : 1_000;
}

/** `Date` by the wall clock of the host. */
export function guestDate(env: HostEnv): DateConstructor {
  const RealDate = Date;
  return new Proxy(RealDate, {
    apply: () => new RealDate(env.clock.wallMillis()).toString(),
    construct: (target, values, newTarget) =>
      Reflect.construct(target, values.length === 0 ? [env.clock.wallMillis()] : values, newTarget),
    get: (target, property, receiver) =>
      property === 'now' ? () => env.clock.wallMillis() : Reflect.get(target, property, receiver),
  });
}

/** `process.hrtime` with `bigint`, by the monotonic clock of the host. */
export function guestHrtime(env: HostEnv): NodeJS.HRTime {
  const hrtime = (since: readonly [number, number] = [0, 0]): [number, number] => {
    const nanos =
      BigInt(env.clock.monotonicMicros()) * 1_000n - (BigInt(since[0]) * 1_000_000_000n + BigInt(since[1]));
    return [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)];
  };
  return Object.assign(hrtime, { bigint: () => BigInt(env.clock.monotonicMicros()) * 1_000n });
}
