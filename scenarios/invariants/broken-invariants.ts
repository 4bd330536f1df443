import type { Anomaly } from '../../harness/checkers/verdict.js';

const WITNESSES_KEPT = 8;

/** Violations by the name of the invariant: how many, and the first few of each. */
export class BrokenInvariants {
  readonly #byName = new Map<string, { count: number; witnesses: Record<string, unknown>[] }>();

  add(name: string, witness: Record<string, unknown>): void {
    let found = this.#byName.get(name);
    if (found === undefined) {
      found = { count: 0, witnesses: [] };
      this.#byName.set(name, found);
    }
    found.count++;
    if (found.witnesses.length < WITNESSES_KEPT) found.witnesses.push(witness);
  }

  anomalies(): Anomaly[] {
    const names = [...this.#byName.keys()].sort();
    return names.map((name) => {
      const { count, witnesses } = this.#byName.get(name)!;
      return { name, count, witnesses, allowed: false };
    });
  }
}
