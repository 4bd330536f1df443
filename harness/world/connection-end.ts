/**
 * One end of a simulated connection: the stream from here to the peer, and what the program here sees of the stream back.
 *
 * Every packet has a position in its stream; the receiver takes them in order. How packets are sent: `outgoing-stream.ts`.
 *
 * Bytes reach the program in pieces that are cut at random (`segments.ts`); the last byte of a
 * packet arrives at the instant at which a value of the same size would arrive, so that both give the same run.
 *
 * Fault model: see `simulated-network.ts`. This file covers resets, and ends that the other side does not learn of.
 * Not covered: congestion, acknowledgements as packets.
 *
 * The states of an end are connecting → open → ended or forgotten. Both last states answer late data with a reset. An `ended` end
 * (closed or reset) ignores the close of the peer; a `forgotten` end (power loss, half-open) answers it with a reset, too.
 */
import type { CloseReason, Connection, ConnectionHandler } from '../env.js';
import { insist } from '../kernel/harness-bug.js';
import type { Host } from '../kernel/host.js';
import { DEFERRED, type EventReceiver, type KernelEvent, NETWORK_EVENT } from '../kernel/kernel-event.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Link } from './link.js';
import { OutgoingStream, type OutgoingStreamOptions } from './outgoing-stream.js';
import { nextCut, withHead } from './segments.js';
import type { StreamReader } from './stream-reader.js';

type EndState = 'connecting' | 'open' | 'ended' | 'forgotten';

/** The position of a reset that is no part of the stream. */
const OUT_OF_STREAM = -0x40000000;

export interface ConnectionEndOptions extends OutgoingStreamOptions {
  readonly passesValues: boolean;
  /** Names what is written here, for `holdKind`. */
  readonly reader: StreamReader | null;
  readonly onEnded: (end: ConnectionEnd) => void;
}

export class ConnectionEnd implements Connection, EventReceiver {
  readonly id: number;
  readonly host: Host;
  readonly generation: number;
  readonly peerHost: Host;
  /** The stream from here to the peer. */
  readonly sent: OutgoingStream;
  readonly #simulation: Simulation;
  readonly #out: Link;
  readonly #passesValues: boolean;
  readonly #reader: StreamReader | null;
  readonly #in: Link;
  readonly #onEnded: (end: ConnectionEnd) => void;
  #peer: ConnectionEnd | null = null;
  #handler: ConnectionHandler | null = null;
  #state: EndState = 'connecting';
  #expectedPosition = 0;
  /**
   * True when a packet may be passed to the program at once: the end is open, its program reads, and no earlier packet is
   * missing. It is kept beside the state for the fast path.
   */
  #flowing = false;
  /** Packets that arrived before one they must follow, by position. */
  #early: Map<number, KernelEvent> | null = null;
  #isPaused = false;
  #hasEnded = false;
  #peerHasEnded = false;
  /** Packets whose turn came while the program did not read, in order. */
  readonly #unread: KernelEvent[] = [];
  /** The rest of a packet in whose middle the program stopped to read. */
  #rest: Uint8Array | null = null;
  #isReadingResumed = false;

  constructor(options: ConnectionEndOptions) {
    this.id = options.id;
    this.host = options.host;
    this.generation = options.host.generation;
    this.peerHost = options.peerHost;
    this.#simulation = options.simulation;
    this.#out = options.out;
    this.#in = options.in;
    this.#passesValues = options.passesValues;
    this.#reader = options.reader;
    this.#onEnded = options.onEnded;
    this.sent = new OutgoingStream(options, this);
  }

  get state(): EndState {
    return this.#state;
  }

  attach(handler: ConnectionHandler): void {
    this.#handler = handler;
  }

  /** The far end exists now. The accepting side is open at once, the connecting side when it hears of it. */
  pair(peer: ConnectionEnd): void {
    this.#peer = peer;
    this.sent.pair(peer);
  }

  /** The accepting side: open, and says so to the peer. */
  openAccepted(): void {
    this.#state = 'open';
    this.#flowing = true;
    this.sent.open();
    this.sent.control('open');
  }

