/**
 * An event: something due at an instant. Timers, packets and disk completions share one class, so that the queue and the
 * loop see a single hidden class of the JavaScript engine. A timer's event is its own handle and is never reused; events
 * without a handle are pooled.
 */
import type { TimerHandle } from '../env.js';
import type { Host } from './host.js';

/** The kinds of events by number: the digest holds the number, the trace the name. */
export const eventKinds = ['world', 'timer', 'packet', 'disk', 'network', 'host'] as const;
export type EventKind = (typeof eventKinds)[number];

export const WORLD_EVENT = 0;
export const TIMER_EVENT = 1;
export const PACKET_EVENT = 2;
export const DISK_EVENT = 3;
export const NETWORK_EVENT = 4;
/** A notification of the program by its machine: start, stop request, connection accepted or ended. No clock drift moves it. */
export const HOST_EVENT = 5;

/** Values of `slot` for events outside the queue; in the queue `slot` is ≥ 0. */
export const IDLE = -1;
/** The event came due while its host was paused and waits for the host to resume. */
export const DEFERRED = -2;
export const CANCELLED = -3;

/** Receives events that are not plain callbacks. */
export interface EventReceiver {
  receive(event: KernelEvent): void;
  /** The event came due after its host had ended or had started again. */
  miss(event: KernelEvent): void;
}

/** The queue that holds an event: a cancelled event removes itself from it. */
export interface CancelledEventSink {
  remove(event: KernelEvent): void;
}

export class KernelEvent implements TimerHandle {
  /** The neighbours in the circular list of the slot; the event itself when it is alone. */
  next: KernelEvent = this;
  previous: KernelEvent = this;
  slot = IDLE;
  dueMicros = 0;
  /** The number of events scheduled before this one. */
  sequence = 0;
  /** null: an event of the world itself, never dropped or deferred. */
  host: Host | null = null;
  generation = 0;
  kind = WORLD_EVENT;
  /** Exactly one of the two is set. */
  callback: (() => void) | null = null;
  receiver: EventReceiver | null = null;
  payload: unknown = null;
  /** Words for the digest, for example the connection and the size of a packet. */
  wordA = 0;
  wordB = 0;
  /** Position of a packet in its stream. */
  position = 0;
  label = '';
  sentAtMicros = 0;
  readonly #queue: CancelledEventSink;

  constructor(queue: CancelledEventSink) {
    this.#queue = queue;
  }

  cancel(): void {
    if (this.slot >= 0) {
      this.#queue.remove(this);
      this.slot = CANCELLED;
      this.callback = null;
    } else if (this.slot === DEFERRED) {
      this.slot = CANCELLED;
      this.callback = null;
    }
  }
}
