import type { Anomaly } from '../../harness/checkers/verdict.js';
import type { Invariant } from './invariant.js';

const WITNESSES_KEPT = 8;

interface Broken {
  readonly meaning: string;
  count: number;
  readonly witnesses: Record<string, unknown>[];
}

/** Violations by the name of the invariant: the count, and the first few of each. */
export class BrokenInvariants {
  readonly #byName = new Map<string, Broken>();

  add({ name, meaning }: Invariant, witness: Record<string, unknown>): void {
    let found = this.#byName.get(name);
    if (found === undefined) {
      found = { meaning, count: 0, witnesses: [] };
      this.#byName.set(name, found);
    }
    found.count++;
    if (found.witnesses.length < WITNESSES_KEPT) found.witnesses.push(witness);
  }

  anomalies(): Anomaly[] {
    const names = [...this.#byName.keys()].sort();
    return names.map((name) => {
      const { meaning, count, witnesses } = this.#byName.get(name)!;
      return { name, meaning, count, witnesses, allowed: false };
    });
  }
}
