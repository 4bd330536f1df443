/**
 * What a simulation tells an onlooker about every event it fires. Tracing costs nothing until it is asked for: without a
 * sink only the digest runs.
 */
import type { EventKind } from './kernel-event.js';

export interface FiredEvent {
  readonly timeMicros: number;
  /** Counts fired events from 0. */
  readonly index: number;
  /** Counts scheduled events from 0. */
  readonly sequence: number;
  readonly kind: EventKind;
  /** null: the world itself. */
  readonly host: string | null;
  /** The words the digest mixes: for a packet its connection and its size in bytes. */
  readonly wordA: number;
  readonly wordB: number;
  /** A packet's message kind, a disk operation's name; else empty. */
  readonly label: string;
  readonly sentAtMicros: number;
}

export interface TraceSink {
  fired(event: FiredEvent): void;
  /** A packet reached the program on its host. */
  delivered?(packet: DeliveredPacket): void;
  noted?(word: number, timeMicros: number): void;
  marked?(name: string, timeMicros: number): void;
  /** Asked as each event is scheduled; true: `stack` is told where it was. */
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
