/** One end of a connection of a live host, between its program and the socket, where faults of the network take effect. */
import type { CloseReason, Connection, ConnectionHandler } from '../../broker/env.js';
import type { StreamReader, StreamReaders } from '../../harness/world/stream-reader.js';
import { type LiveNetwork, OUTSIDE } from './live-network.js';
import { Turnstile } from './turnstile.js';

/** Bytes that wait for a fault to end fill the window of the stream at this size. */
const WINDOW_BYTES = 1_048_576;

/** The attempt to connect, which needs both directions of the link. It is no kind of message. */
const CONNECT = '\0connect';

export interface ConnectionPlace {
  readonly network: LiveNetwork;
  readonly host: string;
  /** The host at the other end. An accepted connection knows its peer once bytes have arrived. */
  readonly peerOf: () => string;
  /** This end accepted the connection. */
  readonly isAccepted: boolean;
  /** Called when the connection is over for its program. */
  readonly onLeft: (connection: FaultyConnection) => void;
}

export class FaultyConnection implements Connection, ConnectionHandler {
  readonly host: string;
  readonly #place: ConnectionPlace;
  readonly #out: Turnstile;
  readonly #in: Turnstile;
  readonly #readers: StreamReaders;
  #handler: ConnectionHandler | null = null;
  #inner: Connection | null = null;
  #resetInner: () => void = () => undefined;
  #waitingOutBytes = 0;
  #isFull = false;
  #isPaused = false;
  #hasVanished = false;
  #knownPeer: string | null = null;

  constructor(place: ConnectionPlace) {
    const { network, host } = place;
    this.host = host;
    this.#place = place;
    this.#readers = network.readersOf();
    this.#out = new Turnstile((kind) => {
      const isLinkBlocked = network.link(host, this.peer).isBlocked;
      if (kind === CONNECT) return isLinkBlocked || network.link(this.peer, host).isBlocked;
      return isLinkBlocked || network.holdsKind(host, kind);
    });
    this.#in = new Turnstile(
      (kind) => network.link(this.peer, host).isBlocked || network.holdsKind(this.peer, kind),
    );
    network.joined(this);
  }

  get peer(): string {
    this.#knownPeer ??= this.#place.peerOf();
    return this.#knownPeer;
  }

  attachHandler(handler: ConnectionHandler): void {
    this.#handler = handler;
  }

  /** The socket. Bytes written before it exists wait behind the attempt to connect. */
  attachInner(inner: Connection, reset: () => void): void {
    this.#inner = inner;
    this.#resetInner = reset;
    if (this.#isPaused) inner.pause();
  }

  /** Connects as soon as the link is free. */
  connectBy(connect: () => void): void {
    const { network, host } = this.#place;
    this.#out.pass({ run: connect, kind: CONNECT }, network.link(host, this.peer).transitMillis(0));
  }

  recheck(): void {
    this.#out.recheck();
    this.#in.recheck();
  }

  /** The connection ends with a reset, and the program hears of it. */
  reset(): void {
    const handler = this.#handler;
    this.abandon();
    this.#resetInner();
    handler?.onClose('reset');
  }

  /** This end is gone for its program. The peer learns of it when it sends again. */
  vanish(): void {
    const handler = this.#handler;
    this.#handler = null;
    this.#hasVanished = true;
    this.#out.end();
    handler?.onClose('reset');
  }

  /** The program has ended. */
  abandon(): void {
    this.#handler = null;
    this.#out.end();
    this.#in.end();
    this.#place.network.left(this);
    this.#place.onLeft(this);
  }

  write(bytes: Uint8Array): boolean {
    const { network, host } = this.#place;
    const reader = this.#place.isAccepted ? this.#readers.toConnector : this.#readers.toListener;
    eachMessage(reader, bytes, (piece, kind) => {
      this.#waitingOutBytes += piece.length;
      const run = (): void => {
        this.#waitingOutBytes -= piece.length;
        const hasRoom = this.#inner?.write(piece) ?? true;
        if (!hasRoom) this.#isFull = true;
        else this.#drained();
      };
      this.#out.pass({ run, kind }, network.link(host, this.peer).transitMillis(piece.length));
    });
    if (this.#waitingOutBytes >= WINDOW_BYTES) this.#isFull = true;
    return !this.#isFull;
  }

  pass(): boolean {
    throw new TypeError('a real network carries bytes alone');
  }

  pause(): void {
    this.#isPaused = true;
    this.#inner?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#in.isEmpty) this.#inner?.resume();
  }

  end(): void {
    this.#out.pass({ run: () => this.#inner?.end(), kind: '' }, 0);
  }

  /** Bytes written before still reach the peer, after the faults that hold them back. */
  close(): void {
    this.#handler = null;
    this.#in.end();
    this.#out.pass({ run: () => this.#closeInner(), kind: '' }, 0);
  }

  onOpen(): void {
    this.#handler?.onOpen();
  }

  onBytes(bytes: Uint8Array): void {
    if (this.#hasVanished) {
      this.abandon();
      this.#resetInner();
      return;
    }
    // The other host of this cluster has applied the faults of the link already.
    if (this.peer !== OUTSIDE) {
      this.#handler?.onBytes?.(bytes);
      return;
    }
    const { network, host, isAccepted } = this.#place;
    const reader = isAccepted ? this.#readers.toListener : this.#readers.toConnector;
    eachMessage(reader, bytes, (piece, kind) => {
      const run = (): void => {
        this.#handler?.onBytes?.(piece);
        if (this.#in.isEmpty && !this.#isPaused) this.#inner?.resume();
      };
      this.#in.pass({ run, kind }, network.link(this.peer, host).transitMillis(piece.length));
    });
    if (!this.#in.isEmpty) this.#inner?.pause();
  }

  onDrain(): void {
    this.#drained();
  }

  onEnd(): void {
    this.#in.pass({ run: () => this.#endOfPeer(), kind: '' }, 0);
  }

  onClose(reason: CloseReason): void {
    const run = (): void => {
      const handler = this.#handler;
      this.abandon();
      handler?.onClose(reason);
    };
    this.#in.pass({ run, kind: '' }, 0);
  }

  #endOfPeer(): void {
    const handler = this.#handler;
    if (handler?.onEnd !== undefined) handler.onEnd();
    else this.close();
  }

  #closeInner(): void {
    this.#inner?.close();
    this.abandon();
  }

  #drained(): void {
    if (!this.#isFull || this.#waitingOutBytes > 0) return;
    this.#isFull = false;
    this.#handler?.onDrain?.();
  }
}

/** Cuts bytes where messages end, so that a held message holds back nothing before it. */
function eachMessage(
  reader: StreamReader,
  bytes: Uint8Array,
  visit: (piece: Uint8Array, kind: string) => void,
): void {
  for (let at = 0; at < bytes.length; ) {
    const takenBytes = reader.take(bytes, at);
    visit(takenBytes === bytes.length ? bytes : bytes.subarray(at, at + takenBytes), reader.kind);
    at += takenBytes;
  }
}
