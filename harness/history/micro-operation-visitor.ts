import type { Key, Value } from './operation.js';

/** Who wants what operations sent and polled, record by record, without objects around it. */
export interface MicroOperationVisitor {
  /** `offset` −1: not known. */
  send(key: Key, value: Value, offset: number): void;
  /** A key of a poll's answer, before its records (of which there may be none). */
  pollKey(key: Key, isPropertyName: boolean): void;
  pollRecord(value: Value, offset: number): void;
}
