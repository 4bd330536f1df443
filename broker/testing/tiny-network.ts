/**
 * The network of the small worlds for tests: hosts with a fixed latency between any two, streams in order. Data
 * between a dropping pair of hosts is lost, and neither end is informed. Not covered: bandwidth, retransmission,
 * streams that are cut at random.
 */
import type {
  Address,
  CloseReason,
  Connection,
  ConnectionHandler,
  ListenAddress,
  Listener,
  ListenHandle,
  Network,
} from '../env.js';

export interface TinyNetworkOptions {
  readonly latencyMicros: number;
  readonly passesValues: boolean;
  /** Whether data that `from` sends to `to` now is lost. */
  readonly swallows: (from: string, to: string) => boolean;
  /** Runs on the host unless it has crashed in the meantime. */
  readonly schedule: (host: string, delayMicros: number, callback: () => void) => void;
}

const WINDOW_BYTES = 65_536;
const FREE_PORT_MIN = 32_768;

/** One item of a stream: a value or bytes with their size, or the end. */
type Item = { readonly payload: unknown; readonly sizeBytes: number } | 'end' | 'close';

export class TinyNetwork {
  readonly options: TinyNetworkOptions;
  /** The connecting ends, in the order of their creation. */
  readonly connections: TinyEnd[] = [];
  readonly #listeners = new Map<string, Listener>();
  readonly #ends = new Set<TinyEnd>();

  constructor(options: TinyNetworkOptions) {
    this.options = options;
  }

  door(host: string): Network {
    return {
      passesValues: this.options.passesValues,
      connect: (to, handler) => this.#connect(host, to, handler),
      listen: (at, listener) => this.#listen(host, at, listener),
    };
  }

  /**
   * Ends every open connection of `host`, or only those with `peer` if it is given. Both ends are informed. Returns
   * the number of connections.
   */
  reset(host: string, peer?: string): number {
    let count = 0;
    for (const end of [...this.connections]) {
      const touches =
        (end.host === host && (peer === undefined || end.peer === peer)) ||
        (end.peer === host && (peer === undefined || end.host === peer));
      if (touches && end.isPaired) {
        count += 1;
        end.other?.hear('reset');
        end.hear('reset');
      }
    }
    return count;
  }

