/**
 * stats: the outcomes of each kind of operation. When a kind never succeeded the verdict is unknown, because the run did not
 * exercise it. Client crashes and debugging operations are exempt.
 */

import type { CheckInput } from './check-input.js';
import { FAIL, INFO, OK } from './queue-index.js';

interface OperationCounts {
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
  const { names, nameOf, types } = index;
  // Per name: invocations, then completions by type. The last row is the sum over all names.
  const tally = new Int32Array(TYPES * (names.length + 1));
  const all = TYPES * names.length;
  for (let operation = 0; operation < index.operationCount; operation++) {
    const type = types[operation]!;
    tally[TYPES * nameOf[operation]! + type]!++;
    tally[all + type]!++;
  }
  const byF = names.map((name, at) => [name, countsFrom(tally, TYPES * at)] as const);
  return { ...countsFrom(tally, all), byF: Object.fromEntries(byF) };
}

const TYPES = 4;

function countsFrom(tally: Int32Array, at: number): OperationCounts {
  const [ok, fail, info] = [tally[at + OK]!, tally[at + FAIL]!, tally[at + INFO]!];
  return { count: ok + fail + info, ok, fail, info };
}

/** The reasons for `unknown` in these counts, one per kind of operation. */
export function explainMissingSuccess(stats: OperationStats): readonly string[] {
  if (stats.count === 0) return ['the history has no completed operation'];
  return Object.entries(stats.byF)
    .filter(([f, counts]) => counts.ok === 0 && !MAY_NEVER_SUCCEED.has(f))
    .map(([f, counts]) => `no ${f} ever succeeded (${counts.fail} failed, ${counts.info} unknown)`);
}
