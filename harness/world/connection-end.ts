/**
 * One end of a simulated connection: the stream from here to the peer, and what the program here sees of the stream back.
 *
 * Every packet has a position in its stream; the receiver takes them in order. A packet that meets a cut, or a machine
 * without power, is lost and sent again after a doubling delay, as TCP does, until it gets through or the connection
 * times out: a cut stalls a stream, it never loses a message out of its middle.
 *
 * Fault model: see `simulated-network.ts`; here are retransmission, resets and ends that the other side does not know of.
 * Not covered: a stream that is closed in one direction only, windows and congestion, acknowledgements as packets.
 *
 * States of an end: connecting → open → ended. `ended` remembers how, because the machine answers late packets differently:
 * nobody is told of packets to an end that was closed; an end that was forgotten (power loss, half-open) answers with a reset.
 */
import type { CloseReason, Connection, ConnectionHandler } from '../env.js';
import { insist } from '../kernel/harness-bug.js';
import type { Host } from '../kernel/host.js';
import {
  DEFERRED,
  type EventReceiver,
  type KernelEvent,
  NETWORK_EVENT,
  PACKET_EVENT,
} from '../kernel/kernel-event.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Link } from './link.js';
import type { NetworkTiming } from './network-timing.js';

type EndState = 'connecting' | 'open' | 'ended' | 'forgotten';

/** What travels in the stream beside messages. Such packets carry ~position, below zero. */
type Control = 'open' | 'close' | 'reset';
/** The position of a reset that is no part of the stream. */
const OUT_OF_STREAM = -0x40000000;

export class ConnectionEnd implements Connection, EventReceiver {
  readonly id: number;
  readonly host: Host;
  readonly generation: number;
  readonly peerHost: Host;
  readonly #simulation: Simulation;
  readonly #timing: NetworkTiming;
  readonly #out: Link;
  readonly #in: Link;
  readonly #onEnded: (end: ConnectionEnd) => void;
  #peer: ConnectionEnd | null = null;
  #handler: ConnectionHandler | null = null;
  #state: EndState = 'connecting';
  /** Messages sent before the connection was open. */
  #outbox: { readonly message: unknown; readonly sizeBytes: number; readonly kind: string }[] = [];
  #sentCount = 0;
  #lastDueMicros = 0;
  #expectedPosition = 0;
  /** The stream flows: open, and no packet is awaited out of order. Kept beside the state for the fast path. */
  #flowing = false;
  /** Packets that arrived before one they must follow, by position. */
  #early: Map<number, KernelEvent> | null = null;
  /** Packets that were lost and wait to be sent again, in order of loss. */
  #lost: KernelEvent[] = [];
  #lossStartMicros = 0;
  #lastRetransmissionMicros = 0;
  #attempts = 0;

  constructor(options: {
    readonly id: number;
    readonly host: Host;
    readonly peerHost: Host;
    readonly simulation: Simulation;
    readonly timing: NetworkTiming;
    readonly out: Link;
    readonly in: Link;
    readonly onEnded: (end: ConnectionEnd) => void;
  }) {
    this.id = options.id;
    this.host = options.host;
    this.generation = options.host.generation;
    this.peerHost = options.peerHost;
    this.#simulation = options.simulation;
    this.#timing = options.timing;
    this.#out = options.out;
    this.#in = options.in;
    this.#onEnded = options.onEnded;
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
  }

  /** The accepting side: open, and says so to the peer. */
  openAccepted(): void {
    this.#state = 'open';
    this.#flowing = true;
    this.#sendControl('open');
  }

  send(message: unknown, sizeBytes: number, kind: string): void {
    if (this.#state === 'open') {
      const link = this.#out;
      if (link.clear && this.#lost.length === 0) {
        const event = this.#packet(message, sizeBytes, kind, this.#sentCount++);
        this.#post(event, link.constantLatencyMicros >= 0 ? link.constantLatencyMicros : link.drawLatency());
      } else {
        this.#launch(this.#packet(message, sizeBytes, kind, this.#sentCount++));
      }
    } else if (this.#state === 'connecting') {
      this.#outbox.push({ message, sizeBytes, kind });
    }
  }

  close(): void {
    this.end('close');
  }

  /** Ends this end without a word to its program; `told` is what the peer hears, after all that was sent before. */
  end(told: 'close' | 'reset'): void {
    if (this.#state === 'open') {
      this.#sendControl(told);
    }
    this.#enter('ended');
  }

  /** Ends this end without a word to anybody: the machine knows nothing of it any more. */
  forget(): void {
    this.#lost = [];
    this.#enter('forgotten');
  }

  /** Ends this end and tells its program, as an event of its own. */
  endAndTell(reason: CloseReason): void {
    if (this.#state === 'connecting' || this.#state === 'open') {
      const handler = this.#handler;
      this.forget();
      if (handler !== null && this.host.generation === this.generation) {
        this.#simulation.tell(this.host, handler.onClose.bind(handler, reason));
      }
    }
  }

  receive(event: KernelEvent): void {
    if (this.#flowing && this.#in.clear && event.position === this.#expectedPosition) {
      this.#expectedPosition++;
      const message = event.payload;
      if (this.#simulation.trace !== null) {
        this.#traceDelivery(event);
      }
      this.#simulation.release(event);
      (this.#handler as ConnectionHandler).onMessage(message);
    } else {
      this.#receiveWithCare(event);
    }
  }

  /** A packet for a process that is gone. */
  miss(event: KernelEvent): void {
    const acknowledged = event.slot === DEFERRED;
    const sender = this.#peer;
    if (acknowledged || sender === null || event.position === OUT_OF_STREAM) {
      this.#simulation.release(event);
    } else if (!this.host.powered || this.#in.isCut) {
      if (this.#in.isCut) {
        this.#in.count('cut');
      }
      sender.#lose(event);
    } else {
      this.#simulation.release(event);
      this.#answerWithReset();
    }
  }

  #sendControl(control: Control): void {
    this.#launch(this.#packet(control, 0, control, ~this.#sentCount++));
  }

