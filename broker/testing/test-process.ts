/** One start of a program on a host of a TinyWorld. Its pending callbacks are dropped once it has died. */
import type { Env, TimerHandle } from '../env.js';
import type { MemoryDisk } from './memory-disk.js';
import type { TinyWorld } from './tiny-world.js';

const DISK_LATENCY_MICROS = 100;

export class TestProcess {
  readonly env: Env;
  readonly halts: string[] = [];
  readonly #world: TinyWorld;
  #isAlive = true;

  constructor(world: TinyWorld, hostName: string, disk: MemoryDisk, seed = 1) {
    this.#world = world;
    const env = world.env(hostName, seed);
    this.env = {
      ...env,
      disk: disk.open((finish) => this.#schedule(env, DISK_LATENCY_MICROS, finish)),
      timers: { schedule: (delayMicros, callback) => this.#schedule(env, delayMicros, callback) },
      halt: (reason) => {
        this.halts.push(reason);
        this.kill();
      },
    };
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  kill(...ports: number[]): void {
    this.#isAlive = false;
    for (const port of ports) this.#world.stopListening(this.env.hostName, port);
    this.#world.reset(this.env.hostName);
  }

  #schedule(env: Env, delayMicros: number, callback: () => void): TimerHandle {
    return env.timers.schedule(delayMicros, () => {
      if (this.#isAlive) callback();
    });
  }
}
