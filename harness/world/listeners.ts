/** The ports of one host on which the program that runs there accepts connections. */
import type { ListenAddress, ListenError, Listener, ListenHandle } from '../env.js';
import type { Host } from '../kernel/host.js';
import type { Simulation } from '../kernel/simulation.js';

/** The first ephemeral port on Linux (net.ipv4.ip_local_port_range). */
const EPHEMERAL_PORT_MIN = 32_768;
const EPHEMERAL_PORT_COUNT = 28_232;

/** The port of the connecting side of the `count`th connection. */
export function ephemeralPort(count: number): number {
  return EPHEMERAL_PORT_MIN + (count % EPHEMERAL_PORT_COUNT);
}

export class Listeners {
  readonly #simulation: Simulation;
  readonly #host: Host;
  readonly #byPort = new Map<number, Listener>();

  constructor(simulation: Simulation, host: Host) {
    this.#simulation = simulation;
    this.#host = host;
  }

  find(port: number): Listener | null {
    return this.#byPort.get(port) ?? null;
  }

  add(at: ListenAddress, listener: Listener): ListenHandle {
    const port = at.port === 0 ? this.#freePort() : at.port;
    const error = this.#errorFor(port, at.host);
    if (error !== null) {
      this.#simulation.tell(this.#host, () => listener.onError(error));
      return { close: () => undefined };
    }
    this.#byPort.set(port, listener);
    if (listener.onListening !== undefined) {
      this.#simulation.tell(this.#host, () => {
        if (this.#byPort.get(port) === listener) {
          listener.onListening?.(port);
        }
      });
    }
    return {
      close: () => {
        if (this.#byPort.get(port) === listener) {
          this.#byPort.delete(port);
        }
      },
    };
  }

  clear(): void {
    this.#byPort.clear();
  }

  #errorFor(port: number, host: string | undefined): ListenError | null {
    if (host !== undefined && host !== this.#host.name) {
      return { code: 'EADDRNOTAVAIL', message: `${this.#host.name} has no interface ${host}` };
    }
    if (this.#byPort.has(port)) {
      return { code: 'EADDRINUSE', message: `${this.#host.name}: port ${port} is taken` };
    }
    return null;
  }

  #freePort(): number {
    let port = EPHEMERAL_PORT_MIN;
    while (this.#byPort.has(port)) {
      port++;
    }
    return port;
  }
}
