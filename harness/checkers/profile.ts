/** A profile lists the allowed anomalies, each with its reason. */

import type { Anomaly, Verdict } from './verdict.js';

/** Marks the anomalies that the profile allows. Anomalies that were already allowed stay allowed. */
export function applyProfile(
  anomalies: readonly Anomaly[],
  allowed: ReadonlyMap<string, string>,
): readonly Anomaly[] {
  return anomalies.map((anomaly) => {
    const reason = allowed.get(anomaly.name);
    return reason === undefined || anomaly.allowed ? anomaly : { ...anomaly, allowed: true, reason };
  });
}

/** `invalid` when an anomaly is not allowed; else `unknown` when there is a reason for it; else `valid`. */
export function verdictOf(anomalies: readonly Anomaly[], unknownBecause: readonly string[] = []): Verdict {
  if (anomalies.some((anomaly) => !anomaly.allowed)) return 'invalid';
  return unknownBecause.length > 0 ? 'unknown' : 'valid';
}
