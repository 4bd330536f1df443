/** A profile says which anomalies are allowed, each with its reason in words. */

import type { Anomaly, Verdict } from './verdict.js';

/** Marks what the profile allows; what was allowed before stays so. */
export function applyProfile(
  anomalies: readonly Anomaly[],
  allowed: ReadonlyMap<string, string>,
): readonly Anomaly[] {
  return anomalies.map((anomaly) => {
    const reason = allowed.get(anomaly.name);
    return reason === undefined || anomaly.allowed ? anomaly : { ...anomaly, allowed: true, reason };
  });
}

/** Invalid if anything forbidden happened, else unknown if anything stayed open, else valid. */
export function verdictOf(anomalies: readonly Anomaly[], unknownBecause: readonly string[] = []): Verdict {
  if (anomalies.some((anomaly) => !anomaly.allowed)) return 'invalid';
  return unknownBecause.length > 0 ? 'unknown' : 'valid';
}
