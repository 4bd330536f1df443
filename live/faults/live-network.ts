/**
 * The network between the hosts of a live cluster and their clients, with faults. Every connection of the cluster has
 * at least one end in this process. Bytes wait before they leave the sending host, or, when a client outside sends
 * them, before the program of the receiving host gets them.
 *
 * A cut holds bytes back as a hold does: TCP repeats lost packets, and a stream goes on after healing. Connections
 * that are opened meanwhile are established after healing, or time out.
 */
import type { FaultyNetwork } from '../../harness/faults/faulty-world.js';
import type { FaultHandle } from '../../harness/world/fault-handle.js';
import { LinkFault } from '../../harness/world/link-fault.js';
import type { StreamReaders } from '../../harness/world/stream-reader.js';
import type { FaultyConnection } from './faulty-connection.js';
import { LiveLink } from './live-link.js';

/** The host name of every program outside the cluster. */
export const OUTSIDE = 'clients';

interface KindHold {
  affected: number;
  readonly host: string;
  readonly kind: string;
}

export class LiveNetwork implements FaultyNetwork {
  readonly readersOf: () => StreamReaders;
  readonly #links = new Map<string, LiveLink>();
  readonly #connections = new Set<FaultyConnection>();
  readonly #kindHolds = new Set<KindHold>();
  /** The hosts that listen, by port, and those that have connected, by the local port of the connection. */
  readonly #listeners = new Map<number, string>();
  readonly #connectors = new Map<number, string>();

  /** @param readersOf finds the kinds of messages on a new connection. */
  constructor(readersOf: () => StreamReaders) {
    this.readersOf = readersOf;
  }

  cut(fromHost: string, toHost: string): FaultHandle {
    return new LinkFault('cut', 0, [this.link(fromHost, toHost), this.link(toHost, fromHost)]);
  }

  cutOneWay(fromHost: string, toHost: string): FaultHandle {
    return new LinkFault('cut', 0, [this.link(fromHost, toHost)]);
  }

  delay(fromHost: string, toHost: string, extraMicros: number): FaultHandle {
    return new LinkFault('delay', extraMicros, [this.link(fromHost, toHost)]);
  }

  limit(fromHost: string, toHost: string, bytesPerSecond: number): FaultHandle {
    return new LinkFault('limit', bytesPerSecond, [this.link(fromHost, toHost)]);
  }

  hold(fromHost: string, toHost: string): FaultHandle {
    return new LinkFault('hold', 0, [this.link(fromHost, toHost)]);
  }

  holdKind(fromHost: string, kind: string): FaultHandle {
    const hold: KindHold = { affected: 0, host: fromHost, kind };
    this.#kindHolds.add(hold);
    return {
      get affected() {
        return hold.affected;
      },
      heal: () => {
        this.#kindHolds.delete(hold);
        this.#recheck();
      },
    };
  }

  resetConnections(hostA: string, hostB: string): number {
    const near = this.#between(hostA, hostB);
    const far = this.#between(hostB, hostA);
    for (const connection of [...near, ...far]) connection.reset();
    return Math.max(near.length, far.length);
  }

  halfOpen(nearHost: string, farHost: string): number {
    const far = this.#between(farHost, nearHost);
    for (const connection of far) connection.vanish();
    return far.length;
  }

  link(from: string, to: string): LiveLink {
    const name = `${from} ${to}`;
    let link = this.#links.get(name);
    if (link === undefined) {
      link = new LiveLink(() => this.#recheck());
      this.#links.set(name, link);
    }
    return link;
  }

  /** Whether a message of this kind from the host waits. Counts an effect. */
  holdsKind(host: string, kind: string): boolean {
    let isHeld = false;
    for (const hold of this.#kindHolds) {
      if (hold.host !== host || hold.kind !== kind) continue;
      hold.affected += 1;
      isHeld = true;
    }
    return isHeld;
  }

  joined(connection: FaultyConnection): void {
    this.#connections.add(connection);
  }

  left(connection: FaultyConnection): void {
    this.#connections.delete(connection);
  }

  listens(port: number, host: string): void {
    this.#listeners.set(port, host);
  }

  connected(localPort: number, host: string | null): void {
    if (host === null) this.#connectors.delete(localPort);
    else this.#connectors.set(localPort, host);
  }

  hostListeningOn(port: number): string {
    return this.#listeners.get(port) ?? OUTSIDE;
  }

  hostConnectedFrom(port: number): string {
    return this.#connectors.get(port) ?? OUTSIDE;
  }

  #between(host: string, peer: string): FaultyConnection[] {
    return [...this.#connections].filter((each) => each.host === host && each.peer === peer);
  }

  #recheck(): void {
    for (const connection of this.#connections) connection.recheck();
  }
}
