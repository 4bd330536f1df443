/**
 * The whole stack: cluster, clients, faults, every checker and invariant, in CPU time of this process. Busy is the
 * standard scenario (300 records/s); quiet the same at a tenth. The floor is a bare heap firing as many empty events.
 */
import { executeRun, type RunResult } from '../harness/runner/execute-run.js';
import type { Scenario } from '../harness/runner/experiment.js';
import { leaderCrash } from '../scenarios/leader-crash.js';
import { type KafkaScenario, scenario } from '../scenarios/support/scenario.js';
import { BareHeap } from './bare-heap.js';
import { type BenchRow, median, row } from './bench-row.js';

const SEEDS = 9;
const WARM_UP_SEEDS = 4;

export interface Cost {
  readonly cpuMicros: number;
  readonly result: RunResult;
}

export function costOfRun(subject: Scenario, seed: string): Cost {
  const before = process.cpuUsage();
  const result = executeRun(subject, { seed });
  const { user, system } = process.cpuUsage(before);
  return { cpuMicros: user + system, result };
}

/** The standard scenario with other numbers. */
export function variant(
  name: string,
  change: (spec: KafkaScenario['spec']) => Partial<KafkaScenario['spec']>,
): KafkaScenario {
  return scenario(name, { ...leaderCrash.spec, ...change(leaderCrash.spec) });
}

const quietScenario = variant('quiet', ({ workload }) => ({
  workload: { ...workload, recordsPerSecond: 10 },
}));

function costs(subject: Scenario): Cost[] {
  for (let seed = 0; seed < WARM_UP_SEEDS; seed++) costOfRun(subject, `warm-up ${seed}`);
  return Array.from({ length: SEEDS }, (_, seed) => costOfRun(subject, `bench ${seed}`));
}

/** Microseconds of CPU that a bare heap takes to fire `events` events with 32 pending. */
function bareHeapMicros(events: number): number {
  const heap = new BareHeap();
  let left = events;
  const hop = (): void => {
    if (left-- > 0) heap.schedule(1_000, hop);
  };
  const before = process.cpuUsage();
  for (let flow = 0; flow < 32; flow++) heap.schedule(flow, hop);
  heap.run(Number.MAX_SAFE_INTEGER);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

export function measureWholeStack(): BenchRow[] {
  const busy = costs(leaderCrash);
  const perRecord = median(busy.map(({ cpuMicros, result }) => cpuMicros / result.records));
  const floorPerRecord = median(busy.map(({ result }) => bareHeapMicros(result.events) / result.records));
  const quiet = costs(quietScenario);
  const virtualPerSecond = (cost: Cost): number => cost.result.endedAtMicros / cost.cpuMicros;
  const quietSpeed = median(quiet.map(virtualPerSecond));
  const quietFloor = median(
    quiet.map(({ result }) => result.endedAtMicros / Math.max(1, bareHeapMicros(result.events))),
  );
  const memoryless = { floor: floorPerRecord, aim: 7, holds: perRecord <= 20 };
  return [
    row('whole stack, busy: CPU per record', perRecord, 'µs', memoryless),
    row('whole stack, busy: speed', median(busy.map(virtualPerSecond)), 'virtual s/s', {
      aim: 400,
      holds: perRecord <= 20,
    }),
    row(
      'whole stack, busy: events per record',
      median(busy.map(({ result }) => result.events / result.records)),
      'events',
      {
        aim: 20,
        holds: true,
      },
    ),
    row('whole stack, quiet: speed', quietSpeed, 'virtual s/s', {
      floor: quietFloor,
      aim: 3_000,
      holds: quietSpeed >= 1_000,
    }),
  ];
}
