/** The facts of a violation, by name; JSON values. */
export type Witness = Readonly<Record<string, unknown>>;

/**
 * One invariant of the cluster. Its name in the terminal, its meaning in the report and its row in
 * `docs/invariants.md` come from here. `ReplicaChecker` reports a violation with a witness.
 */
export interface Invariant {
  readonly name: string;
  /** What a violation means, in one sentence. */
  readonly meaning: string;
  /** The source of the invariant: KIPs, issues and classes of Kafka, properties of its TLA+ model. */
  readonly source: string;
  /** The first violation in words. */
  readonly sentence: (witness: Witness) => string;
}
