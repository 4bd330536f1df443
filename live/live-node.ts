/** A broker or controller of a live cluster that can be started, stopped, killed and started again on its directory. */
import type { Env, Logger } from '../broker/env.js';
import { LiveHost } from './live-host.js';

export interface Server {
  start(): void;
  stop(done: () => void): void;
}

export interface LiveNodeOptions {
  readonly name: string;
  readonly directory: string;
  /** The interface on which the node listens. */
  readonly host: string;
  readonly logger: Logger;
  readonly makeServer: (env: Env, port: number) => Server;
  readonly onHalt: (node: LiveNode, reason: string) => void;
  readonly onError: (node: LiveNode, error: unknown) => void;
}

interface Running {
  readonly host: LiveHost;
  readonly server: Server;
}

export class LiveNode {
  readonly name: string;
  readonly #options: LiveNodeOptions;
  #port: number;
  #running: Running | null = null;

  /** @param port 0: any free port, and the same port at each later start. */
  constructor(port: number, options: LiveNodeOptions) {
    this.name = options.name;
    this.#options = options;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  get isUp(): boolean {
    return this.#running?.host.isAlive ?? false;
  }

  /** Binds the port and starts the server. Rejects with the error of the bind. Does nothing while the node is up. */
  async start(): Promise<void> {
    if (this.isUp) return;
    const { name, directory, host: listenHost, logger, makeServer, onHalt, onError } = this.#options;
    const host = new LiveHost({
      name,
      directory,
      host: listenHost,
      logger,
      onHalt: (reason) => onHalt(this, reason),
      onError: (error) => onError(this, error),
    });
    this.#port = await host.network.reserve(this.#port);
    const server = makeServer(host.env, this.#port);
    this.#running = { host, server };
    server.start();
  }

  /** Ends the process as SIGKILL does. */
  kill(): void {
    this.#running?.host.kill();
    this.#running = null;
  }

  /** A controlled shutdown. Resolves when the process has ended. */
  stop(): Promise<void> {
    const running = this.#running;
    if (running === null || !running.host.isAlive) return Promise.resolve();
    return new Promise((resolve) => {
      running.server.stop(() => {
        running.host.kill();
        if (this.#running === running) this.#running = null;
        resolve();
      });
    });
  }
}
