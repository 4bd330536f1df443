/** The records that a witness (the checker's error map) names, by value or by partition and offset. */
import { asValue, type PairedOperation, sentRecords } from './operations.js';

export interface NamedRecord {
  readonly key: string;
  readonly value: number | string;
}

type Witness = Readonly<Record<string, unknown>>;

const recordsPerWitnessMax = 4;

/** By `key` with `value`, `values` or `skipped`, or a map `messages` from key to values. */
export function namedRecords(witness: Witness): NamedRecord[] {
  const records: NamedRecord[] = [];
  const key = witness.key ?? witness.partition;
  if (typeof key === 'string' || typeof key === 'number') {
    if ('value' in witness) records.push({ key: String(key), value: asValue(witness.value) });
    for (const field of ['values', 'skipped', 'lost']) {
      const values = witness[field];
      if (Array.isArray(values)) records.push(...firstOf(String(key), values));
    }
  }
  const messages = witness.messages;
  if (typeof messages === 'object' && messages !== null) {
    for (const [name, values] of Object.entries(messages)) {
      if (Array.isArray(values)) records.push(...firstOf(name, values));
    }
  }
  return records.slice(0, recordsPerWitnessMax);
}

function firstOf(key: string, values: readonly unknown[]): NamedRecord[] {
  return values.slice(0, recordsPerWitnessMax).map((value) => ({ key, value: asValue(value) }));
}

/** Invariants name a partition and an offset: which record was acknowledged there, if the history says. */
export class Places {
  readonly #recordAt = new Map<string, NamedRecord>();

  constructor(witnesses: readonly Witness[], operations: readonly PairedOperation[]) {
    const wanted = new Set(witnesses.map(placeOf));
    wanted.delete(null);
    if (wanted.size === 0) return;
    for (const operation of operations) {
      if (operation.outcome !== 'ok' || operation.f === 'poll') continue;
      for (const { key, value, offset } of sentRecords(operation.completion?.value)) {
        const place = `${key}/${offset}`;
        // Of several that were given one offset the first is the one that was lost.
        if (wanted.has(place) && !this.#recordAt.has(place)) this.#recordAt.set(place, { key, value });
      }
    }
  }

  recordsOf(witness: Witness): NamedRecord[] {
    const named = namedRecords(witness);
    const place = named.length > 0 ? null : placeOf(witness);
    const record = place === null ? undefined : this.#recordAt.get(place);
    return record === undefined ? named : [record];
  }
}

function placeOf({ partition, offset }: Witness): string | null {
  return typeof partition === 'string' && typeof offset === 'number' ? `${partition}/${offset}` : null;
}
