/** The three values of a judgement. The worst one wins when verdicts are merged: invalid > unknown > valid. */
export type Verdict = 'valid' | 'invalid' | 'unknown';

/** A named violation with the evidence for it. */
export interface Anomaly {
  /** Jepsen's name (`lost-write`, `G1a` …) or an invariant's (`log-matching`, `committed-loss` …). */
  readonly name: string;
  /** The meaning of the name in one sentence; absent for the names of the history checkers. */
  readonly meaning?: string;
  readonly count: number;
  /** The shown witnesses, most informative first: JSON values with the fields of Jepsen's error maps or of the invariant. */
  readonly witnesses: readonly Readonly<Record<string, unknown>>[];
  /** True when the configuration permits the anomaly, or when a permitted cause explains every occurrence. */
  readonly allowed: boolean;
  /** The reason why the anomaly is allowed. */
  readonly reason?: string;
}

export function mergeVerdicts(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('invalid')) return 'invalid';
  return verdicts.includes('unknown') ? 'unknown' : 'valid';
}
