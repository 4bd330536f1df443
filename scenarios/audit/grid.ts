/**
 * Runs many seeds of many scenarios on one executor. The outcomes are kept in the order of the seeds, so that they do not
 * depend on the number of workers.
 */
import type { Scenario } from '../../harness/runner/experiment.js';
import type { RunSummary } from '../../harness/runner/run-summary.js';
import type { SeedExecutor, SeedOutcome } from '../../harness/runner/seed-executor.js';

export interface GridRow {
  readonly scenario: Scenario;
  readonly firstSeed: number;
  readonly seeds: number;
}

export interface GridOptions {
  readonly executor: SeedExecutor;
  readonly signal: AbortSignal;
  /** Called with every run, in no particular order. */
  readonly onRun?: () => void;
}

export interface RowOutcome {
  readonly runs: readonly RunSummary[];
  /** Seeds on which the harness itself failed. */
  readonly incidents: readonly string[];
}

/** A task takes some tenths of a second. */
const SEEDS_PER_TASK = 3;

/** One outcome for each row. When the signal is aborted, rows may lack their last seeds. */
export async function runGrid(
  rows: readonly GridRow[],
  options: GridOptions,
): Promise<readonly RowOutcome[]> {
  const { executor, signal, onRun } = options;
  const outcomes: SeedOutcome[][] = rows.map(() => []);
  // The first seeds of every row come first: what ends early has covered every row.
  const tasks = rows
    .flatMap(({ scenario, firstSeed, seeds }, row) =>
      Array.from({ length: Math.ceil(seeds / SEEDS_PER_TASK) }, (_, task) => {
        const from = task * SEEDS_PER_TASK;
        const count = Math.min(SEEDS_PER_TASK, seeds - from);
        return {
          scenario,
          row,
          from,
          seeds: Array.from({ length: count }, (_each, index) => String(firstSeed + from + index)),
        };
      }),
    )
    .sort((left, right) => left.from - right.from || left.row - right.row);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < tasks.length && !signal.aborted) {
      const { scenario, row, from, seeds } = tasks[next++]!;
      const ran = await executor.run(scenario, seeds, signal);
      for (const [index, outcome] of ran.entries()) {
        outcomes[row]![from + index] = outcome;
        onRun?.();
      }
    }
  };
  await Promise.all(Array.from({ length: executor.concurrency }, work));
  return outcomes.map((row) => {
    // A task that was not begun leaves a gap.
    const ended = row.filter((outcome) => outcome !== undefined);
    return {
      runs: ended.flatMap((outcome) => (outcome.kind === 'run' ? [outcome.summary] : [])),
      incidents: ended.flatMap((outcome) =>
        outcome.kind === 'incident' ? [`seed ${outcome.seed}: ${outcome.message}`] : [],
      ),
    };
  });
}
