/** The exit codes of the process. */
import type { Verdict } from '../checkers/verdict.js';

export const EXIT = { valid: 0, invalid: 1, unknown: 2, usage: 64, harnessFailed: 70 } as const;

export function exitCodeOf(verdict: Verdict): number {
  return EXIT[verdict];
}
