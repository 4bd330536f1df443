/**
 * A host of the world: a machine with a clock, a disk, a network interface and a program. Each start gives the program a new
 * environment; the environment of an earlier start does nothing.
 *
 * Fault model: `world.ts`. Not covered: a program that hangs while its process lives (pause the host), exit codes.
 */
import type { HostEnv, Logger, Program, TimerHandle } from '../env.js';
import type { Host, HostChange, HostState } from '../kernel/host.js';
import type { Simulation } from '../kernel/simulation.js';
import { AnswerFaults } from './answer-faults.js';
import type { DiskTiming } from './disk-timing.js';
import { SimulatedClock } from './simulated-clock.js';
import { SimulatedDisk } from './simulated-disk.js';
import type { SimulatedNetwork } from './simulated-network.js';

/** A program that can be asked to stop (SIGTERM). */
export interface StoppableProgram extends Program {
  /** Called after each event of its host. A host with a guest runs the promise callbacks of the guest here. */
  readonly afterEvent?: () => void;
  /** Calls `done` when the program has finished its shutdown; the process exits then. */
  stop?(done: () => void): void;
}

export interface WorldHostOptions {
  readonly disk?: DiskTiming;
  /** The error of the wall clock at the start. */
  readonly wallSkewMillis?: number;
  /** Receives the program's log lines. Without a logger no log line is built. */
  readonly logger?: Logger;
}

const silentLogger: Logger = { enabled: false, log: () => undefined };
const spentTimer: TimerHandle = { cancel: () => undefined };

export class WorldHost {
  readonly disk: SimulatedDisk;
  readonly clock: SimulatedClock;
  readonly answers = new AnswerFaults();
  readonly #simulation: Simulation;
  readonly #network: SimulatedNetwork;
  readonly #host: Host;
  readonly #program: StoppableProgram;
  readonly #logger: Logger;

  constructor(
    simulation: Simulation,
    network: SimulatedNetwork,
    name: string,
    program: StoppableProgram,
    options: WorldHostOptions = {},
  ) {
    this.#simulation = simulation;
    this.#network = network;
    this.#host = simulation.addHost(name);
    this.#host.afterEvent = program.afterEvent ?? null;
    this.#program = program;
    this.#logger = options.logger ?? silentLogger;
    network.addHost(this.#host);
    this.disk = new SimulatedDisk(simulation, this.#host, options.disk);
    this.clock = new SimulatedClock(simulation, this.#host, options.wallSkewMillis);
  }

  get name(): string {
    return this.#host.name;
  }

  get state(): HostState {
    return this.#host.state;
  }

  /** Counts the starts and ends of the program. */
  get generation(): number {
    return this.#host.generation;
  }

  onStateChange(listener: (change: HostChange) => void): void {
    this.#host.onStateChange(listener);
  }

  /** Every verb returns false when the host's state does not allow it: a host that is up cannot be started. */
  start(): boolean {
    if (!this.#host.start()) {
      return false;
    }
    const env = this.#environment();
    this.#simulation.tell(this.#host, () => this.#program.start(env));
    return true;
  }

  /** The process dies; the page cache survives. */
  crash(reason = 'crash'): boolean {
    return this.#host.crash(reason);
  }

  /** The machine dies: unsynced data may be lost. */
  powerLoss(): boolean {
    return this.#host.powerLoss();
  }

  pause(): boolean {
    return this.#host.pause();
  }

  resume(): boolean {
    return this.#host.resume();
  }

  /** Empties the disk of the host, which must be down. */
  wipeDisk(): void {
    this.disk.wipe();
  }

  /** Asks the program to stop. A program without `stop` exits at once. A paused program gets the request when it resumes. */
  requestShutdown(): boolean {
    const host = this.#host;
    if (host.state === 'down') {
      return false;
    }
    const { generation } = host;
    const exit = (): void => {
      if (host.generation === generation) {
        host.exit();
      }
    };
    this.#simulation.tell(host, () => {
      if (this.#program.stop === undefined) {
        exit();
      } else {
        this.#program.stop(exit);
      }
    });
    return true;
  }

  #environment(): HostEnv {
    const simulation = this.#simulation;
    const host = this.#host;
    const clock = this.clock;
    const { generation } = host;
    return {
      hostName: host.name,
      clock,
      timers: {
        schedule: (delayMicros, callback) =>
          host.generation === generation
            ? simulation.scheduleOn(host, clock.virtualDelay(delayMicros), callback)
            : spentTimer,
      },
      network: this.#network.doorFor(host),
      disk: this.disk.door(),
      logger: this.#logger,
      random: (label) => simulation.random(`${host.name}/${label}`),
      allocate: (sizeBytes) => simulation.memory.take(sizeBytes),
      halt: (reason) => {
        if (host.generation === generation) {
          host.crash(reason);
        }
      },
    };
  }
}
