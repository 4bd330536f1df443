/**
 * Dense numbers for keys and for the values of each key. A key named in a JSON object is always text ("3") while
 * the send that wrote it may say 3, and consumers often hand back text for a number sent: text that is
 * exactly how a number is written and that number are therefore one key, or one value. What is shown is the form seen first.
 */

import { type ColumnMemory, Int32List } from '../../history/growable.js';
import type { Key, Value } from '../../history/operation.js';

/** How far a value may jump ahead of those before and still be remembered by its number. */
const LATEST_AHEAD_MAX = 1024;

const PLAIN_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;

export class Interner {
  readonly keys: Key[] = [];
  /** Per value the form seen first. */
  readonly values: Value[] = [];
  readonly #valueKeys: Int32List;
  readonly #keyIds = new Map<Key, number>();
  /** Values not (or no longer) among the latest. */
  readonly #valueIds: Map<Value, number>[] = [];
  /** Per small integer the value that is this number and was met last, -1 for none: most histories count their values up. */
  readonly #latest: number[] = [];

  constructor(memory: ColumnMemory) {
    this.#valueKeys = new Int32List(memory);
  }

  get valueCount(): number {
    return this.values.length;
  }

  /** Per value its key. */
  valueKeys(): Int32Array {
    return this.#valueKeys.view();
  }

  key(key: Key): number {
    const known = this.#keyIds.get(key);
    if (known !== undefined) return known;
    const canonical = canonicalForm(key);
    let id = this.#keyIds.get(canonical);
    if (id === undefined) {
      id = this.keys.length;
      this.keys.push(key);
      this.#valueIds.push(new Map());
      this.#keyIds.set(canonical, id);
    }
    if (canonical !== key) this.#keyIds.set(key, id);
    return id;
  }

  /** A key that is the name of a JSON property: shown as a number if it is one. */
  keyNamed(name: string): number {
    return this.#keyIds.get(name) ?? this.#internName(name);
  }

  #internName(name: string): number {
    const id = this.key(canonicalForm(name));
    this.#keyIds.set(name, id);
    return id;
  }

  value(keyId: number, value: Value): number {
    const canonical = typeof value === 'string' ? canonicalForm(value) : value;
    return typeof canonical === 'number' && this.#isCounted(canonical)
      ? this.#countedValue(keyId, canonical, value)
      : this.#storedValue(keyId, canonical, value);
  }

  #isCounted(value: number): boolean {
    return value >= 0 && value < this.#latest.length + LATEST_AHEAD_MAX && Number.isInteger(value);
  }

  #countedValue(keyId: number, canonical: number, form: Value): number {
    const latest = this.#latest;
    while (latest.length <= canonical) latest.push(-1);
    const met = latest[canonical]!;
    if (met >= 0 && this.#valueKeys.at(met) === keyId) return met;
    // The number belongs to several keys: all but the latest are found in the maps.
    if (met >= 0) this.#valueIds[this.#valueKeys.at(met)]!.set(canonical, met);
    const id = this.#valueIds[keyId]!.get(canonical) ?? this.#add(keyId, form);
    latest[canonical] = id;
    return id;
  }

  #storedValue(keyId: number, canonical: Value, form: Value): number {
    const ids = this.#valueIds[keyId]!;
    let id = ids.get(canonical);
    if (id === undefined) {
      id = this.#add(keyId, form);
      ids.set(canonical, id);
    }
    return id;
  }

  #add(keyId: number, form: Value): number {
    const id = this.values.length;
    this.values.push(form);
    this.#valueKeys.push(keyId);
    return id;
  }
}

function canonicalForm(form: Key): Key {
  if (typeof form === 'number') return form;
  const code = form.charCodeAt(0);
  const mayBeNumber = (code >= 0x30 && code <= 0x39) || code === 0x2d;
  if (!mayBeNumber) return form;
  if (PLAIN_INTEGER.test(form)) return Number(form);
  // 16 digits and fractions: rarer, and dearer to tell from what only looks like a number.
  const number = Number(form);
  return Number.isFinite(number) && String(number) === form ? number : form;
}
