/**
 * Hosts on one virtual clock, with a fixed latency between any two. A test can crash and pause hosts and cut links. A
 * cut link drops everything silently; a crash is reported to the other ends. Not covered: bandwidth, clocks that
 * differ, power loss.
 */
import type { Env, TimerHandle } from '../env.js';
import { MemoryDisk } from './memory-disk.js';
import { randomStreams } from './random-streams.js';
import { TinyNetwork } from './tiny-network.js';
import { VirtualTime } from './virtual-time.js';

const LATENCY_MICROS = 200;
const DISK_LATENCY_MICROS = 20;
/** November 2023: brokers compare the timestamps of records with their wall clocks. */
const WALL_START_MILLIS = 1_700_000_000_000;

export class TinyHosts extends VirtualTime {
  readonly network = new TinyNetwork({
    latencyMicros: LATENCY_MICROS,
    passesValues: true,
    swallows: (from, to) => this.isCut(from, to),
    schedule: (host, delayMicros, callback) => void this.schedule(this.host(host), delayMicros, callback),
  });
  readonly #hosts = new Map<string, TinyHost>();
  readonly #cuts = new Set<string>();

  host(name: string): TinyHost {
    const host = this.#hosts.get(name) ?? new TinyHost(this, name);
    this.#hosts.set(name, host);
    return host;
  }

  /** Drops everything that `from` sends to `to`. */
  cutOneWay(from: string, to: string): void {
    this.#cuts.add(`${from}>${to}`);
  }

  cut(a: string, b: string): void {
    this.cutOneWay(a, b);
    this.cutOneWay(b, a);
  }

  heal(): void {
    this.#cuts.clear();
  }

  isCut(from: string, to: string): boolean {
    return this.#cuts.size > 0 && this.#cuts.has(`${from}>${to}`);
  }

  /** Timers of this start of the host: not run after a crash, and late when the host is paused. */
  schedule(host: TinyHost, delayMicros: number, callback: () => void): TimerHandle {
    const { generation } = host;
    return this.at(delayMicros, () => {
      if (host.generation !== generation) return;
      if (host.isPaused) host.paused.push(callback);
      else callback();
    });
  }
}

export class TinyHost {
  readonly world: TinyHosts;
  readonly name: string;
  readonly disk = new MemoryDisk();
  generation = 0;
  isUp = false;
  isPaused = false;
  halted: string | null = null;
  readonly paused: (() => void)[] = [];

  constructor(world: TinyHosts, name: string) {
    this.world = world;
    this.name = name;
  }

  start(): Env {
    this.isUp = true;
    this.halted = null;
    const { world } = this;
    const timers = {
      schedule: (delayMicros: number, callback: () => void) => world.schedule(this, delayMicros, callback),
    };
    return {
      hostName: this.name,
      allocate: (sizeBytes) => new Uint8Array(sizeBytes),
      clock: {
        monotonicMicros: () => world.now,
        wallMillis: () => WALL_START_MILLIS + Math.floor(world.now / 1000),
      },
      timers,
      network: world.network.door(this.name),
      disk: this.disk.open((finish) => timers.schedule(DISK_LATENCY_MICROS, finish)),
      logger: { enabled: false, log: () => undefined },
      random: randomStreams(this.name, this.generation),
      halt: (reason) => {
        this.halted = reason;
        this.crash();
      },
    };
  }

  crash(): void {
    this.isUp = false;
    this.isPaused = false;
    this.generation += 1;
    this.paused.length = 0;
    this.world.network.crash(this.name);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    for (const callback of this.paused.splice(0)) this.world.schedule(this, 0, callback);
  }
}
