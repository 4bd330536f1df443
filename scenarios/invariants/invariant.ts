/** What broke an invariant, in fields of its own; JSON values. */
export type Witness = Readonly<Record<string, unknown>>;

/**
 * One invariant of the cluster, everything about it in one place. The word for it in the terminal, its meaning in the report and
 * its row in `docs/invariants.md` come from here; `ReplicaChecker` reports it with a witness.
 */
export interface Invariant {
  readonly name: string;
  /** What it means that the invariant is broken, in one sentence. */
  readonly meaning: string;
  /** Where the invariant comes from: KIPs, issues and classes of Kafka, properties of its TLA+ model. */
  readonly source: string;
  /** The first witness in words. */
  readonly sentence: (witness: Witness) => string;
}
