/**
 * Both wires: every built-in scenario over typed values and over bytes, which must be the same run, and what bytes cost in CPU.
 */
import { executeRun, fullLimits, type RunResult } from '../harness/runner/execute-run.js';
import type { Scenario, Wire } from '../harness/runner/experiment.js';
import { scenarios } from '../scenarios/index.js';
import { leaderCrash } from '../scenarios/leader-crash.js';
import { type BenchRow, median, row } from './bench-row.js';
import { type Cost, leastCosts } from './whole-stack.js';

/** Runs of each wire before one counts: V8 compiles for about so many. */
const WARM_UP_RUNS = 40;
const COUNTED_SEEDS = 8;
const CPU_RATIO_MAX = 2;

export function measureWire({
  seeds,
  seedBase,
}: {
  readonly seeds: number;
  readonly seedBase: number;
}): BenchRow[] {
  const differing = scenarios.flatMap((scenario) =>
    Array.from({ length: seeds }, (_, index) => `${seedBase + index}`).filter(
      (seed) => !isSame(runOver('typed', scenario, seed), runOver('bytes', scenario, seed), scenario, seed),
    ),
  );
  const bytes = microsPerRecord('bytes');
  const typed = microsPerRecord('typed');
  return [
    row(
      `wire: ${scenarios.length} scenarios × ${seeds} seeds, typed against bytes`,
      differing.length,
      'differences',
      {
        aim: 0,
        holds: differing.length === 0,
      },
    ),
    row('wire: bytes, busy: CPU per record, against typed', bytes, 'µs', {
      floor: typed,
      aim: typed,
      holds: bytes <= CPU_RATIO_MAX * typed,
    }),
  ];
}

function runOver(wire: Wire, scenario: Scenario, seed: string): RunResult {
  return executeRun(scenario, { seed, trace: true, limits: fullLimits(scenario, wire) });
}

function isSame(typed: RunResult, bytes: RunResult, scenario: Scenario, seed: string): boolean {
  const parts = ({ evidence, anomalies, marks, faults, digest }: RunResult): string =>
    JSON.stringify([evidence?.operations, anomalies, marks, faults, digest]);
  if (parts(typed) === parts(bytes)) return true;
  console.error(`wire: ${scenario.name}, seed ${seed}: typed values and bytes give different runs`);
  return false;
}

function microsPerRecord(wire: Wire): number {
  const limits = fullLimits(leaderCrash, wire);
  for (let run = 0; run < WARM_UP_RUNS; run++) executeRun(leaderCrash, { seed: `warm-up ${run}`, limits });
  const seeds = Array.from({ length: COUNTED_SEEDS }, (_, seed) => `bench ${seed}`);
  return median(
    leastCosts(leaderCrash, seeds, { limits }).map(
      ({ cpuMicros, result }: Cost) => cpuMicros / result.records,
    ),
  );
}
