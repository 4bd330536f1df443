/**
 * Timeouts that the harness shortens, so that a run of 30 virtual seconds sees many elections and many retries. A
 * setting of the user has priority. A shortened setting that Kafka would not accept together with the user's settings
 * is left out, and Kafka's default applies to that key.
 */
import type { Properties } from '../../broker/config/definitions.js';

/** `kafka`: nothing is shortened; every key that the user did not write has Kafka's default. */
export type Pace = 'brisk' | 'kafka';
export const PACES: readonly Pace[] = ['brisk', 'kafka'];

export interface Shortening {
  /** In ms. */
  readonly value: string;
  /**
   * Keys whose values together must fit into this one, each with Kafka's default for the case that neither user nor
   * harness sets the key.
   */
  readonly holds?: Readonly<Record<string, number>>;
}

/** The shortened settings that are compatible with the user's settings, under the keys of `shortenings`. */
export function shortened(
  pace: Pace,
  shortenings: Readonly<Record<string, Shortening>>,
  written: Properties,
): Properties {
  const standing: Record<string, string> = {};
  if (pace === 'kafka') return standing;
  for (const [key, { value, holds = {} }] of Object.entries(shortenings)) {
    if (Object.hasOwn(written, key)) continue;
    let needed = 0;
    for (const [held, initial] of Object.entries(holds)) {
      needed += Number(written[held] ?? shortenings[held]?.value ?? initial);
    }
    // A malformed value of the user is refused under its own key later.
    if (!(needed > Number(value))) standing[key] = value;
  }
  return standing;
}
