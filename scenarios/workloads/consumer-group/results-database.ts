/**
 * A database beside the log, in which applications keep the results of their processing. It never fails and loses
 * nothing: what a group loses or repeats is the fault of the order in which its members use it. Each call is one
 * transaction.
 */
export class ResultsDatabase {
  readonly #keys = new Set<number>();
  readonly #offsets = new Map<string, number>();

  has(key: number): boolean {
    return this.#keys.has(key);
  }

  /** An insert into a table with a unique key. False: the key is there, and nothing has changed. */
  insert(key: number): boolean {
    const isNew = !this.#keys.has(key);
    this.#keys.add(key);
    return isNew;
  }

  /** Where the reader of the partition goes on. */
  offsetOf(partition: string): number {
    return this.#offsets.get(partition) ?? 0;
  }

  /**
   * Stores an offset in the transaction of its results. `expected`: the offset from which the results were made; the
   * transaction is rolled back if another one is stored. Null: the transaction takes place in any case.
   */
  storeOffset(partition: string, expected: number | null, next: number): boolean {
    if (expected !== null && this.offsetOf(partition) !== expected) return false;
    this.#offsets.set(partition, next);
    return true;
  }
}
