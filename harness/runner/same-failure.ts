/**
 * Whether a smaller run fails as the first one did. The name of an anomaly is not enough: a run without its reader may show
 * the same name for another reason.
 */
import type { Anomaly } from '../checkers/verdict.js';
import { NEVER_PROMISED } from './campaign-tally.js';
import { forbiddenAnomalies } from './execute-run.js';
import type { LossAccount } from './run-data.js';

interface Failure {
  readonly anomalies: readonly Anomaly[];
  readonly losses: readonly LossAccount[];
}

/**
 * The smaller run has the anomaly, breaks down in no way in which the first did not (a run that does not converge has not
 * read everything), and has lost records without permission through a cause of the first, or lost none if the first did not.
 */
export function failsAlike(first: Failure, smaller: Failure, anomalyName: string): boolean {
  const before = namesOf(first);
  const after = namesOf(smaller);
  if (!after.has(anomalyName)) return false;
  for (const name of after) if (NEVER_PROMISED.has(name) && !before.has(name)) return false;
  const causesBefore = causesOf(first);
  const causesAfter = causesOf(smaller);
  if (causesBefore.size === 0) return causesAfter.size === 0;
  return [...causesAfter].some((cause) => causesBefore.has(cause));
}

function namesOf({ anomalies }: Failure): ReadonlySet<string> {
  return new Set(forbiddenAnomalies(anomalies).map(({ name }) => name));
}

function causesOf({ losses }: Failure): ReadonlySet<string> {
  return new Set(losses.filter(({ allowed }) => !allowed).map(({ cause }) => cause));
}