  #packet(payload: unknown, sizeBytes: number, kind: string, position: number): KernelEvent {
    const peer = this.#peer as ConnectionEnd;
    const event = this.#simulation.acquire(peer, PACKET_EVENT);
    event.host = peer.host;
    event.generation = peer.generation;
    event.payload = payload;
    event.wordA = this.id;
    event.wordB = sizeBytes;
    event.position = position;
    event.label = kind;
    event.sentAtMicros = this.#simulation.nowMicros;
    return event;
  }

  /** Sends a packet under whatever faults the link has. */
  #launch(event: KernelEvent): void {
    if (this.#out.isCut) {
      this.#out.count('cut');
      this.#lose(event);
    } else {
      this.#post(event, this.#out.transitMicros(event.wordB, this.#simulation.nowMicros));
    }
  }

  /** Latencies vary, the stream does not: nothing arrives before what was sent before it. */
  #post(event: KernelEvent, transitMicros: number): void {
    const now = this.#simulation.nowMicros;
    let dueMicros = now + transitMicros;
    if (dueMicros < this.#lastDueMicros) {
      dueMicros = this.#lastDueMicros;
    } else {
      this.#lastDueMicros = dueMicros;
    }
    this.#simulation.post(event, dueMicros - now);
  }

  #lose(event: KernelEvent): void {
    const now = this.#simulation.nowMicros;
    if (!this.host.powered) {
      this.#simulation.release(event);
      return;
    }
    this.#lost.push(event);
    if (this.#lost.length > 1) {
      return;
    }
    if (this.#attempts === 0 || now - this.#lastRetransmissionMicros > 2 * this.#retransmissionMicros()) {
      this.#attempts = 0;
      this.#lossStartMicros = now;
    }
    this.#armRetransmission();
  }

  #retransmissionMicros(): number {
    const { retransmissionMicros, retransmissionMaxMicros } = this.#timing;
    return Math.min(retransmissionMaxMicros, retransmissionMicros * (1 << Math.min(this.#attempts, 20)));
  }

  #armRetransmission(): void {
    this.#simulation.schedule(this.#retransmissionMicros(), () => this.#retransmitLost());
  }

  #retransmitLost(): void {
    if (this.#lost.length === 0 || !this.host.powered) {
      this.#lost = [];
      return;
    }
    const now = this.#simulation.nowMicros;
    if (now - this.#lossStartMicros >= this.#timing.giveUpMicros) {
      this.endAndTell('timed-out');
      this.#lost = [];
      return;
    }
    this.#attempts++;
    if (this.#out.isCut) {
      this.#out.count('cut');
      this.#armRetransmission();
      return;
    }
    this.#lastRetransmissionMicros = now;
    for (const event of this.#lost.splice(0)) {
      this.#retransmit(event);
    }
  }

  #retransmit(event: KernelEvent): void {
    this.#post(event, this.#out.transitMicros(event.wordB, this.#simulation.nowMicros));
  }

  #receiveWithCare(event: KernelEvent): void {
    const sender = this.#peer as ConnectionEnd;
    if (this.#in.isCut) {
      this.#in.count('cut');
      if (event.position === OUT_OF_STREAM) {
        this.#simulation.release(event);
      } else {
        sender.#lose(event);
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
      const opening = event.position < 0 && event.payload === 'open';
      this.#simulation.release(event);
      if (opening) {
        // Given up before it was open: the far side must not wait for ever.
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
      this.#deliver(next);
      next = this.#early?.get(this.#expectedPosition);
      this.#early?.delete(this.#expectedPosition);
    }
    if (this.#early !== null && this.#early.size === 0) {
      this.#early = null;
      this.#flowing = this.#state === 'open';
    }
  }

  /** Hands the next packet of the stream to the program, unless the program has ended the connection meanwhile. */
  #deliver(event: KernelEvent): void {
    this.#expectedPosition++;
    const { payload, position } = event;
    const over = this.#state === 'ended' || this.#state === 'forgotten';
    if (!over && position >= 0) {
      this.#traceDelivery(event);
    }
    this.#simulation.release(event);
    if (over) {
      return;
    }
    if (position >= 0) {
      this.#handler?.onMessage(payload);
    } else if (payload === 'open') {
      this.#becomeOpen();
    } else {
      this.#enterAndTell(payload === 'close' ? 'closed' : 'reset');
    }
  }

  #becomeOpen(): void {
    this.#state = 'open';
    this.#flowing = this.#early === null;
    const outbox = this.#outbox;
    this.#outbox = [];
    for (const { message, sizeBytes, kind } of outbox) {
      this.send(message, sizeBytes, kind);
    }
    this.#handler?.onOpen();
  }

  #enterAndTell(reason: CloseReason): void {
    if (this.#state === 'connecting' || this.#state === 'open') {
      const handler = this.#handler;
      this.#lost = [];
      this.#enter('ended');
      handler?.onClose(reason);
    }
  }

  #enter(state: 'ended' | 'forgotten'): void {
    if (this.#state === 'connecting' || this.#state === 'open') {
      this.#state = state;
      this.#flowing = false;
      this.#handler = null;
      this.#outbox = [];
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
