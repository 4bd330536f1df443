/**
 * The index of a history, built once for all checks. Every client operation, key, value and process has a dense number. The
 * sends and polls of an operation are in flat arrays, grouped by key in the order of first mention. `history-indexer.ts`
 * builds the index; checks only read it.
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

/** Sends or polls by key: operation o has groups [of[o], of[o + 1]), group g has entries [start[g], start[g + 1]). */
export interface KeyGroups {
  readonly of: Int32Array;
  readonly key: Int32Array;
  readonly start: Int32Array;
  /** Per entry: the number of its value. */
  readonly value: Int32Array;
  /** Per entry: its offset, -1 when unknown. */
  readonly offset: Float64Array;
}

/** Per entry the key's number, and the offset of the next record to consume. */
export interface CommittedOffsets {
  readonly of: Int32Array;
  readonly key: Int32Array;
  readonly offset: Float64Array;
}

export interface QueueIndex {
  /** The memory of the index's columns and of the columns of checks. */
  readonly memory: ColumnMemory;
  /** The operation with this number, as a witness shows it. Each call may parse it again. */
  operationAt(id: number): Operation;
  /** An offset of the columns as a witness shows it: text when a number cannot hold it exactly. */
  shownOffset(offset: number): number | string;
  /** The number of invocations and completions of clients. They are numbered in the order of the history. */
  readonly operationCount: number;
  /** The causes of unknown outcomes, each once. */
  readonly infoCauses: readonly string[];
  readonly times: Float64Array;
  /** The names of operations; `name` is the index of each operation's name. */
  readonly names: readonly string[];
  readonly nameOf: Int32Array;
  readonly types: Uint8Array;
  readonly kinds: Uint8Array;
  readonly processOf: Int32Array;
  /** Per completion: its invocation; per invocation: its completion; -1 when there is none. */
  readonly partner: Int32Array;
  readonly processes: readonly (number | string)[];

  readonly keys: readonly Key[];
  readonly values: readonly Value[];
  readonly valueKeys: Int32Array;

  readonly reads: KeyGroups;
  readonly writes: KeyGroups;
  /** Offsets of micro-operations in a wrong place (a poll inside a `send`): evidence for the log, but for no operation. */
  readonly stray: { readonly value: Int32Array; readonly offset: Float64Array };
  /** Keys named by assign and subscribe, and keys rebalanced during an operation. */
  readonly assigned: { readonly of: Int32Array; readonly key: Int32Array };
  readonly rebalanced: ReadonlyMap<number, ReadonlySet<number>>;
  /** Offsets that operations commit (commit, txn): operation o owns the entries [of[o], of[o + 1]). */
  readonly commits: CommittedOffsets;

  /** Per value: the last completion that sent it, the first that polled it; -1 when there is none. */
  readonly writer: Int32Array;
  readonly firstReader: Int32Array;
  /** Per value: bits READ_OK, SENT_OK, SENT_FAIL. */
  readonly marks: Uint8Array;
  /** Per operation: 1 when it must have taken effect. It is ok, or info with a sent value that an ok operation polled. */
  readonly committed: Uint8Array;
}

export const READ_OK = 1;
export const SENT_OK = 2;
export const SENT_FAIL = 4;
