/**
 * What became of the acknowledged records, told by the final reader alone, who reads every partition from its beginning.
 * The checkers of the history answer the same questions in another way; this is what an audit counts.
 */
import { sessionOfProcess } from '../../harness/checkers/sessions/send-order.js';
import type { HistoryTape } from '../../harness/history/history-tape.js';
import type { TapeVisitor } from '../../harness/history/micro-operation-visitor.js';
import type { Key, Value } from '../../harness/history/operation.js';
import type { RecordOutcome } from '../../harness/runner/run-data.js';

export const NOTHING_WRONG: RecordOutcome = {
  lost: 0,
  repeated: 0,
  reordered: 0,
  readAndGone: 0,
  processing: null,
};

/**
 * @param isFinalReader says of a process whether it is the final reader.
 * @param isDeleted says of a record whether it was deleted by permission: with its topic, by retention, by DeleteRecords or
 *   by compaction.
 */
export function measureOutcome(
  history: HistoryTape,
  isFinalReader: (process: string) => boolean,
  isDeleted: (key: Key, offset: number, value: Value) => boolean = () => false,
): RecordOutcome {
  const pass = new OutcomePass(isDeleted);
  for (let position = 0; position < history.length; position++) {
    if (history.typeAt(position) !== 'ok') continue;
    const process = history.processAt(position);
    pass.session = sessionOfProcess(process);
    pass.isFinal = isFinalReader(process);
    history.visit(position, pass);
  }
  return pass.outcome();
}

interface AcknowledgedValue {
  readonly value: Value;
  /** Of one producer session and one partition: the order of sending is promised within it. */
  readonly lane: string;
}

class OutcomePass implements TapeVisitor {
  session: string | null = null;
  isFinal = false;
  readonly #acknowledged: AcknowledgedValue[] = [];
  /** Values that readers other than the final one received. */
  readonly #read = new Set<Value>();
  /** Each value at the first offset at which the final reader found it. */
  readonly #stored = new Map<Value, number>();
  readonly #isDeleted: (key: Key, offset: number, value: Value) => boolean;
  #key: Key = '';
  #repeated = 0;

  constructor(isDeleted: (key: Key, offset: number, value: Value) => boolean) {
    this.#isDeleted = isDeleted;
  }

  send(key: Key, value: Value, offset: number): void {
    if (this.#isDeleted(key, offset, value)) return;
    this.#acknowledged.push({ value, lane: `${this.session} ${key}` });
  }

  pollKey(key: Key): void {
    this.#key = key;
  }

  pollRecord(value: Value, offset: number): void {
    if (this.#isDeleted(this.#key, offset, value)) return;
    if (!this.isFinal) this.#read.add(value);
    else if (this.#stored.has(value)) this.#repeated++;
    else this.#stored.set(value, offset);
  }

  commit(): void {}
  listedKey(): void {}
  rebalancedKey(): void {}

  outcome(): RecordOutcome {
    let readAndGone = 0;
    for (const value of this.#read) if (!this.#stored.has(value)) readAndGone++;
    const lost = this.#acknowledged.filter(({ value }) => !this.#stored.has(value)).length;
    return { lost, repeated: this.#repeated, reordered: this.#reordered(), readAndGone, processing: null };
  }

  /** Values of a lane ascend in the order of sending. A record below one that was sent before it is out of order. */
  #reordered(): number {
    const lanes = new Map<string, { value: number; offset: number }[]>();
    for (const { value, lane } of this.#acknowledged) {
      const offset = this.#stored.get(value);
      if (offset === undefined) continue;
      const records = lanes.get(lane);
      if (records === undefined) lanes.set(lane, [{ value: Number(value), offset }]);
      else records.push({ value: Number(value), offset });
    }
    let reordered = 0;
    for (const records of lanes.values()) {
      records.sort((left, right) => left.value - right.value);
      let highest = -1;
      for (const { offset } of records) {
        if (offset < highest) reordered++;
        else highest = offset;
      }
    }
    return reordered;
  }
}
