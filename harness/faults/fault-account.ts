/** What became of the faults of one kind in a run, or over the runs of a campaign. */
export interface FaultAccount {
  readonly kind: string;
  /** Times the plan asks for it. */
  readonly configured: number;
  /** Times it was really applied (its target existed and could take it). */
  readonly fired: number;
  /** Times it had an effect: dropped, delayed, killed or failed something. */
  readonly mattered: number;
}

/** The same of one source of a scenario: one entry of its `faults`. */
export interface SourceAccount {
  /** In words: `hold-kind Produce response on any broker`. */
  readonly source: string;
  readonly configured: number;
  readonly fired: number;
  readonly mattered: number;
}
