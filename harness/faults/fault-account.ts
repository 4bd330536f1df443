/** Counts of the faults of one kind in a run or a campaign. */
export interface FaultAccount {
  readonly kind: string;
  /** The number of faults of the kind in the plan. */
  readonly configured: number;
  /** The number that was applied: the target existed, and the fault was possible there. */
  readonly fired: number;
  /** The number with an effect: a packet was dropped or delayed, a host died, an operation failed. */
  readonly mattered: number;
}

/** The same counts for one source of a scenario, which is one entry of its `faults`. */
export interface SourceAccount {
  /** The name of the source: `hold-kind Produce response on any broker`. */
  readonly source: string;
  readonly configured: number;
  readonly fired: number;
  readonly mattered: number;
}
