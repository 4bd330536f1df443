/**
 * State that can be rolled back to any offset from the committed one on, and read as of the committed offset
 * (org.apache.kafka.timeline.SnapshotRegistry, TimelineHashMap). A map holds its present content, and for each key
 * changed since the committed offset the former values. A roll-back therefore costs as much as it takes back, and a
 * commit as much as was changed.
 *
 * Replay sets `offset` to the base offset of each batch before it changes a map. Not covered: a roll-back does not
 * restore the order of keys; a key that it restores is the last.
 */

interface Change {
  readonly offset: number;
  undo(): void;
  forget(): void;
}

export class Timeline {
  /** The base offset of the batch that is being replayed. */
  offset = 0;
  #changes: Change[] = [];

  record(change: Change): void {
    this.#changes.push(change);
  }

  /** Rolls back every change of the batches at or after `offset`, the last one first. */
  rollBackTo(offset: number): void {
    for (
      let last = this.#changes.at(-1);
      last !== undefined && last.offset >= offset;
      last = this.#changes.at(-1)
    ) {
      this.#changes.pop();
      last.undo();
    }
  }

  /** Nothing below `offset` is rolled back from now on. */
  committedTo(offset: number): void {
    const behind = this.#changes.findIndex((change) => change.offset >= offset);
    const committed = this.#changes.splice(0, behind < 0 ? this.#changes.length : behind);
    for (const change of committed) change.forget();
  }
}

/** The value of a key before the batch at `offset`; `value` undefined: the key was absent. */
interface Former<V> {
  readonly offset: number;
  readonly value: V | undefined;
}

/** Values are replaced, never changed in place. */
export class TimelineMap<K, V> {
  readonly #timeline: Timeline;
  readonly #present = new Map<K, V>();
  /** Oldest first. */
  readonly #former = new Map<K, Former<V>[]>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  get(key: K): V | undefined {
    return this.#present.get(key);
  }

  /** The value as of the committed offset. */
  committed(key: K): V | undefined {
    const oldest = this.#former.get(key)?.[0];
    return oldest === undefined ? this.#present.get(key) : oldest.value;
  }

  /** In the order in which the keys were last added. */
  entries(): IterableIterator<[K, V]> {
    return this.#present.entries();
  }

  /** The values as of the committed offset: first those of present keys, then those of keys deleted since. */
  committedValues(): readonly V[] {
    const values: V[] = [];
    for (const key of this.#present.keys()) {
      const value = this.committed(key);
      if (value !== undefined) values.push(value);
    }
    for (const [key, [oldest]] of this.#former)
      if (!this.#present.has(key) && oldest?.value !== undefined) values.push(oldest.value);
    return values;
  }

  /** The map is empty, and no roll-back can bring anything back. */
  get isVacant(): boolean {
    return this.#present.size === 0 && this.#former.size === 0;
  }

  set(key: K, value: V): void {
    this.#keepFormer(key);
    this.#present.set(key, value);
  }

  delete(key: K): void {
    if (!this.#present.has(key)) return;
    this.#keepFormer(key);
    this.#present.delete(key);
  }

  #keepFormer(key: K): void {
    const { offset } = this.#timeline;
    const former: Former<V> = { offset, value: this.#present.get(key) };
    const earlier = this.#former.get(key);
    if (earlier === undefined) this.#former.set(key, [former]);
    else earlier.push(former);
    this.#timeline.record({
      offset,
      undo: () => this.#undo(key),
      forget: () => this.#forget(key),
    });
  }

  #undo(key: K): void {
    const former = this.#formerOf(key);
    const last = former.pop();
    if (former.length === 0) this.#former.delete(key);
    if (last?.value === undefined) this.#present.delete(key);
    else this.#present.set(key, last.value);
  }

  #forget(key: K): void {
    const former = this.#formerOf(key);
    former.shift();
    if (former.length === 0) this.#former.delete(key);
  }

  #formerOf(key: K): Former<V>[] {
    const former = this.#former.get(key);
    if (former === undefined) throw new Error('a change of a key that has no former value');
    return former;
  }
}
