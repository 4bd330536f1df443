/**
 * stats: how operations of each kind ended. A kind of operation that never once succeeded makes the verdict unknown:
 * the run did not do what it was to show. Crashes of clients and debugging views are exempt.
 */

import type { CheckInput } from './check-input.js';
import { FAIL, INFO, INVOKE, OK } from './queue-index.js';

export interface OperationCounts {
  readonly count: number;
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
}

export interface OperationStats extends OperationCounts {
  readonly byF: Readonly<Record<string, OperationCounts>>;
}

const MAY_NEVER_SUCCEED: ReadonlySet<string> = new Set(['crash', 'debug-topic-partitions']);

export function countOperations({ index }: CheckInput): OperationStats {
  const byF = new Map<string, { count: number; ok: number; fail: number; info: number }>();
  const total = { count: 0, ok: 0, fail: 0, info: 0 };
  for (let operation = 0; operation < index.types.length; operation++) {
    const type = index.types[operation];
    const { f } = index.operations[operation]!;
    let counts = byF.get(f);
    if (counts === undefined) {
      counts = { count: 0, ok: 0, fail: 0, info: 0 };
      byF.set(f, counts);
    }
    if (type === INVOKE) continue;
    for (const each of [counts, total]) {
      each.count++;
      if (type === OK) each.ok++;
      else if (type === FAIL) each.fail++;
      else if (type === INFO) each.info++;
    }
  }
  return { ...total, byF: Object.fromEntries(byF) };
}

/** Why these counts leave the verdict open, one reason per kind of operation. */
export function explainMissingSuccess(stats: OperationStats): readonly string[] {
  if (stats.count === 0) return ['the history has no completed operation'];
  return Object.entries(stats.byF)
    .filter(([f, counts]) => counts.ok === 0 && !MAY_NEVER_SUCCEED.has(f))
    .map(([f, counts]) => `no ${f} ever succeeded (${counts.fail} failed, ${counts.info} unknown)`);
}
