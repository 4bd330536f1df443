/**
 * Hosts on one virtual clock, with a fixed latency between any two: enough to crash, pause and cut brokers in a test.
 * Events run in the order of (time, sequence). A cut link swallows silently and loses what it swallowed; a crash is heard at the
 * other ends. Not here: bandwidth, clocks that differ, power loss.
 */
import type {
  Address,
  CloseReason,
  Connection,
  ConnectionHandler,
  Env,
  Random,
  TimerHandle,
} from '../../env.js';
import { TinyDisk } from './tiny-disk.js';

const LATENCY_MICROS = 200;

type Accept = (connection: Connection, peerHost: string) => ConnectionHandler;

interface Event {
  readonly at: number;
  readonly sequence: number;
  readonly host: TinyHost | null;
  readonly generation: number;
  callback: (() => void) | null;
}

export class TinyHosts {
  now = 0;
  eventCount = 0;
  readonly #hosts = new Map<string, TinyHost>();
  readonly #cuts = new Set<string>();
  readonly #heap: Event[] = [];
  #sequence = 0;

  host(name: string): TinyHost {
    const host = this.#hosts.get(name) ?? new TinyHost(this, name);
    this.#hosts.set(name, host);
    return host;
  }

  /** Swallows what `from` sends to `to`. */
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

  /** Of the world: survives crashes. */
  at(delayMicros: number, callback: () => void): TimerHandle {
    return this.schedule(null, delayMicros, callback);
  }

  schedule(host: TinyHost | null, delayMicros: number, callback: () => void): TimerHandle {
    if (!Number.isInteger(delayMicros) || delayMicros < 0) throw new Error(`bad delay ${delayMicros}`);
    const event: Event = {
      at: this.now + delayMicros,
      sequence: this.#sequence++,
      host,
      generation: host?.generation ?? 0,
      callback,
    };
    push(this.#heap, event);
    return {
      cancel: () => {
        event.callback = null;
      },
    };
  }

  run(micros: number): void {
    const until = this.now + micros;
    while (this.#heap.length > 0 && this.#heap[0]!.at <= until) this.#fire(pop(this.#heap));
    this.now = until;
  }

  /** Until `isDone`, at most `limitMicros`; fails the test otherwise. */
  runUntil(what: string, isDone: () => boolean, limitMicros = 60_000_000): void {
    const until = this.now + limitMicros;
    while (!isDone()) {
      if (this.#heap.length === 0 || this.#heap[0]!.at > until) throw new Error(`never: ${what}`);
      this.#fire(pop(this.#heap));
    }
  }

  #fire(event: Event): void {
    this.now = event.at;
    const { host, callback } = event;
    event.callback = null;
    if (callback === null) return;
    if (host !== null && host.generation !== event.generation) return;
    if (host?.isPaused) {
      host.paused.push(callback);
      return;
    }
    this.eventCount += 1;
    callback();
  }
}

export class TinyHost {
  readonly world: TinyHosts;
  readonly name: string;
  readonly disk = new TinyDisk();
  generation = 0;
  isUp = false;
  isPaused = false;
  halted: string | null = null;
  readonly paused: (() => void)[] = [];
  readonly listeners = new Map<number, Accept>();
  readonly ends = new Set<End>();

  constructor(world: TinyHosts, name: string) {
    this.world = world;
    this.name = name;
  }

  start(): Env {
    this.isUp = true;
    this.halted = null;
    const { world } = this;
    const streams = new Map<string, Random>();
    const timers = {
      schedule: (delayMicros: number, callback: () => void) => world.schedule(this, delayMicros, callback),
    };
    return {
      hostName: this.name,
      allocate: (sizeBytes) => new Uint8Array(sizeBytes),
      clock: { monotonicMicros: () => world.now, wallMillis: () => Math.floor(world.now / 1000) },
      timers,
      network: {
        connect: (to, handler) => this.#connect(to, handler),
        listen: (port, accept) => void this.listeners.set(port, accept),
      },
      disk: this.disk.door(timers),
      logger: { enabled: false, log: () => undefined },
      random: (label) => {
        const stream = streams.get(label) ?? randomStream(`${this.name}/${label}/${this.generation}`);
        streams.set(label, stream);
        return stream;
      },
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
    this.listeners.clear();
    for (const end of this.ends) end.die();
    this.ends.clear();
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    for (const callback of this.paused.splice(0)) this.world.schedule(this, 0, callback);
  }

  #connect(to: Address, handler: ConnectionHandler): Connection {
    const peer = this.world.host(to.host);
    const mine = new End(this, peer, handler);
    this.world.schedule(null, LATENCY_MICROS, () => {
      if (mine.handler === null || this.world.isCut(this.name, peer.name)) return;
      const accept = peer.listeners.get(to.port);
      if (!peer.isUp || accept === undefined) {
        mine.hear('refused');
        return;
      }
      const theirs = new End(peer, this, null);
      theirs.other = mine;
      mine.other = theirs;
      theirs.handler = accept(theirs, this.name);
      theirs.handler.onOpen();
      mine.opened();
    });
    return mine;
  }
}

/** One end of a connection. */
class End implements Connection {
  readonly host: TinyHost;
  readonly peer: TinyHost;
  handler: ConnectionHandler | null;
  other: End | null = null;
  readonly #unsent: unknown[] = [];

  constructor(host: TinyHost, peer: TinyHost, handler: ConnectionHandler | null) {
    this.host = host;
    this.peer = peer;
    this.handler = handler;
    host.ends.add(this);
  }

  send(frame: unknown): void {
    if (this.other === null) this.#unsent.push(frame);
    else this.#transmit(this.other, frame);
  }

  close(): void {
    this.handler = null;
    this.host.ends.delete(this);
    this.#tellOther('closed');
  }

  opened(): void {
    this.host.world.schedule(this.host, LATENCY_MICROS, () => this.handler?.onOpen());
    for (const frame of this.#unsent.splice(0)) if (this.other !== null) this.#transmit(this.other, frame);
  }

  /** The host crashed: its side is gone without a word of its own. */
  die(): void {
    this.handler = null;
    this.#tellOther('reset');
  }

  hear(reason: CloseReason): void {
    this.host.world.schedule(this.host, LATENCY_MICROS, () => {
      const { handler } = this;
      this.handler = null;
      this.host.ends.delete(this);
      handler?.onClose(reason);
    });
  }

  #tellOther(reason: CloseReason): void {
    const { other } = this;
    if (other !== null && !this.host.world.isCut(this.host.name, this.peer.name)) other.hear(reason);
  }

  #transmit(other: End, frame: unknown): void {
    if (this.host.world.isCut(this.host.name, this.peer.name)) return;
    this.host.world.schedule(other.host, LATENCY_MICROS, () => other.handler?.onMessage(frame));
  }
}

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.sequence < b.sequence);

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(event, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): Event {
  const top = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (!isBefore(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return top;
}

/** xorshift32 from a hash of the label. */
function randomStream(label: string): Random {
  let state = 2_166_136_261;
  for (let index = 0; index < label.length; index += 1) {
    state = Math.imul(state ^ label.charCodeAt(index), 16_777_619);
  }
  state = state === 0 ? 1 : state;
  return {
    nextInt: (boundExclusive) => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % boundExclusive;
    },
  };
}
