/**
 * Collects the sends or polls of operations by key into flat arrays, one operation at a time. An operation rarely returns to a
 * key after another key; only then are its entries rearranged.
 */

import { type ColumnMemory, Float64List, Int32List } from '../../history/growable.js';
import type { KeyGroups } from './queue-index.js';

export class KeyGroupsBuilder {
  readonly #of: Int32List;
  readonly #key: Int32List;
  readonly #start: Int32List;
  readonly #value: Int32List;
  readonly #offset: Float64List;
  /** Per key: the last operation that mentioned it. */
  readonly #mentionedBy: number[] = [];
  #operation = 1;
  #firstGroup = 0;
  #touched = -1;
  #isScattered = false;

  constructor(memory: ColumnMemory) {
    this.#of = new Int32List(memory);
    this.#key = new Int32List(memory);
    this.#start = new Int32List(memory);
    this.#value = new Int32List(memory);
    this.#offset = new Float64List(memory);
    this.#of.push(0);
  }

  touch(key: number): void {
    if (this.#touched === key) return;
    this.#touched = key;
    while (this.#mentionedBy.length <= key) this.#mentionedBy.push(0);
    if (this.#mentionedBy[key] === this.#operation) this.#isScattered = true;
    this.#mentionedBy[key] = this.#operation;
    this.#key.push(key);
    this.#start.push(this.#value.length);
  }

  addToTouched(value: number, offset: number): void {
    this.#value.push(value);
    this.#offset.push(offset);
  }

  add(key: number, value: number, offset: number): void {
    this.touch(key);
    this.addToTouched(value, offset);
  }

  endOperation(): void {
    if (this.#isScattered) this.#gather();
    this.#of.push(this.#key.length);
    if (this.#touched < 0) return;
    this.#operation++;
    this.#firstGroup = this.#key.length;
    this.#touched = -1;
    this.#isScattered = false;
  }

  /** Brings the groups of each key together, keys in the order of first mention. */
  #gather(): void {
    const first = this.#firstGroup;
    const keys = this.#key.view().slice(first);
    const firstEntry = this.#start.at(first);
    const starts = this.#start.view().slice(first);
    const values = this.#value.view().slice(firstEntry);
    const offsets = this.#offset.view().slice(firstEntry);
    const groupsByKey = new Map<number, number[]>();
    for (let group = 0; group < keys.length; group++) {
      const groups = groupsByKey.get(keys[group]!);
      if (groups === undefined) groupsByKey.set(keys[group]!, [group]);
      else groups.push(group);
    }
    this.#key.cut(first);
    this.#start.cut(first);
    this.#value.cut(firstEntry);
    this.#offset.cut(firstEntry);
    for (const [key, groups] of groupsByKey) {
      this.#key.push(key);
      this.#start.push(this.#value.length);
      for (const group of groups) {
        const end = group + 1 < starts.length ? starts[group + 1]! - firstEntry : values.length;
        for (let entry = starts[group]! - firstEntry; entry < end; entry++) {
          this.addToTouched(values[entry]!, offsets[entry]!);
        }
      }
    }
  }

  build(): KeyGroups {
    this.#start.push(this.#value.length);
    return {
      of: this.#of.view(),
      key: this.#key.view(),
      start: this.#start.view(),
      value: this.#value.view(),
      offset: this.#offset.view(),
    };
  }
}
