/**
 * The floor of the kernel benchmark: what a simulator cannot do without, and nothing else. A binary heap of closures, no hosts, no
 * links, no digest, no faults.
 */
interface Entry {
  readonly at: number;
  readonly seq: number;
  readonly fn: () => void;
}

export class BareHeap {
  now = 0;
  readonly #entries: Entry[] = [];
  #seq = 0;

  schedule(delay: number, fn: () => void): void {
    const entries = this.#entries;
    const entry = { at: this.now + delay, seq: this.#seq++, fn };
    let index = entries.length;
    entries.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = entries[parentIndex] as Entry;
      if (!isBefore(entry, parent)) {
        break;
      }
      entries[index] = parent;
      index = parentIndex;
    }
    entries[index] = entry;
  }

  /** Runs everything due by `until`. */
  run(until: number): void {
    const entries = this.#entries;
    while (entries.length > 0 && (entries[0] as Entry).at <= until) {
      const first = entries[0] as Entry;
      const last = entries.pop() as Entry;
      if (entries.length > 0) {
        this.#sink(last);
      }
      this.now = first.at;
      first.fn();
    }
    this.now = until;
  }

  #sink(entry: Entry): void {
    const entries = this.#entries;
    const length = entries.length;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= length) {
        break;
      }
      let child = entries[childIndex] as Entry;
      if (childIndex + 1 < length && isBefore(entries[childIndex + 1] as Entry, child)) {
        childIndex++;
        child = entries[childIndex] as Entry;
      }
      if (!isBefore(child, entry)) {
        break;
      }
      entries[index] = child;
      index = childIndex;
    }
    entries[index] = entry;
  }
}

function isBefore(left: Entry, right: Entry): boolean {
  return left.at < right.at || (left.at === right.at && left.seq < right.seq);
}