  pass(value: unknown, sizeBytes: number, kind: string): boolean {
    insist(this.#passesValues, 'a value on a network that carries bytes alone');
    return this.sent.send(value, sizeBytes, kind);
  }

  write(bytes: Uint8Array): boolean {
    const reader = this.#reader;
    let room = true;
    for (let from = 0; from < bytes.length; ) {
      const to = reader === null ? bytes.length : from + reader.take(bytes, from);
      const piece = from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
      room = this.sent.send(piece, piece.length, reader?.kind ?? '');
      from = to;
    }
    return room;
  }

  pause(): void {
    this.#isPaused = true;
    this.#flowing = false;
  }

  resume(): void {
    if (this.#isPaused) {
      this.#isPaused = false;
      if (this.#unread.length === 0 && this.#rest === null) {
        this.#refreshFlow();
      } else if (!this.#isReadingResumed) {
        this.#isReadingResumed = true;
        this.#simulation.tell(this.host, this.#readOn.bind(this));
      }
    }
  }

  end(): void {
    if (this.#hasEnded || this.#state === 'ended' || this.#state === 'forgotten') {
      return;
    }
    this.#hasEnded = true;
    this.sent.control('end');
    if (this.#peerHasEnded) {
      this.endAndTell('closed', 'ended');
    }
  }

  close(): void {
    this.leave('close');
  }

  /** Ends this end without a callback to its program. The peer receives `told` after all packets that were sent before. */
  leave(told: 'close' | 'reset'): void {
    if (this.#state === 'open') {
      if (told === 'reset') {
        this.sent.dropWaiting();
      }
      this.sent.control(told);
    }
    this.#enter('ended');
  }

  /** Ends this end without a callback or a packet to the peer: the machine has no record of the connection any more. */
  forget(): void {
    this.sent.forget();
    this.#enter('forgotten');
  }

  /** Ends this end and tells its program, as an event of its own. */
  endAndTell(reason: CloseReason, state: 'ended' | 'forgotten' = 'forgotten'): void {
    if (this.#state === 'connecting' || this.#state === 'open') {
      const handler = this.#handler;
      if (state === 'forgotten') {
        this.forget();
      } else {
        this.#enter(state);
      }
      if (handler !== null && this.host.generation === this.generation) {
        this.#simulation.tell(this.host, handler.onClose.bind(handler, reason));
      }
    }
  }

  /** The window of the stream from here has room again. */
  onRoom(): void {
    const handler = this.#handler;
    if (handler?.onDrain !== undefined && this.host.generation === this.generation) {
      this.#simulation.tell(this.host, () => {
        if (this.#handler === handler) {
          handler.onDrain?.();
        }
      });
    }
  }

  receive(event: KernelEvent): void {
    if (this.#flowing && this.#in.clear && event.position === this.#expectedPosition) {
      this.#expectedPosition++;
      const payload = event.payload;
      if (this.#simulation.trace !== null) {
        this.#traceDelivery(event);
      }
      (this.#peer as ConnectionEnd).sent.onTaken(event.wordB);
      this.#simulation.release(event);
      this.#hand(payload);
    } else {
      this.#receiveWithCare(event);
    }
  }

  /** Handles a packet for a process that has ended. */
  miss(event: KernelEvent): void {
    const acknowledged = event.slot === DEFERRED;
    const sender = this.#peer;
    if (acknowledged || sender === null || event.position === OUT_OF_STREAM) {
      this.#simulation.release(event);
    } else if (!this.host.powered || this.#in.isCut) {
      if (this.#in.isCut) {
        this.#in.count('cut');
      }
      sender.sent.lose(event);
    } else {
      this.#simulation.release(event);
      this.#answerWithReset();
    }
  }

  #receiveWithCare(event: KernelEvent): void {
    const sender = this.#peer as ConnectionEnd;
    if (this.#in.isCut) {
      this.#in.count('cut');
      if (event.position === OUT_OF_STREAM) {
        this.#simulation.release(event);
      } else {
        sender.sent.lose(event);
      }
    } else if (this.#in.isHeld) {
      this.#in.keepHeld(event);
    } else if (event.position === OUT_OF_STREAM) {
      this.#simulation.release(event);
      this.#enterAndTell('reset');
    } else if (this.#state === 'forgotten') {
      this.#simulation.release(event);
      this.#answerWithReset();
    } else if (this.#state === 'ended') {
      // As TCP answers data for a socket that is closed. The reset also takes what the far side has not read yet. An end that was
      // given up before it was open answers the `open`, so that the far side does not wait for ever.
      const isAnswered = event.position >= 0 || event.payload === 'open';
      this.#simulation.release(event);
      if (isAnswered) {
        this.#answerWithReset();
      }
    } else {
      this.#accept(event);
    }
  }

  #accept(event: KernelEvent): void {
    const position = streamPosition(event);
    if (position !== this.#expectedPosition) {
      insist(position > this.#expectedPosition, 'a packet arrived twice');
      this.#early ??= new Map();
      this.#early.set(position, event);
      this.#flowing = false;
      return;
    }
    let next: KernelEvent | undefined = event;
    // What a hold keeps comes again when it heals; until then everything behind it waits for its turn in the stream.
    while (next !== undefined && !this.#in.keepKind(next)) {
      this.#expectedPosition++;
      if (this.#unread.length === 0 && !this.#isPaused) {
        this.#deliver(next);
      } else {
        this.#unread.push(next);
      }
      next = this.#early?.get(this.#expectedPosition);
      this.#early?.delete(this.#expectedPosition);
    }
    if (this.#early !== null && this.#early.size === 0) {
      this.#early = null;
      this.#refreshFlow();
    }
  }

  #refreshFlow(): void {
    this.#flowing =
      this.#state === 'open' && this.#early === null && !this.#isPaused && this.#unread.length === 0;
  }

  /** Reading goes on: what came meanwhile is handed over, until the program pauses again. */
  #readOn(): void {
    this.#isReadingResumed = false;
    if (this.#rest !== null) {
      this.#handBytes(new Uint8Array(0));
    }
    // A program that paused and resumed meanwhile goes on in an event of its own.
    while (!this.#isPaused && this.#rest === null && !this.#isReadingResumed) {
      const next = this.#unread.shift();
      if (next === undefined) {
        break;
      }
      this.#deliver(next);
    }
    this.#refreshFlow();
  }

  /** Hands the next packet of the stream to the program, unless the program has ended the connection meanwhile. */
  #deliver(event: KernelEvent): void {
    const { payload, position } = event;
    const over = this.#state === 'ended' || this.#state === 'forgotten';
    if (!over && position >= 0) {
      this.#traceDelivery(event);
    }
    (this.#peer as ConnectionEnd).sent.onTaken(event.wordB);
    this.#simulation.release(event);
    if (over) {
      return;
    }
    if (position >= 0) {
      this.#hand(payload);
    } else if (payload === 'open') {
      this.#becomeOpen();
    } else if (payload === 'reset') {
      this.#enterAndTell('reset');
    } else {
      this.#onPeerEnded(payload === 'end');
    }
  }

  #hand(payload: unknown): void {
    if (payload instanceof Uint8Array) {
      this.#handBytes(payload);
    } else {
      this.#handler?.onValue?.(payload);
    }
  }

  /** In pieces, as a socket gives them; the program may pause or close between two. */
  #handBytes(bytes: Uint8Array): void {
    const all = this.#rest === null ? bytes : withHead(this.#rest, bytes, bytes.length);
    this.#rest = null;
    for (let from = 0; from < all.length && this.#handler !== null; ) {
      if (this.#isPaused) {
        this.#rest = all.subarray(from);
        return;
      }
      const to = nextCut(from, all.length, this.#in.segmentation());
      this.#handler.onBytes?.(from === 0 && to === all.length ? all : all.subarray(from, to));
      from = to;
    }
  }

  /** `onlyOneWay`: the peer still reads. */
  #onPeerEnded(onlyOneWay: boolean): void {
    if (this.#hasEnded || this.#handler?.onEnd === undefined) {
      if (onlyOneWay && !this.#hasEnded) {
        this.sent.control('close');
      }
      this.#enterAndTell('closed');
    } else {
      this.#peerHasEnded = true;
      this.#handler.onEnd();
    }
  }

  #becomeOpen(): void {
    this.#state = 'open';
    this.#refreshFlow();
    this.sent.open();
    this.#handler?.onOpen();
  }

  #enterAndTell(reason: CloseReason): void {
    if (this.#state === 'connecting' || this.#state === 'open') {
      const handler = this.#handler;
      this.sent.forget();
      this.#enter('ended');
      handler?.onClose(reason);
    }
  }

  #enter(state: 'ended' | 'forgotten'): void {
    if (this.#state === 'connecting' || this.#state === 'open') {
      if (this.#state === 'connecting') {
        this.sent.forget();
      }
      this.#state = state;
      this.#flowing = false;
      this.#handler = null;
      this.#rest = null;
      for (const event of this.#unread.splice(0)) {
        this.#simulation.release(event);
      }
      this.#onEnded(this);
    } else if (state === 'forgotten') {
      this.#state = state;
    }
  }

  /** Tells the peer, outside the stream and only once, that nobody is here. */
  #answerWithReset(): void {
    const peer = this.#peer;
    if (peer === null || peer.#state === 'ended' || peer.#state === 'forgotten') {
      return;
    }
    const event = this.#simulation.acquire(peer, NETWORK_EVENT);
    event.host = peer.host;
    event.generation = peer.generation;
    event.payload = 'reset';
    event.wordA = this.id;
    event.wordB = 0;
    event.position = OUT_OF_STREAM;
    event.label = 'reset';
    event.sentAtMicros = this.#simulation.nowMicros;
    this.#simulation.post(event, this.#out.drawLatency());
  }

  #traceDelivery(event: KernelEvent): void {
    this.#simulation.trace?.delivered?.({
      timeMicros: this.#simulation.nowMicros,
      from: this.peerHost.name,
      to: this.host.name,
      label: event.label,
      sentAtMicros: event.sentAtMicros,
      sizeBytes: event.wordB,
    });
  }
}

function streamPosition(event: KernelEvent): number {
  return event.position >= 0 ? event.position : ~event.position;
}
