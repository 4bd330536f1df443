/** Phrases that the sentences of several invariants share. */
import type { Witness } from './invariant.js';

export function committed(end: unknown): string {
  return end === 0 ? 'nothing is committed yet' : `only the records below ${end} are committed`;
}

export function record(read: unknown): string {
  const { offset, leaderEpoch } = read as Witness;
  return `offset ${offset} (epoch ${leaderEpoch})`;
}

export function epochs(of: unknown): string {
  const { leaderEpoch, partitionEpoch } = of as Witness;
  return `leader epoch ${leaderEpoch}, partition epoch ${partitionEpoch}`;
}

export function list(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}
