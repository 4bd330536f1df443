/**
 * Checks the options of a call. A misspelt name is an error like a wrong value: a caller with `seed: 500` would otherwise get
 * the default of 50 seeds from 1 on, without a message.
 */
import { availableParallelism } from 'node:os';
import { nearest } from '../faults/nearest.js';
import { UsageError } from './usage-error.js';

/** The most workers per processor. A worker takes some hundred megabytes; a thousand workers would use up the memory. */
const WORKERS_PER_PROCESSOR_MAX = 8;

export function workersMax(): number {
  return availableParallelism() * WORKERS_PER_PROCESSOR_MAX;
}

/** @throws UsageError with the nearest known name. */
export function refuseUnknownOptions(call: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    const hint = near === null ? `its options are ${known.join(', ')}` : `did you mean "${near}"?`;
    throw new UsageError(`${call}: unknown option "${name}"; ${hint}`);
  }
}

/** @throws UsageError */
export function refuseUnless(
  isRight: boolean,
  call: string,
  name: string,
  wanted: string,
  value: unknown,
): void {
  if (isRight) return;
  const given = typeof value === 'string' ? JSON.stringify(value) : String(value);
  throw new UsageError(`${call}: ${name} must be ${wanted}, not ${given}`);
}

export function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;
}
