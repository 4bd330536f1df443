/**
 * The trace of a simulation: a sink receives every fired event. Without a sink the simulation computes only the digest, so
 * tracing costs nothing unless it is used.
 */
import type { EventKind } from './kernel-event.js';

export interface FiredEvent {
  readonly timeMicros: number;
  /** The number of events fired before this one. */
  readonly index: number;
  /** The number of events scheduled before this one. */
  readonly sequence: number;
  readonly kind: EventKind;
  /** null: the world itself. */
  readonly host: string | null;
  /** The event's digest words: for a packet, its connection and its size in bytes. */
  readonly wordA: number;
  readonly wordB: number;
  /** The message kind of a packet or the name of a disk operation; empty for other events. */
  readonly label: string;
  readonly sentAtMicros: number;
}

export interface TraceSink {
  fired(event: FiredEvent): void;
  /** A packet reached the program on its host. */
  delivered?(packet: DeliveredPacket): void;
  noted?(word: number, timeMicros: number): void;
  marked?(name: string, timeMicros: number): void;
  /** Called as each event is scheduled. When it returns true, `stack` receives the stack of the scheduling call. */
  wantsStack?(sequence: number): boolean;
  stack?(sequence: number, stack: string): void;
}

export interface DeliveredPacket {
  readonly timeMicros: number;
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly sentAtMicros: number;
  readonly sizeBytes: number;
}
