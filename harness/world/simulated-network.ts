/**
 * A network of hosts joined by ordered, reliable streams, as TCP gives them to programs.
 *
 * Fault model: links are directed, each with a latency distribution and perhaps a bandwidth. A cut link loses packets in
 * flight and packets sent; their connections stall and go on, with TCP's doubling delay, when the cut heals. Links can be
 * slow (delay, limit) or hold packets back: all packets, or messages of one kind and everything behind them on their
 * connection. Connections can be reset, or become half-open: the far end is gone, and the near end notices when it next sends.
 * When a process crashes, its connections are reset after the packets it had sent. A machine without power sends nothing, and
 * answers late packets with a reset once it runs again. A connection request to a running machine without a listener is
 * refused; to a machine without power, or across a cut, it times out.
 * A paused process is still reachable: its machine completes handshakes and takes packets in.
 *
 * A stream has a window: what its reader does not take fills it, and the writer hears when there is room again. Bytes reach
 * programs in pieces cut at random. One direction of a connection can end before the other.
 *
 * Not covered: loss, duplication or corruption of single packets below TCP (the streams are what TCP makes of them),
 * congestion, windows that adapt, keep-alive, DNS, UDP, addresses that move, exhaustion of ports or backlogs.
 */
import type { Address, Connection, ConnectionHandler, Listener, Network } from '../env.js';
import { type IntegerDistribution, insistOnSound } from '../kernel/distribution.js';
import { HarnessBug, insist } from '../kernel/harness-bug.js';
import { DOWN, type Host, type HostChange } from '../kernel/host.js';
import type { KernelEvent } from '../kernel/kernel-event.js';
import type { Simulation } from '../kernel/simulation.js';
import { ConnectionEnd } from './connection-end.js';
import type { FaultHandle } from './fault-handle.js';
import { type KindHold, Link } from './link.js';
import { LinkFault } from './link-fault.js';
import { ephemeralPort, Listeners } from './listeners.js';
import { defaultTiming, type NetworkTiming } from './network-timing.js';
import type { StreamReader, StreamReaders } from './stream-reader.js';

export interface NetworkOptions {
  /** One way, per packet, between two hosts. */
  readonly latency?: IntegerDistribution;
  /** From a host to itself. */
  readonly loopbackLatency?: IntegerDistribution;
  /** Of each link; null: unlimited. */
  readonly bytesPerSecond?: number | null;
  /** What is different about one link. */
  readonly link?: (from: string, to: string) => LinkOptions;
  readonly timing?: Partial<NetworkTiming>;
  /** False: connections carry bytes alone, as between machines. */
  readonly passesValues?: boolean;
  /** Bytes that one direction of a connection holds before its writer must wait. Linux: 6 MiB at most (tcp_rmem). */
  readonly windowBytes?: number;
  /** For a new connection to `port`: how its bytes are told apart for `holdKind`; null: they have no kinds. */
  readonly readersFor?: (port: number) => StreamReaders | null;
}

export interface LinkOptions {
  readonly latency?: IntegerDistribution;
  readonly bytesPerSecond?: number | null;
}

/** One rack: half of all packets within 0.25 ms, one in sixteen above 0.6 ms. */
export const rackLatency: IntegerDistribution = {
  kind: 'quantiles',
  values: [150, 170, 185, 200, 210, 220, 230, 240, 250, 265, 280, 300, 330, 370, 440, 600, 1500],
};

const WINDOW_BYTES = 6_291_456;

/** A host as the network knows it. */
interface Port {
  readonly host: Host;
  readonly listeners: Listeners;
  /** Ends that live on the host, in the order they came to be. */
  readonly ends: Set<ConnectionEnd>;
  readonly links: Map<string, Link>;
  kindHolds: readonly HeldKind[];
}

class HeldKind implements KindHold, FaultHandle {
  affected = 0;
  readonly kind: string;
  readonly #onHeal: (hold: HeldKind, kept: readonly KernelEvent[]) => void;
  readonly #kept: KernelEvent[] = [];

