/**
 * One thing due at an instant. A single class for timers, packets and disk completions: the queue and the loop see one
 * hidden class only. A timer's event is its own handle and is never reused; events without a handle are pooled.
 */
import type { TimerHandle } from '../env.js';
import type { Host } from './host.js';

/** What an event is, as the digest and the trace name it. */
export const eventKinds = ['world', 'timer', 'packet', 'disk', 'network', 'host'] as const;
export type EventKind = (typeof eventKinds)[number];

export const WORLD_EVENT = 0;
export const TIMER_EVENT = 1;
export const PACKET_EVENT = 2;
export const DISK_EVENT = 3;
export const NETWORK_EVENT = 4;
/** The machine tells its program something: started, asked to stop, a connection accepted or ended. No clock measures it. */
export const HOST_EVENT = 5;

/** Where an event is, when it is in no slot of the queue (`slot` ≥ 0 there). */
export const IDLE = -1;
/** Due while its host was paused; waits for the host. */
export const DEFERRED = -2;
export const CANCELLED = -3;

/** Takes events that are not plain callbacks. */
export interface EventReceiver {
  receive(event: KernelEvent): void;
  /** The event came due after its host had crashed or started anew. */
  miss(event: KernelEvent): void;
}

/** The queue an event is in; lets a handle take itself out. */
export interface CancelledEventSink {
  remove(event: KernelEvent): void;
}

export class KernelEvent implements TimerHandle {
  /** Neighbours in the circular list of its slot; itself when alone. */
  next: KernelEvent = this;
  previous: KernelEvent = this;
  slot = IDLE;
  dueMicros = 0;
  /** Count of events scheduled before this one. */
  sequence = 0;
  /** null: an event of the world itself, never dropped or deferred. */
  host: Host | null = null;
  generation = 0;
  kind = WORLD_EVENT;
  /** Exactly one of the two is set. */
  callback: (() => void) | null = null;
  receiver: EventReceiver | null = null;
  payload: unknown = null;
  /** Words for the digest: connection and size of a packet. */
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
