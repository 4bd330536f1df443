/**
 * A guest: an unmodified program for Node, or a library of one, that runs on a simulated host. Its modules, timers,
 * clock, randomness and sockets are those of the host. A guest ends with its host's program; each start opens a new one.
 */
import type { HostEnv } from '../env.js';
import { type GuestOptions, guestSurroundings } from './guest-surroundings.js';
import { ModuleGraph } from './module-graph.js';

export class Guest {
  readonly #modules: ModuleGraph;

  constructor(env: HostEnv, options: GuestOptions = {}) {
    this.#modules = new ModuleGraph(guestSurroundings(env, options));
  }

  /** @param path a CommonJS file. @returns what it exports. */
  load(path: string): unknown {
    return this.#modules.load(path);
  }
}
