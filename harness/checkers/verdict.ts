/** The three values of every judgement, worst last when merged: invalid > unknown > valid. */
export type Verdict = 'valid' | 'invalid' | 'unknown';

/** A named violation with the evidence for it. */
export interface Anomaly {
  /** Jepsen's name (`lost-write`, `G1a` …) or an invariant's (`log-matching`, `committed-loss` …). */
  readonly name: string;
  /** What the name means, in one sentence; absent for the names of the history checkers. */
  readonly meaning?: string;
  readonly count: number;
  /** Most telling first, trimmed; JSON values, in the fields of Jepsen's error maps or of the invariant. */
  readonly witnesses: readonly Readonly<Record<string, unknown>>[];
  /** True when the configuration permits it or every occurrence is explained by a permitted cause. */
  readonly allowed: boolean;
  /** Why it is allowed, in words. */
  readonly reason?: string;
}

export function mergeVerdicts(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('invalid')) return 'invalid';
  return verdicts.includes('unknown') ? 'unknown' : 'valid';
}
