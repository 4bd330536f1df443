/**
 * The timers of one loaded coordinator, each with a key
 * (org.apache.kafka.coordinator.common.runtime.CoordinatorTimer). Arming a key again replaces its timer. All timers
 * end when the partition is unloaded: a timer is not in the log, and the next leader arms its own timers when it
 * loads.
 */
import type { TimerHandle, Timers } from '../env.js';

export class CoordinatorTimers {
  readonly #timers: Timers;
  readonly #armed = new Map<string, TimerHandle>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  arm(key: string, delayMicros: number, run: () => void): void {
    this.cancel(key);
    const handle = this.#timers.schedule(delayMicros, () => {
      this.#armed.delete(key);
      run();
    });
    this.#armed.set(key, handle);
  }

  isArmed(key: string): boolean {
    return this.#armed.has(key);
  }

  cancel(key: string): void {
    this.#armed.get(key)?.cancel();
    this.#armed.delete(key);
  }

  cancelAll(): void {
    for (const handle of this.#armed.values()) handle.cancel();
    this.#armed.clear();
  }
}
