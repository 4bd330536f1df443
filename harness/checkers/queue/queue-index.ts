/**
 * A history taken apart once, for all checks: every client operation has a dense number, every key, value and
 * process too, and what an operation sent and polled lies in flat arrays, grouped by key in the order of first
 * mention. `history-indexer.ts` builds it; checks only read.
 */

import type { ColumnMemory } from '../../history/growable.js';
import type { Key, Operation, Value } from '../../history/operation.js';

export const INVOKE = 0;
export const OK = 1;
export const FAIL = 2;
export const INFO = 3;

export const OTHER = 0;
export const SEND = 1;
export const POLL = 2;
export const TXN = 3;
export const ASSIGN = 4;
export const SUBSCRIBE = 5;
export const COMMIT = 6;

/** What operations did to keys: operation o owns groups [of[o], of[o + 1]), group g owns entries [start[g], start[g + 1]). */
export interface KeyGroups {
  readonly of: Int32Array;
  readonly key: Int32Array;
  readonly start: Int32Array;
  /** Per entry the value's number. */
  readonly value: Int32Array;
  /** Per entry the offset, -1 when unknown. */
  readonly offset: Float64Array;
}

/** Per entry the key's number, and the offset of the next record to consume. */
export interface CommittedOffsets {
  readonly of: Int32Array;
  readonly key: Int32Array;
  readonly offset: Float64Array;
}

export interface QueueIndex {
  /** Where its columns are kept, and those that a check makes for itself. */
  readonly memory: ColumnMemory;
  /** By an operation's number: the operation itself, as a witness shows it. Perhaps read anew each time. */
  operationAt(id: number): Operation;
  /** An offset of the columns as a witness shows it: as text where a number cannot hold it. */
  shownOffset(offset: number): number | string;
  /** Invocations and completions of clients, numbered in the order of the history. */
  readonly operationCount: number;
  /** What made outcomes unknown, each cause once. */
  readonly infoCauses: readonly string[];
  readonly times: Float64Array;
  /** Names of operations, and per operation which. */
  readonly names: readonly string[];
  readonly nameOf: Int32Array;
  readonly types: Uint8Array;
  readonly kinds: Uint8Array;
  readonly processOf: Int32Array;
  /** Per completion its invocation, per invocation its completion; -1 when there is none. */
  readonly partner: Int32Array;
  readonly processes: readonly (number | string)[];

  readonly keys: readonly Key[];
  readonly values: readonly Value[];
  readonly valueKeys: Int32Array;

  readonly reads: KeyGroups;
  readonly writes: KeyGroups;
  /** Offsets seen where no send or poll belongs (a poll inside a `send`): evidence for the log, but nobody's. */
  readonly stray: { readonly value: Int32Array; readonly offset: Float64Array };
  /** Keys named by assign and subscribe, and keys rebalanced during an operation. */
  readonly assigned: { readonly of: Int32Array; readonly key: Int32Array };
  readonly rebalanced: ReadonlyMap<number, ReadonlySet<number>>;
  /** Offsets that operations commit (commit, txn): operation o owns the entries [of[o], of[o + 1]). */
  readonly commits: CommittedOffsets;

  /** Per value: the last completion that sent it, the first that polled it; -1 when there is none. */
  readonly writer: Int32Array;
  readonly firstReader: Int32Array;
  /** Per value, as bits: READ_OK, SENT_OK, SENT_FAIL. */
  readonly marks: Uint8Array;
  /** True per operation that must have taken effect: ok, or info with something it sent polled by an ok operation. */
  readonly committed: Uint8Array;
}

export const READ_OK = 1;
export const SENT_OK = 2;
export const SENT_FAIL = 4;
