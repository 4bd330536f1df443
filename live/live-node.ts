/**
 * A broker or controller of a live cluster: a machine with a clock and a directory, and a process that is started,
 * stopped, killed, paused, and started again.
 */
import { mkdirSync, rmSync } from 'node:fs';
import type { Env, Logger } from '../broker/env.js';
import type { AnswerRules } from '../broker/protocol/answered-errors.js';
import type { TlsListener } from '../doors/real-network.js';
import type { FaultyHost } from '../harness/faults/faulty-world.js';
import { AnswerFaults } from '../harness/world/answer-faults.js';
import { LiveClock } from './faults/live-clock.js';
import { LiveDisk } from './faults/live-disk.js';
import type { LiveNetwork } from './faults/live-network.js';
import { LiveProcess } from './live-process.js';
import { LOOPBACK } from './loopback.js';

export interface Server {
  start(): void;
  stop(done: () => void): void;
}

export interface NodePorts {
  readonly port: number;
  /** 0: the node has no inner listener. */
  readonly innerPort: number;
}

export interface LiveNodeOptions<S extends Server> {
  readonly name: string;
  readonly directory: string;
  /** The interface on which the node listens. */
  readonly host: string;
  /** TLS on that interface; absent: none. */
  readonly tls?: TlsListener | null;
  /** The node also listens on a free port of loopback, for the other nodes. */
  readonly hasInnerListener?: boolean;
  readonly network: LiveNetwork;
  readonly logger: Logger;
  readonly makeServer: (env: Env, ports: NodePorts, answerRules: AnswerRules) => S;
  readonly onHalt: (name: string, reason: string) => void;
  readonly onError: (name: string, error: unknown) => void;
}

interface Running<S> {
  readonly process: LiveProcess;
  readonly server: S;
}

export class LiveNode<S extends Server = Server> implements FaultyHost {
  readonly name: string;
  readonly clock = new LiveClock();
  readonly disk: LiveDisk;
  readonly answers = new AnswerFaults();
  readonly #options: LiveNodeOptions<S>;
  #port: number;
  #innerPort = 0;
  #running: Running<S> | null = null;
  #launching: Promise<void> | null = null;
  #isRetired = false;

  /** @param port 0: any free port, and the same port at each later start. */
  constructor(port: number, options: LiveNodeOptions<S>) {
    mkdirSync(options.directory, { recursive: true });
    this.name = options.name;
    this.disk = new LiveDisk(options.directory);
    this.#options = options;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  /** The port for the other nodes. */
  get innerPort(): number {
    return this.#options.hasInnerListener === true ? this.#innerPort : this.#port;
  }

  /** The server that runs now; null while the node is down. */
  get server(): S | null {
    return this.state === 'down' ? null : (this.#running?.server ?? null);
  }

  get state(): 'up' | 'down' | 'paused' {
    const process = this.#running?.process;
    if (process?.isAlive !== true) return 'down';
    return process.isPaused ? 'paused' : 'up';
  }

  /** Binds the port and starts the server. Rejects with the error of the bind. Does nothing while the node is up. */
  async launch(): Promise<void> {
    if (this.state !== 'down' || this.#launching !== null) return;
    this.#launching = this.#launch();
    try {
      await this.#launching;
    } finally {
      this.#launching = null;
    }
  }

  async #launch(): Promise<void> {
    const { name, makeServer, onHalt, onError, hasInnerListener = false, ...place } = this.#options;
    const process = new LiveProcess({
      ...place,
      name,
      disk: this.disk,
      clock: this.clock,
      onHalt: (reason) => onHalt(name, reason),
      onError: (error) => onError(name, error),
    });
    this.#port = await process.reserve({ port: this.#port });
    if (hasInnerListener) this.#innerPort = await process.reserve({ port: this.#innerPort, host: LOOPBACK });
    if (this.#isRetired) {
      process.kill();
      return;
    }
    const ports = { port: this.#port, innerPort: this.#innerPort };
    const server = makeServer(process.env, ports, this.answers);
    this.#running = { process, server };
    process.run(() => server.start());
  }

  /** The node does not start any more, not even where a start has begun: the cluster ends. */
  retire(): void {
    this.#isRetired = true;
  }

  start(): boolean {
    if (this.state !== 'down' || this.#isRetired) return false;
    this.launch().catch((error: unknown) => this.#options.onError(this.name, error));
    return true;
  }

  /** Ends the process as SIGKILL does. */
  crash(): boolean {
    const running = this.#running;
    if (this.state === 'down' || running === null) return false;
    running.process.kill();
    this.#running = null;
    return true;
  }

  /**
   * Ends the process only. A power loss also discards writes that were not synced, and the page cache of this machine keeps
   * those writes. `LiveFaults` therefore refuses the fault kind `power-loss`.
   */
  powerLoss(): boolean {
    return this.crash();
  }

  pause(): boolean {
    if (this.state !== 'up') return false;
    this.#running?.process.pause();
    return true;
  }

  resume(): boolean {
    if (this.state !== 'paused') return false;
    this.#running?.process.resume();
    return true;
  }

  wipeDisk(): void {
    const { directory } = this.#options;
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
  }

  requestShutdown(): boolean {
    if (this.state === 'down') return false;
    void this.stop();
    return true;
  }

  /** A controlled shutdown. Resolves when the process has ended. */
  async stop(): Promise<void> {
    // A failed start is reported where it was begun.
    await this.#launching?.catch(() => undefined);
    const running = this.#running;
    if (running === null || !running.process.isAlive) return;
    await new Promise<void>((resolve) => {
      const ended = (): void => {
        running.process.kill();
        if (this.#running === running) this.#running = null;
        resolve();
      };
      running.process.run(() => running.server.stop(ended));
    });
  }
}
