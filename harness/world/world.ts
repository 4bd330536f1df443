/**
 * The world of every scenario: one simulation, one network, and hosts with clocks and disks.
 *
 * Fault model: hosts crash (the process dies, its page cache survives), lose power, pause and start again. The faults of
 * network, disks and clocks are described in `simulated-network.ts`, `simulated-disk.ts` and `simulated-clock.ts`.
 *
 * Not covered: faults of memory and processor, a process that is slow without being paused, several programs on one machine
 * (a host runs one program), operating systems that reboot slowly.
 */
import type { RandomStream, TimerHandle } from '../env.js';
import { HarnessBug } from '../kernel/harness-bug.js';
import { Simulation } from '../kernel/simulation.js';
import type { TraceSink } from '../kernel/trace.js';
import { type NetworkOptions, SimulatedNetwork } from './simulated-network.js';
import { type StoppableProgram, WorldHost, type WorldHostOptions } from './world-host.js';

export interface WorldOptions extends NetworkOptions {
  readonly seed: string;
  readonly trace?: TraceSink;
}

export class World {
  readonly simulation: Simulation;
  readonly network: SimulatedNetwork;
  readonly #hosts = new Map<string, WorldHost>();

  constructor(options: WorldOptions) {
    this.simulation = new Simulation(options);
    this.network = new SimulatedNetwork(this.simulation, options);
  }

  get nowMicros(): number {
    return this.simulation.nowMicros;
  }

  schedule(delayMicros: number, callback: () => void): TimerHandle {
    return this.simulation.schedule(delayMicros, callback);
  }

  random(label: string): RandomStream {
    return this.simulation.random(label);
  }

  get hosts(): readonly WorldHost[] {
    return [...this.#hosts.values()];
  }

  /** Adds a host for `program`. The host is down until it is started. */
  addHost(name: string, program: StoppableProgram, options: WorldHostOptions = {}): WorldHost {
    const host = new WorldHost(this.simulation, this.network, name, program, options);
    this.#hosts.set(name, host);
    return host;
  }

  host(name: string): WorldHost {
    const host = this.#hosts.get(name);
    if (host === undefined) {
      throw new HarnessBug(`no host named ${name}`);
    }
    return host;
  }
}
