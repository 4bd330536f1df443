/** A broken invariant as a sentence, made from the witness of `ReplicaChecker`. */
import type { Anomaly } from '../../harness/checkers/verdict.js';
import { invariants } from './index.js';
import type { Witness } from './invariant.js';

const byName = new Map(invariants.map((invariant) => [invariant.name, invariant]));

/** Null for an anomaly that is not an invariant. Anomalies of the history are described record by record. */
export function invariantSentence(name: string, witness: Witness): string | null {
  return byName.get(name)?.sentence(witness) ?? null;
}

/** The first violation of each broken invariant, with its time. */
export function brokenInvariants(
  anomalies: readonly Anomaly[],
): { readonly timeMicros: number; readonly text: string }[] {
  return anomalies.flatMap(({ name, allowed, witnesses: [witness] }) => {
    if (allowed || witness === undefined || typeof witness.timeMicros !== 'number') return [];
    const text = invariantSentence(name, witness);
    return text === null ? [] : [{ timeMicros: witness.timeMicros, text }];
  });
}