  /** The process on `host` is gone. Its listeners are gone too, and its peers get a reset. */
  crash(host: string): void {
    for (const key of [...this.#listeners.keys()])
      if (key.startsWith(`${host}:`)) this.#listeners.delete(key);
    for (const end of [...this.#ends]) if (end.host === host) end.die();
  }

  stopListening(host: string, port: number): void {
    this.#listeners.delete(`${host}:${port}`);
  }

  forget(end: TinyEnd): void {
    this.#ends.delete(end);
  }

  #listen(host: string, at: ListenAddress, listener: Listener): ListenHandle {
    let port = at.port === 0 ? FREE_PORT_MIN : at.port;
    while (at.port === 0 && this.#listeners.has(`${host}:${port}`)) port += 1;
    const key = `${host}:${port}`;
    if (this.#listeners.has(key)) {
      const message = `${host}: port ${port} is taken`;
      this.options.schedule(host, 0, () => listener.onError({ code: 'EADDRINUSE', message }));
      return { close: () => undefined };
    }
    this.#listeners.set(key, listener);
    if (listener.onListening !== undefined)
      this.options.schedule(host, 0, () => listener.onListening?.(port));
    return {
      close: () => {
        if (this.#listeners.get(key) === listener) this.#listeners.delete(key);
      },
    };
  }

  #connect(from: string, to: Address, handler: ConnectionHandler): Connection {
    const end = this.#newEnd(from, to.host, handler);
    this.connections.push(end);
    this.options.schedule(from, this.options.latencyMicros, () => {
      if (!end.isOpen || this.options.swallows(from, to.host)) return;
      const listener = this.#listeners.get(`${to.host}:${to.port}`);
      if (listener === undefined) {
        end.hear('refused');
        return;
      }
      const accepted = this.#newEnd(to.host, from, null);
      accepted.other = end;
      end.other = accepted;
      end.announceOpening();
      const peer = { host: from, port: FREE_PORT_MIN + this.connections.length };
      const accepting = listener.accept(accepted, peer);
      if (accepted.isOpen) {
        accepted.handler = accepting;
        accepting.onOpen();
      }
      end.sendWaiting();
    });
    return end;
  }

  #newEnd(host: string, peer: string, handler: ConnectionHandler | null): TinyEnd {
    const end = new TinyEnd(this, host, peer, handler);
    this.#ends.add(end);
    return end;
  }
}

export class TinyEnd implements Connection {
  readonly host: string;
  readonly peer: string;
  handler: ConnectionHandler | null;
  other: TinyEnd | null = null;
  readonly #network: TinyNetwork;
  readonly #unsent: Item[] = [];
  readonly #unread: Item[] = [];
  #isOver = false;
  #isPaused = false;
  #hasEnded = false;
  #peerHasEnded = false;
  #untakenBytes = 0;
  #owesDrain = false;

  constructor(network: TinyNetwork, host: string, peer: string, handler: ConnectionHandler | null) {
    this.#network = network;
    this.host = host;
    this.peer = peer;
    this.handler = handler;
  }

  get isOpen(): boolean {
    return !this.#isOver;
  }

  get isPaired(): boolean {
    return !this.#isOver && this.other !== null;
  }

  write(bytes: Uint8Array): boolean {
    return this.#send({ payload: bytes, sizeBytes: bytes.length });
  }

  pass(value: unknown, sizeBytes: number): boolean {
    if (!this.#network.options.passesValues) throw new Error('this network carries bytes alone');
    return this.#send({ payload: value, sizeBytes });
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.#unread.length > 0) this.#network.options.schedule(this.host, 0, () => this.#readOn());
  }

  end(): void {
    if (this.#isOver || this.#hasEnded) return;
    this.#queue('end');
    this.#hasEnded = true;
    if (this.#peerHasEnded) this.#network.options.schedule(this.host, 0, () => this.#finish('closed'));
  }

  close(): void {
    if (this.#isOver) return;
    if (this.other !== null) this.#queue('close');
    this.#leave();
  }

  announceOpening(): void {
    this.#later(() => this.handler?.onOpen());
  }

  /** The peer accepted, so what was written before may be sent. */
  sendWaiting(): void {
    for (const item of this.#unsent.splice(0)) this.#transmit(item);
  }

  /** The host crashed: its side ends without a callback. */
  die(): void {
    this.#leave();
    if (!this.#network.options.swallows(this.host, this.peer)) this.other?.hear('reset');
  }

  hear(reason: CloseReason): void {
    this.#later(() => this.#finish(reason));
  }

  /** This end knows that the peer has closed, and writes nevertheless. */
  answerWithReset(): void {
    if (!this.#isOver && this.#peerHasEnded) this.hear('reset');
  }

  #send(item: Item & object): boolean {
    if (this.#isOver || this.#hasEnded) return true;
    this.#untakenBytes += item.sizeBytes;
    this.#queue(item);
    if (this.#untakenBytes < WINDOW_BYTES) return true;
    this.#owesDrain = true;
    return false;
  }

  #queue(item: Item): void {
    if (this.other === null) this.#unsent.push(item);
    else this.#transmit(item);
  }

  #transmit(item: Item): void {
    const { other } = this;
    if (other === null || this.#network.options.swallows(this.host, this.peer)) return;
    other.#later(() => other.#arrive(item));
  }

  #arrive(item: Item): void {
    if (this.#isPaused || this.#unread.length > 0) this.#unread.push(item);
    else this.#take(item);
  }

  #readOn(): void {
    while (!this.#isPaused) {
      const item = this.#unread.shift();
      if (item === undefined) return;
      this.#take(item);
    }
  }

  #take(item: Item): void {
    if (this.#isOver) {
      if (item !== 'end' && item !== 'close') this.other?.answerWithReset();
    } else if (item === 'end' || item === 'close') {
      this.#onPeerEnded(item === 'end');
    } else {
      this.other?.onTaken(item.sizeBytes);
      if (item.payload instanceof Uint8Array) this.handler?.onBytes?.(item.payload);
      else this.handler?.onValue?.(item.payload);
    }
  }

  #onPeerEnded(onlyOneWay: boolean): void {
    if (this.#hasEnded || this.handler?.onEnd === undefined) {
      if (onlyOneWay && !this.#hasEnded) this.#queue('close');
      this.#finish('closed');
    } else {
      this.#peerHasEnded = true;
      this.handler.onEnd();
    }
  }

  onTaken(sizeBytes: number): void {
    this.#untakenBytes -= sizeBytes;
    if (!this.#owesDrain || this.#untakenBytes >= WINDOW_BYTES) return;
    this.#owesDrain = false;
    this.#later(() => this.handler?.onDrain?.());
  }

  #later(callback: () => void): void {
    const { options } = this.#network;
    options.schedule(this.host, options.latencyMicros, callback);
  }

  #finish(reason: CloseReason): void {
    const { handler } = this;
    this.#leave();
    handler?.onClose(reason);
  }

  #leave(): void {
    this.#isOver = true;
    this.handler = null;
    this.#unread.length = 0;
    this.#network.forget(this);
  }
}
