import type { Env, TimerHandle } from '../env.js';
import { SteppedDisk } from './stepped-disk.js';

/** The wall clock at the start: the timestamp of the batches that `batchOf` makes. */
const START_MILLIS = 1_700_000_000_000;

/** An `Env` for tests of the log: a disk in memory, a clock set by the test, and the reasons of every `halt`. */
export class TestEnv implements Env {
  readonly hostName = 'b1';
  readonly allocate = (sizeBytes: number) => new Uint8Array(sizeBytes);
  readonly disk = new SteppedDisk();
  readonly halts: string[] = [];
  nowMicros = 0;
  readonly #timers: { dueAt: number; callback: () => void }[] = [];

  readonly clock = {
    monotonicMicros: (): number => this.nowMicros,
    wallMillis: (): number => START_MILLIS + Math.floor(this.nowMicros / 1000),
  };

  readonly timers = {
    schedule: (delayMicros: number, callback: () => void): TimerHandle => {
      const timer = { dueAt: this.nowMicros + delayMicros, callback };
      this.#timers.push(timer);
      return {
        cancel: () => {
          const at = this.#timers.indexOf(timer);
          if (at >= 0) this.#timers.splice(at, 1);
        },
      };
    },
  };

  readonly network = {
    passesValues: true,
    connect: (): never => {
      throw new Error('A log has no use for the network');
    },
    listen: (): never => {
      throw new Error('A log has no use for the network');
    },
  };

  readonly logger = { enabled: false, log: (): void => {} };

  random(): { nextInt: (bound: number) => number } {
    return { nextInt: () => 0 };
  }

  halt(reason: string): void {
    this.halts.push(reason);
  }

  /** Lets time pass, fires due timers, then completes all disk operations. */
  advance(micros: number): void {
    this.nowMicros += micros;
    for (const timer of this.#timers.filter((one) => one.dueAt <= this.nowMicros)) {
      this.#timers.splice(this.#timers.indexOf(timer), 1);
      timer.callback();
    }
    this.disk.run();
  }
}
