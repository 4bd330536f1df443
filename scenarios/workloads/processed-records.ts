/**
 * What the members of a consumer group did with each record: read it, processed it, committed behind it. Promises about
 * processing are judged by it: at least once, at most once, exactly once.
 *
 * A group with `auto.offset.reset=latest` begins where the partition ends. The records before the first one that any
 * member read are therefore not expected to be processed.
 */

export interface ProcessedRecord {
  readonly timeMicros: number;
  readonly key: string;
  readonly member: string;
  readonly value: number;
  readonly offset: number;
}

export interface GroupCommit {
  readonly timeMicros: number;
  readonly key: string;
  readonly member: string;
  /** The committed offset: behind the last record that it covers. */
  readonly offset: number;
}

export interface GroupAssignment {
  readonly timeMicros: number;
  readonly key: string;
  readonly member: string;
  readonly generationId: number;
}

export interface FirstRead {
  readonly value: number;
  readonly offset: number;
}

export class ProcessedRecords {
  /** In the order of time. */
  readonly processed: ProcessedRecord[] = [];
  /** Acknowledged commits, in the order of time. */
  readonly commits: GroupCommit[] = [];
  readonly assignments: GroupAssignment[] = [];
  readonly #begins = new Map<string, FirstRead>();
  readonly #counts = new Map<number, number>();
  /** A group processes the records of the run. */
  isUsed = false;

  read(key: string, value: number, offset: number): void {
    if (!this.#begins.has(key)) this.#begins.set(key, { value, offset });
  }

  process(record: ProcessedRecord): void {
    this.processed.push(record);
    this.#counts.set(record.value, this.timesOf(record.value) + 1);
  }

  /** How often the record with the value was processed. */
  timesOf(value: number): number {
    return this.#counts.get(value) ?? 0;
  }

  /** Where the group began in the partition; null: no member has read a record of it. */
  beginOf(key: string): FirstRead | null {
    return this.#begins.get(key) ?? null;
  }
}
