/** What `--promise` may demand, and which failures it is judged over. */
import type { Verdict } from '../../harness/checkers/verdict.js';
import type { AuditRow, Harm } from './audit-table.js';
import { FAILURE_CLASSES } from './failure-classes.js';

export const PROMISES = {
  'no-loss': ['lost'],
  'no-duplicates': ['repeated'],
  'no-reorder': ['reordered'],
  'processed-at-least-once': ['processedLost'],
  'processed-at-most-once': ['processedRepeated'],
  'processed-exactly-once': ['processedLost', 'processedRepeated'],
} as const satisfies Readonly<Record<string, readonly Harm[]>>;

export type AuditPromise = keyof typeof PROMISES;
export const PROMISE_NAMES: readonly string[] = Object.keys(PROMISES);

export function isPromise(name: string): name is AuditPromise {
  return Object.hasOwn(PROMISES, name);
}

/** `single`: every class with one failure at a time. */
export type FailureChoice = 'single' | 'all' | readonly string[];

/** @param hasGroup a consumer group is measured. */
export function judgedClasses(choice: FailureChoice, hasGroup: boolean): ReadonlySet<string> {
  const chosen = FAILURE_CLASSES.filter(
    ({ name, isSingle }) => choice === 'all' || (choice === 'single' ? isSingle : choice.includes(name)),
  );
  // A class that is not measured counts when it was named.
  const isNamed = choice !== 'all' && choice !== 'single';
  return new Set(
    chosen.filter(({ needsGroup }) => isNamed || hasGroup || !needsGroup).map(({ name }) => name),
  );
}

export interface PromiseResult {
  readonly promise: AuditPromise;
  readonly verdict: Verdict;
  /** What breaks it, or what keeps it from being judged; one line each. */
  readonly because: readonly string[];
}

export function judgePromise(
  promise: AuditPromise,
  rows: readonly AuditRow[],
  judged: ReadonlySet<string>,
): PromiseResult {
  const broken: string[] = [];
  const open: string[] = [];
  for (const { name, title, cells } of rows) {
    if (!judged.has(name)) continue;
    for (const harm of PROMISES[promise]) {
      const cell = cells[harm];
      if (cell.verdict === 'broken') broken.push(`${title}: ${cell.brokenRuns} of ${cell.runs} runs`);
      else if (cell.verdict !== 'kept') open.push(`${title}: ${cell.because}`);
    }
  }
  if (broken.length > 0) return { promise, verdict: 'invalid', because: broken };
  return { promise, verdict: open.length > 0 ? 'unknown' : 'valid', because: open };
}
