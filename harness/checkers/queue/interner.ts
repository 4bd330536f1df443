/**
 * Dense numbers for keys and for the values of each key. A key of a JSON object is always text ("3"), while its send may have
 * the number 3, and consumers often return text for a sent number. A number and the text that is its exact spelling are
 * therefore one key, or one value. Witnesses show the form that was seen first.
 */

import { type ColumnMemory, Int32List } from '../../history/growable.js';
import type { Key, Value } from '../../history/operation.js';

/** A value at most this far above all earlier ones is indexed by its number. */
const LATEST_AHEAD_MAX = 1024;

const PLAIN_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;

export class Interner {
  readonly keys: Key[] = [];
  /** Per value: the form that was seen first. */
  readonly values: Value[] = [];
  readonly #valueKeys: Int32List;
  readonly #keyIds = new Map<Key, number>();
  /** The values that are not, or no longer, in `#latest`. */
  readonly #valueIds: Map<Value, number>[] = [];
  /** Per small integer: the last seen value that is this number, -1 for none. In most histories values count up. */
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

  /** A key that is the name of a JSON property. It is shown as a number when it is the spelling of one. */
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
    // The number is a value of several keys: all but the last are in the maps.
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
  // 16 digits and fractions are rare, and cost more to distinguish from text that only looks like a number.
  const number = Number(form);
  return Number.isFinite(number) && String(number) === form ? number : form;
}
