/**
 * The smallest change that mends a harm: neighbouring settings are measured on the seeds that broke it, then on all seeds,
 * and those that keep every cell are measured under every class of failure, which shows what they cost.
 */
import type { AuditSettings } from './audit-settings.js';
import type { AuditRow, Harm } from './audit-table.js';
import { HARM_TITLES, HARMS } from './audit-table.js';
import { changeWords, neighbours, type SettingChange, withChanges } from './neighbours.js';

export interface MendingChange {
  readonly changes: readonly SettingChange[];
  readonly words: string;
  /** Runs of each class of failure in which the harm did not happen. */
  readonly runs: number;
  /** What is worse with the change, in words; empty: nothing is. */
  readonly costs: readonly string[];
  /** Other cells that are broken now and kept with the change, in words. */
  readonly alsoMends: readonly string[];
}

export interface MendingSearch {
  readonly harm: Harm;
  /** The classes of failure in which it must be kept. */
  readonly failures: readonly string[];
  readonly tried: number;
  /** The time was over before every neighbour was tried, or enough of them were found. */
  readonly isCutShort: boolean;
  /** The first ones found, the smallest first. */
  readonly mending: readonly MendingChange[];
}

export interface MendingInput {
  readonly settings: AuditSettings;
  readonly rows: readonly AuditRow[];
  readonly harm: Harm;
  readonly judged: ReadonlySet<string>;
  readonly seeds: number;
  readonly signal: AbortSignal;
  /** The table of other settings over so many seeds. */
  readonly measure: (
    settings: AuditSettings,
    seeds: number,
    names?: ReadonlySet<string>,
  ) => Promise<readonly AuditRow[]>;
}

const MENDING_MAX = 3;
/** Runs of each class that show what a change costs. */
const COST_SEEDS = 6;
const PROBE_SEEDS = 3;

export async function findMendingChanges(input: MendingInput): Promise<MendingSearch> {
  const { settings, harm, seeds, signal, measure } = input;
  const goal = goalOf(input);
  const mending: MendingChange[] = [];
  let tried = 0;
  let keys = 1;
  for (const changes of neighbours(settings)) {
    // Two keys are a larger change than one.
    if (mending.length > 0 && changes.length > keys) break;
    keys = changes.length;
    if (mending.length >= MENDING_MAX || signal.aborted) break;
    tried++;
    const changed = withChanges(settings, changes);
    const probe = await measure(changed, Math.min(seeds, PROBE_SEEDS), goal);
    if (!keeps(probe, harm)) continue;
    const whole = await measure(changed, seeds, goal);
    if (!keeps(whole, harm) || signal.aborted) continue;
    const table = await measure(changed, Math.min(seeds, COST_SEEDS));
    mending.push({
      changes,
      words: changes.map(changeWords).join(' and '),
      runs: seeds,
      costs: costsOf(input.rows, table),
      alsoMends: mendedBy(input.rows, [...table, ...whole]),
    });
  }
  return { harm, failures: [...goal], tried, isCutShort: signal.aborted, mending };
}

/** The judged classes in which the harm happens; when it happens in none of them, the others. */
function goalOf({ rows, harm, judged }: MendingInput): ReadonlySet<string> {
  const broken = rows.filter(({ cells }) => cells[harm].verdict === 'broken').map(({ name }) => name);
  const inJudged = broken.filter((name) => judged.has(name));
  return new Set(inJudged.length > 0 ? inJudged : broken);
}

function keeps(rows: readonly AuditRow[], harm: Harm): boolean {
  return rows.every(({ cells }) => cells[harm].verdict === 'kept');
}

const MICROS_PER_SECOND = 1_000_000;

function costsOf(before: readonly AuditRow[], after: readonly AuditRow[]): readonly string[] {
  const costs: string[] = [];
  for (const row of after) {
    const was = before.find(({ name }) => name === row.name);
    if (was === undefined) continue;
    for (const harm of HARMS) {
      if (was.cells[harm].verdict === 'kept' && row.cells[harm].verdict === 'broken')
        costs.push(`${HARM_TITLES[harm]} when ${row.title}`);
    }
    for (const what of ['writes', 'reads', 'processing'] as const) {
      const [now, then] = [row[what], was[what]];
      if (now.verdict !== 'measured' || then.verdict !== 'measured') continue;
      // The worst of few runs against the worst of many: only what is clearly worse is a cost.
      if (now.medianMicros > 1.5 * then.medianMicros + MICROS_PER_SECOND)
        costs.push(
          `${row.title}: ${secondsOf(now.medianMicros)} s without ${what} (median; ${secondsOf(then.medianMicros)} s before)`,
        );
    }
  }
  const [now, then] = [after, before].map((rows) => rows.find(({ name }) => name === 'nothing-fails'));
  const [slow, fast] = [now?.acknowledgedAfterMicros ?? null, then?.acknowledgedAfterMicros ?? null];
  if (slow !== null && fast !== null && slow > 1.1 * fast)
    costs.push(
      `an acknowledgement takes ${millisOf(slow)} ms instead of ${millisOf(fast)} ms (mean, nothing fails)`,
    );
  return costs;
}

function mendedBy(before: readonly AuditRow[], after: readonly AuditRow[]): readonly string[] {
  return before.flatMap((was) =>
    HARMS.filter(
      (harm) =>
        was.cells[harm].verdict === 'broken' &&
        after.filter(({ name }) => name === was.name).every(({ cells }) => cells[harm].verdict === 'kept'),
    ).map((harm) => `${HARM_TITLES[harm]} when ${was.title}`),
  );
}

const secondsOf = (micros: number): string => (micros / 1e6).toFixed(1);
const millisOf = (micros: number): string => (micros / 1e3).toFixed(1);