  constructor(kind: string, onHeal: (hold: HeldKind, kept: readonly KernelEvent[]) => void) {
    this.kind = kind;
    this.#onHeal = onHeal;
  }

  keep(event: KernelEvent): void {
    this.affected++;
    this.#kept.push(event);
  }

  heal(): void {
    this.#onHeal(this, this.#kept.splice(0));
  }
}

export class SimulatedNetwork {
  readonly #simulation: Simulation;
  readonly #timing: NetworkTiming;
  readonly #latency: IntegerDistribution;
  readonly #loopbackLatency: IntegerDistribution;
  readonly #bytesPerSecond: number | null;
  readonly #ports = new Map<string, Port>();
  readonly #passesValues: boolean;
  readonly #windowBytes: number;
  readonly #readersFor: (port: number) => StreamReaders | null;
  readonly #linkOptions: (from: string, to: string) => LinkOptions;
  #connectionCount = 0;

  constructor(simulation: Simulation, options: NetworkOptions = {}) {
    this.#simulation = simulation;
    this.#timing = { ...defaultTiming, ...options.timing };
    this.#latency = options.latency ?? rackLatency;
    this.#loopbackLatency = options.loopbackLatency ?? { kind: 'constant', value: 20 };
    this.#bytesPerSecond = options.bytesPerSecond ?? null;
    this.#linkOptions = options.link ?? (() => ({}));
    this.#passesValues = options.passesValues ?? true;
    this.#windowBytes = options.windowBytes ?? WINDOW_BYTES;
    this.#readersFor = options.readersFor ?? (() => null);
    insistOnSound(this.#latency);
    insistOnSound(this.#loopbackLatency);
  }

  /** Joins a host; its end follows the host's changes of state from now on. */
  addHost(host: Host): void {
    const listeners = new Listeners(this.#simulation, host);
    const port: Port = { host, listeners, ends: new Set(), links: new Map(), kindHolds: [] };
    this.#ports.set(host.name, port);
    host.onStateChange((change) => followHost(port, change));
  }

  /** The network as the program that runs on `host` now sees it; inert once that program has ended. */
  doorFor(host: Host): Network {
    const port = this.#port(host.name);
    const { generation } = host;
    return {
      passesValues: this.#passesValues,
      connect: (to, handler) =>
        host.generation === generation ? this.#connect(port, to, handler) : inertConnection,
      listen: (at, listener) =>
        host.generation === generation ? port.listeners.add(at, listener) : inertHandle,
    };
  }

  /** No packet passes, either way. */
  cut(fromHost: string, toHost: string): FaultHandle {
    return new LinkFault('cut', 0, [this.#link(fromHost, toHost), this.#link(toHost, fromHost)]);
  }

  cutOneWay(fromHost: string, toHost: string): FaultHandle {
    return new LinkFault('cut', 0, [this.#link(fromHost, toHost)]);
  }

  /** Every packet takes `extraMicros` longer, this way only. */
  delay(fromHost: string, toHost: string, extraMicros: number): FaultHandle {
    insist(Number.isSafeInteger(extraMicros) && extraMicros >= 0, `a delay of ${extraMicros} µs`);
    return new LinkFault('delay', extraMicros, [this.#link(fromHost, toHost)]);
  }

  limit(fromHost: string, toHost: string, bytesPerSecond: number): FaultHandle {
    insist(Number.isSafeInteger(bytesPerSecond) && bytesPerSecond >= 1, `a limit of ${bytesPerSecond} B/s`);
    return new LinkFault('limit', bytesPerSecond, [this.#link(fromHost, toHost)]);
  }

  /** Packets wait before their receiver, in order, and go on at healing. */
  hold(fromHost: string, toHost: string): FaultHandle {
    return new LinkFault('hold', 0, [this.#link(fromHost, toHost)]);
  }

  /**
   * Messages of this kind from the host wait before their receivers until healing, and with each everything behind it on its
   * connection, as at a proxy that stalls. Other connections of the host go on.
   */
  holdKind(fromHost: string, kind: string): FaultHandle {
    const port = this.#port(fromHost);
    const set = (holds: readonly HeldKind[]): void => {
      port.kindHolds = holds;
      for (const link of port.links.values()) {
        link.setKindHolds(holds);
      }
    };
    const hold = new HeldKind(kind, (healed, kept) => {
      set(port.kindHolds.filter((other) => other !== healed));
      this.#releaseHeld(kept);
    });
    set([...port.kindHolds, hold]);
    return hold;
  }

  /** Both ends of every connection between the two hear of a reset; what was in flight is lost. Returns how many. */
  resetConnections(hostA: string, hostB: string): number {
    let count = 0;
    for (const end of this.#endsBetween(hostA, hostB)) {
      end.endAndTell('reset');
      count++;
    }
    for (const end of this.#endsBetween(hostB, hostA)) {
      end.endAndTell('reset');
    }
    return count;
  }

  /** The ends on `farHost` of connections between the two are reset; the near ends hear of it when they send. */
  halfOpen(nearHost: string, farHost: string): number {
    let count = 0;
    for (const end of this.#endsBetween(farHost, nearHost)) {
      if (end.state === 'open') {
        end.endAndTell('reset');
        count++;
      }
    }
    return count;
  }

  /** Connections that are open on a host, from either side. */
  openConnectionCount(host: string): number {
    return this.#port(host).ends.size;
  }

  #endsBetween(host: string, peerHost: string): ConnectionEnd[] {
    return [...this.#port(host).ends].filter((end) => end.peerHost.name === peerHost);
  }

  #port(host: string): Port {
    const port = this.#ports.get(host);
    if (port === undefined) {
      throw new HarnessBug(`no host named ${host}`);
    }
    return port;
  }

  #link(from: string, to: string): Link {
    const port = this.#port(from);
    let link = port.links.get(to);
    if (link === undefined) {
      this.#port(to);
      const own = this.#linkOptions(from, to);
      const latency = own.latency ?? (from === to ? this.#loopbackLatency : this.#latency);
      insistOnSound(latency);
      link = new Link({
        from,
        to,
        latency,
        bytesPerSecond:
          own.bytesPerSecond !== undefined ? own.bytesPerSecond : from === to ? null : this.#bytesPerSecond,
        random: this.#simulation.random(`network/${from}→${to}`),
        segmentation: () => this.#simulation.random(`network/segments/${from}→${to}`),
        releaseHeld: (events) => this.#releaseHeld(events),
      });
      link.setKindHolds(port.kindHolds);
      port.links.set(to, link);
    }
    return link;
  }

  #releaseHeld(events: readonly KernelEvent[]): void {
    for (const event of events) {
      this.#simulation.post(event, 0);
    }
  }

  #connect(port: Port, to: Address, handler: ConnectionHandler): Connection {
    const target = this.#ports.get(to.host);
    if (target === undefined) {
      throw new HarnessBug(`${port.host.name} connects to ${to.host}, which does not exist`);
    }
    const readers = this.#readersFor(to.port);
    const end = this.#newEnd(++this.#connectionCount, port, target, readers?.toListener ?? null);
    end.attach(handler);
    this.#knock({ end, target, port: to.port, readers }, 0);
    return end;
  }

  #newEnd(id: number, port: Port, peer: Port, reader: StreamReader | null): ConnectionEnd {
    const end = new ConnectionEnd({
      id,
      host: port.host,
      peerHost: peer.host,
      simulation: this.#simulation,
      timing: this.#timing,
      out: this.#link(port.host.name, peer.host.name),
      in: this.#link(peer.host.name, port.host.name),
      windowBytes: this.#windowBytes,
      passesValues: this.#passesValues,
      reader,
      onEnded: (ended) => port.ends.delete(ended),
    });
    port.ends.add(end);
    return end;
  }

  /** Sends a connection request, and again until it is answered or the attempt times out. */
  #knock(knock: Knock, repetition: number): void {
    const { end } = knock;
    const link = this.#link(end.host.name, end.peerHost.name);
    if (end.state !== 'connecting' || end.host.generation !== end.generation) {
      return;
    }
    if (link.isCut) {
      link.count('cut');
      this.#knockAgain(knock, repetition);
      return;
    }
    const transit = link.transitMicros(0, this.#simulation.nowMicros);
    this.#simulation.schedule(transit, this.#onKnock.bind(this, knock, repetition));
  }

  #onKnock(knock: Knock, repetition: number): void {
    if (knock.end.state === 'connecting' && !this.#answerKnock(knock)) {
      this.#knockAgain(knock, repetition);
    }
  }

  /** After one, two, four … times the retry interval, as SYN is retransmitted. */
  #knockAgain(knock: Knock, repetition: number): void {
    const { connectRetryMicros, connectTimeoutMicros } = this.#timing;
    const retryMicros = connectRetryMicros * (1 << Math.min(repetition, 20));
    const leftMicros = connectTimeoutMicros - (retryMicros - connectRetryMicros);
    if (leftMicros <= retryMicros) {
      this.#simulation.schedule(Math.max(0, leftMicros), knock.end.endAndTell.bind(knock.end, 'timed-out'));
    } else {
      this.#simulation.schedule(retryMicros, this.#knock.bind(this, knock, repetition + 1));
    }
  }

  /** The request reached the machine. False: nobody answers. */
  #answerKnock(knock: Knock): boolean {
    const { end, target } = knock;
    const there = this.#link(end.host.name, end.peerHost.name);
    const back = this.#link(end.peerHost.name, end.host.name);
    if (there.isCut || back.isCut) {
      (there.isCut ? there : back).count('cut');
      return false;
    }
    if (there.isHeld || back.isHeld) {
      (there.isHeld ? there : back).count('hold');
      return false;
    }
    if (!target.host.powered) {
      return false;
    }
    const listener = target.host.phase === DOWN ? null : target.listeners.find(knock.port);
    if (listener === null) {
      const transit = back.transitMicros(0, this.#simulation.nowMicros);
      this.#simulation.schedule(transit, end.endAndTell.bind(end, 'refused'));
      return true;
    }
    const reader = knock.readers?.toConnector ?? null;
    const accepted = this.#newEnd(end.id, target, this.#port(end.host.name), reader);
    end.pair(accepted);
    accepted.pair(end);
    accepted.openAccepted();
    this.#simulation.tell(target.host, accept.bind(null, listener, accepted));
    return true;
  }
}

/** One attempt to connect. */
interface Knock {
  readonly end: ConnectionEnd;
  readonly target: Port;
  readonly port: number;
  readonly readers: StreamReaders | null;
}

function accept(listener: Listener, end: ConnectionEnd): void {
  const peer = { host: end.peerHost.name, port: ephemeralPort(end.id) };
  const handler = listener.accept(end, peer);
  if (end.state === 'open') {
    end.attach(handler);
    handler.onOpen();
  }
}

function followHost(port: Port, change: HostChange): void {
  switch (change.kind) {
    case 'crashed':
    case 'exited':
    case 'power-lost': {
      port.listeners.clear();
      const ends = [...port.ends];
      port.ends.clear();
      for (const end of ends) {
        if (change.kind === 'power-lost') {
          end.forget();
        } else {
          end.leave(change.kind === 'crashed' ? 'reset' : 'close');
        }
      }
      break;
    }
    case 'started':
    case 'paused':
    case 'resumed':
      break;
    default:
      change satisfies never;
  }
}

const inertConnection: Connection = {
  write: () => true,
  pass: () => true,
  pause: () => undefined,
  resume: () => undefined,
  end: () => undefined,
  close: () => undefined,
};
const inertHandle = { close: () => undefined };
