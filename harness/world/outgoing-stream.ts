/**
 * The stream from one end of a connection to its peer. One `write` or `pass` is one packet with a position in the stream; it
 * arrives no earlier than the packet before it. A packet that meets a cut or a machine without power is lost and sent again
 * (`lost-packets.ts`): a cut stalls a stream, but never loses a packet from its middle.
 *
 * Packets that the peer's program does not take (the program or its host is paused) fill the window. When the window is full,
 * packets wait at the sender and are lost when it crashes. A window update takes one latency, and is repeated at a cut.
 *
 * Not covered: congestion, windows that adapt, acknowledgements as packets.
 */
import type { Host } from '../kernel/host.js';
import { type EventReceiver, type KernelEvent, PACKET_EVENT } from '../kernel/kernel-event.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Link } from './link.js';
import { LostPackets } from './lost-packets.js';
import type { NetworkTiming } from './network-timing.js';
import { joinedHeadBytes, mayJoin, withHead } from './segments.js';

export interface OutgoingStreamOptions {
  readonly id: number;
  readonly host: Host;
  readonly peerHost: Host;
  readonly simulation: Simulation;
  readonly timing: NetworkTiming;
  readonly out: Link;
  readonly in: Link;
  readonly windowBytes: number;
}

/** What the stream asks of its end. */
interface StreamOwner {
  endAndTell(reason: 'timed-out'): void;
  onRoom(): void;
}

/** The end that the packets go to. */
interface PacketReceiver extends EventReceiver {
  readonly host: Host;
  readonly generation: number;
}

/** What travels in the stream beside messages. Such packets carry ~position, below zero. */
type Control = 'open' | 'end' | 'close' | 'reset';

/** A packet that could not be sent yet. */
interface Unsent {
  readonly payload: unknown;
  readonly sizeBytes: number;
  readonly kind: string;
  readonly isControl: boolean;
}

export class OutgoingStream {
  readonly #id: number;
  readonly #host: Host;
  readonly #simulation: Simulation;
  readonly #timing: NetworkTiming;
  readonly #out: Link;
  readonly #in: Link;
  readonly #windowBytes: number;
  readonly #owner: StreamOwner;
  #peer: PacketReceiver | null = null;
  #sentCount = 0;
  #lastDueMicros = 0;
  /** The packets that wait for the connection to open or for room in the window; null: none. */
  #waiting: Unsent[] | null = [];
  /** Bytes in packets that were sent and not yet taken by the peer's program, and of `#waiting`. */
  #untakenBytes = 0;
  /** True when the stream accepts no further packets. */
  #isOver = false;
  /** True when the program has seen a full window and `onDrain` is still due. */
  #owesDrain = false;
  #isDrainUnderWay = false;
  /** The last packet sent, when it carries bytes. */
  #lastBytes: KernelEvent | null = null;
  #lost: LostPackets | null = null;

  constructor(options: OutgoingStreamOptions, owner: StreamOwner) {
    this.#id = options.id;
    this.#host = options.host;
    this.#simulation = options.simulation;
    this.#timing = options.timing;
    this.#out = options.out;
    this.#in = options.in;
    this.#windowBytes = options.windowBytes;
    this.#owner = owner;
  }

  pair(peer: PacketReceiver): void {
    this.#peer = peer;
  }

  /** Sends what waited for the connection. */
  open(): void {
    this.#flush();
  }

  /** False: the window is full. */
  send(payload: unknown, sizeBytes: number, kind: string): boolean {
    if (this.#isOver) {
      return true;
    }
    const hadRoom = this.#untakenBytes < this.#windowBytes;
    this.#untakenBytes += sizeBytes;
    if (this.#waiting !== null || !hadRoom) {
      this.#waiting ??= [];
      this.#waiting.push({ payload, sizeBytes, kind, isControl: false });
    } else {
      this.#depart(payload, sizeBytes, kind);
    }
    if (this.#untakenBytes < this.#windowBytes) {
      return true;
    }
    this.#owesDrain = true;
    return false;
  }

  control(control: Control): void {
    if (this.#waiting === null) {
      this.#launch(this.#packet(control, 0, control, ~this.#sentCount++));
    } else {
      this.#waiting.push({ payload: control, sizeBytes: 0, kind: control, isControl: true });
    }
    this.#isOver = control !== 'open';
  }

