/**
 * Records of a deleted topic in the topic that was made again under its name (KIP-516): a reader gets, from the later
 * topic, a record that was acknowledged by the earlier one. No setting permits this.
 */
import type { Anomaly } from '../../harness/checkers/verdict.js';
import type { HistoryTape } from '../../harness/history/history-tape.js';
import type { TapeVisitor } from '../../harness/history/micro-operation-visitor.js';
import type { Key, Value } from '../../harness/history/operation.js';
import { topicNumber } from '../invariants/partition-names.js';

const WITNESSES_KEPT = 8;

export function findOldRecords(history: HistoryTape): Anomaly | null {
  const pass = new OldRecords();
  for (let position = 0; position < history.length; position++) {
    if (history.typeAt(position) === 'ok') history.visit(position, pass);
  }
  return pass.anomaly();
}

class OldRecords implements TapeVisitor {
  /** The partition that acknowledged each value. */
  readonly #acknowledged = new Map<Value, string>();
  /** Values read from a topic that was made again, with the partition. */
  readonly #read = new Map<Value, string>();
  #key = '';
  #isAgain = false;

  /** Without an offset the record may be in another topic too: an earlier attempt may have stored it there. */
  send(key: Key, value: Value, offset: number): void {
    if (offset >= 0) this.#acknowledged.set(value, String(key));
  }

  pollKey(key: Key): void {
    this.#key = String(key);
    this.#isAgain = topicNumber(this.#key) > 1;
  }

  pollRecord(value: Value): void {
    if (this.#isAgain) this.#read.set(value, this.#key);
  }

  commit(): void {}
  listedKey(): void {}
  rebalancedKey(): void {}

  anomaly(): Anomaly | null {
    const witnesses: Record<string, unknown>[] = [];
    let count = 0;
    for (const [value, key] of this.#read) {
      const acknowledgedBy = this.#acknowledged.get(value);
      if (acknowledgedBy === undefined || topicNumber(acknowledgedBy) >= topicNumber(key)) continue;
      count++;
      if (witnesses.length < WITNESSES_KEPT) witnesses.push({ key, value, acknowledgedBy });
    }
    return count === 0 ? null : { name: 'record-of-deleted-topic', count, witnesses, allowed: false };
  }
}
