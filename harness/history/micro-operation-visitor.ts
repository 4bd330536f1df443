import type { Key, Value } from './operation.js';

/** Receives the micro-operations of an operation one by one, without an object for each. */
export interface MicroOperationVisitor {
  /** `offset` −1: not known. */
  send(key: Key, value: Value, offset: number): void;
  /** A key of a poll's result, before its records. A key may have no records. */
  pollKey(key: Key, isPropertyName: boolean): void;
  pollRecord(value: Value, offset: number): void;
  /** The offset that a consumer group commits for a key: the next record to consume. */
  commit(key: Key, offset: number): void;
}

/** Receives the other columns of a tape's operation, too. */
export interface TapeVisitor extends MicroOperationVisitor {
  /** A key of an operation whose value is a list of keys (assign, subscribe). */
  listedKey(key: Key): void;
  /** A key of the operation's rebalance log. */
  rebalancedKey(key: Key): void;
}