  /** Drops the packets that were not sent: they are lost with the process that wrote them. */
  dropWaiting(): void {
    this.#waiting = null;
  }

  /** The machine knows nothing more of the stream. */
  forget(): void {
    this.#lost?.clear();
    this.#waiting = null;
    this.#isOver = true;
  }

  /** The peer's program took a packet. */
  onTaken(sizeBytes: number): void {
    this.#untakenBytes -= sizeBytes;
    if (this.#owesDrain && !this.#isDrainUnderWay) {
      this.#isDrainUnderWay = true;
      this.#simulation.schedule(this.#in.drawLatency(), this.#onWindowUpdate.bind(this));
    }
  }

  lose(event: KernelEvent): void {
    this.#lost ??= new LostPackets({
      simulation: this.#simulation,
      timing: this.#timing,
      out: this.#out,
      isPowered: () => this.#host.powered,
      resend: (lost) => this.#post(lost, this.#out.transitMicros(lost.wordB, this.#simulation.nowMicros)),
      giveUp: () => this.#owner.endAndTell('timed-out'),
    });
    this.#lost.add(event);
  }

  #depart(payload: unknown, sizeBytes: number, kind: string): void {
    const event = this.#packet(payload, sizeBytes, kind, this.#sentCount++);
    const link = this.#out;
    if (link.clear) {
      this.#post(event, link.constantLatencyMicros >= 0 ? link.constantLatencyMicros : link.drawLatency());
    } else {
      this.#launch(event);
    }
    if (payload instanceof Uint8Array) {
      this.#joinHead(event, payload);
    }
  }

  /** Bytes that arrive at the same instant as the packet before them may have a head that arrives in one piece with it. */
  #joinHead(event: KernelEvent, bytes: Uint8Array): void {
    const before = this.#lastBytes;
    this.#lastBytes = event;
    if (
      before === null ||
      before.slot < 0 ||
      event.slot < 0 ||
      before.receiver !== event.receiver ||
      before.position !== event.position - 1 ||
      before.dueMicros !== event.dueMicros ||
      !(before.payload instanceof Uint8Array) ||
      !mayJoin(before.payload)
    ) {
      return;
    }
    const headBytes = joinedHeadBytes(bytes.length, this.#out.segmentation());
    if (headBytes > 0) {
      before.payload = withHead(before.payload, bytes, headBytes);
      event.payload = bytes.subarray(headBytes);
    }
  }

  /** Sends what waited, as far as the window goes. */
  #flush(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    let waitingBytes = 0;
    for (const { sizeBytes } of waiting) {
      waitingBytes += sizeBytes;
    }
    for (let index = 0; index < waiting.length; index++) {
      const { payload, sizeBytes, kind, isControl } = waiting[index] as Unsent;
      if (isControl) {
        this.#launch(this.#packet(payload, 0, kind, ~this.#sentCount++));
      } else if (this.#untakenBytes - waitingBytes < this.#windowBytes) {
        waitingBytes -= sizeBytes;
        this.#depart(payload, sizeBytes, kind);
      } else {
        this.#waiting = waiting.slice(index);
        this.#owesDrain = true;
        return;
      }
    }
  }

  #onWindowUpdate(): void {
    if (this.#in.isCut) {
      this.#in.count('cut');
      this.#simulation.schedule(this.#timing.retransmissionMicros, this.#onWindowUpdate.bind(this));
      return;
    }
    this.#isDrainUnderWay = false;
    this.#owesDrain = false;
    this.#flush();
    if (this.#untakenBytes >= this.#windowBytes) {
      this.#owesDrain = true;
    } else {
      this.#owner.onRoom();
    }
  }

  #packet(payload: unknown, sizeBytes: number, kind: string, position: number): KernelEvent {
    const peer = this.#peer as PacketReceiver;
    const event = this.#simulation.acquire(peer, PACKET_EVENT);
    event.host = peer.host;
    event.generation = peer.generation;
    event.payload = payload;
    event.wordA = this.#id;
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
      this.lose(event);
    } else {
      this.#post(event, this.#out.transitMicros(event.wordB, this.#simulation.nowMicros));
    }
  }

  /** Latencies vary, but the stream stays in order: no packet arrives before an earlier one. */
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
}
