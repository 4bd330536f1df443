/** Which records a later record of the same key replaces. Compaction may remove those, and no other. */
import type { Operation, PollCompletion, SendCompletion } from '../../harness/history/operation.js';

export class ReplacedRecords {
  readonly #keyOf: (value: number) => string | null;
  /** By partition and key: the highest offset at which a client saw a record. */
  readonly #latest = new Map<string, number>();

  /** By partition and value. */
  readonly #offsets = new Map<string, number>();

  readonly #earlierCopies = new Map<string, number>();

  /** `keyOf`: the topic and the key of a record; null: it has no key. */
  constructor(keyOf: (value: number) => string | null, operations: readonly Operation[]) {
    this.#keyOf = keyOf;
    for (const { f, type, value } of operations) {
      if (type === 'invoke') continue;
      if (f === 'send')
        for (const [, partition, [offset, sent]] of value as readonly SendCompletion[])
          if (offset !== null) this.#note(String(partition), offset, sent);
      if (f === 'poll' && type === 'ok')
        for (const [, polled] of value as readonly PollCompletion[])
          for (const [partition, records] of Object.entries(polled))
            for (const [offset, read] of records) if (offset !== null) this.#note(partition, offset, read);
    }
  }

  /** Where a client saw the record; null: no client did. */
  offsetOf(partition: string, value: unknown): number | null {
    return this.#offsets.get(`${partition} ${value}`) ?? null;
  }

  /** The lowest offset of a record that is also at a higher one; null: each record of the partition is stored once. */
  earliestCopy(partition: string): number | null {
    return this.#earlierCopies.get(partition) ?? null;
  }

  has(partition: string, offset: number, value: unknown): boolean {
    const key = this.#placeOf(partition, value);
    return key !== null && (this.#latest.get(key) ?? -1) > offset;
  }

  #note(partition: string, offset: number, value: unknown): void {
    const id = `${partition} ${value}`;
    const other = this.#offsets.get(id) ?? offset;
    this.#offsets.set(id, offset);
    if (other !== offset) {
      const copy = Math.min(other, offset, this.#earlierCopies.get(partition) ?? offset);
      this.#earlierCopies.set(partition, copy);
    }
    const place = this.#placeOf(partition, value);
    if (place !== null && offset > (this.#latest.get(place) ?? -1)) this.#latest.set(place, offset);
  }

  #placeOf(partition: string, value: unknown): string | null {
    const key = typeof value === 'number' ? this.#keyOf(value) : null;
    return key === null ? null : `${partition} ${key}`;
  }
}
