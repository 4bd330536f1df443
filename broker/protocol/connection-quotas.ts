/**
 * How many connections a process serves, and how long a silent one stays (kafka.network.ConnectionQuotas,
 * org.apache.kafka.common.network.Selector).
 *
 * - `max.connections.per.ip` and its overrides: a further connection of the host is closed at once.
 * - `max.connections`: a further connection is not read until another one has ended. As many as `socket.listen.backlog.size` wait, and
 *   those beyond are closed. In Kafka they wait in the backlog of the operating system. The listener between brokers, where it is not
 *   that of clients, has no such limit.
 * - `connections.max.idle.ms`: a connection on which nothing was received and nothing written for so long is closed.
 */
import type { ServerConfig } from '../config/definitions.js';
import type { Env } from '../env.js';

export interface ConnectionLimits {
  readonly connectionsMax: number;
  readonly perHostMax: number;
  readonly perHostOverrides: ReadonlyMap<string, number>;
  readonly waitingMax: number;
  /** Negative: a silent connection stays. */
  readonly idleMillis: number;
}

export interface LimitedConnection {
  readonly host: string;
  /** Only connections between brokers are unlimited. */
  readonly isLimited: boolean;
  readonly lastActiveMicros: number;
  /** Reads nothing until `release`. */
  hold(): void;
  release(): void;
  expire(): void;
}

/** A silent connection is found late by no more than this part of the time. */
const SWEEPS_PER_IDLE_TIME = 20;

export class ConnectionQuotas {
  readonly #env: Pick<Env, 'clock' | 'timers'>;
  readonly #limits: ConnectionLimits;
  readonly #served = new Set<LimitedConnection>();
  readonly #waiting = new Set<LimitedConnection>();
  readonly #perHost = new Map<string, number>();
  #isSweepDue = false;

  constructor(env: Pick<Env, 'clock' | 'timers'>, limits: ConnectionLimits) {
    this.#env = env;
    this.#limits = limits;
  }

  /** Whether another connection of `host` may stay, served or waiting. */
  admits(host: string, isLimited: boolean): boolean {
    const { perHostMax, perHostOverrides, connectionsMax, waitingMax } = this.#limits;
    const hostMax = perHostOverrides.get(host) ?? perHostMax;
    if ((this.#perHost.get(host) ?? 0) >= hostMax) return false;
    return !isLimited || this.#served.size < connectionsMax || this.#waiting.size < waitingMax;
  }

  opened(connection: LimitedConnection): void {
    const { host, isLimited } = connection;
    this.#perHost.set(host, (this.#perHost.get(host) ?? 0) + 1);
    if (isLimited && this.#served.size >= this.#limits.connectionsMax) {
      this.#waiting.add(connection);
      connection.hold();
    } else {
      this.#serve(connection);
    }
  }

  closed(connection: LimitedConnection): void {
    const wasWaiting = this.#waiting.delete(connection);
    if (!wasWaiting && !this.#served.delete(connection)) return;
    const left = (this.#perHost.get(connection.host) ?? 1) - 1;
    if (left === 0) this.#perHost.delete(connection.host);
    else this.#perHost.set(connection.host, left);
    if (!wasWaiting) this.#serveNext();
  }

  #serveNext(): void {
    for (const connection of this.#waiting) {
      if (this.#served.size >= this.#limits.connectionsMax) return;
      this.#waiting.delete(connection);
      this.#serve(connection);
      connection.release();
    }
  }

  #serve(connection: LimitedConnection): void {
    this.#served.add(connection);
    this.#sweepIn(this.#limits.idleMillis * 1000);
  }

  #sweepIn(delayMicros: number): void {
    if (this.#isSweepDue || this.#limits.idleMillis < 0) return;
    this.#isSweepDue = true;
    this.#env.timers.schedule(delayMicros, this.#sweep);
  }

  readonly #sweep = (): void => {
    this.#isSweepDue = false;
    const idleMicros = this.#limits.idleMillis * 1000;
    const now = this.#env.clock.monotonicMicros();
    const silent: LimitedConnection[] = [];
    let longest = now;
    for (const connection of this.#served) {
      const { lastActiveMicros } = connection;
      if (now - lastActiveMicros >= idleMicros) silent.push(connection);
      else longest = Math.min(longest, lastActiveMicros);
    }
    for (const connection of silent) connection.expire();
    if (this.#served.size === 0) return;
    this.#sweepIn(Math.max(longest + idleMicros - now, Math.ceil(idleMicros / SWEEPS_PER_IDLE_TIME)));
  };
}

export function connectionLimits(config: ServerConfig): ConnectionLimits {
  return {
    connectionsMax: config['max.connections'],
    perHostMax: config['max.connections.per.ip'],
    perHostOverrides: new Map(config['max.connections.per.ip.overrides']),
    waitingMax: config['socket.listen.backlog.size'],
    idleMillis: config['connections.max.idle.ms'],
  };
}
