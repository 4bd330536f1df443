/**
 * The whole stack: cluster, clients, faults, every checker and invariant, in CPU time of this process. Busy is the
 * standard scenario (300 records/s); quiet the same at a tenth. The floor is a bare heap firing as many empty events.
 *
 * Measured warm, as in a campaign: V8 compiles on threads of its own whose time counts as ours, for some forty busy runs
 * or two hundred quiet ones. What the first run of a process costs is a row of its own.
 */
import { executeRun, type RunResult } from '../harness/runner/execute-run.js';
import type { RunLimits, Scenario } from '../harness/runner/experiment.js';
import { type KafkaScenario, scenario } from '../scenarios/experiment/scenario.js';
import { leaderCrash } from '../scenarios/leader-crash.js';
import { produceAndConsume } from '../scenarios/workloads/produce-and-consume/produce-and-consume.js';
import { BareHeap } from './bare-heap.js';
import { type BenchRow, median, row } from './bench-row.js';

const BUSY_SEEDS = { warmUp: 40, counted: 12 };
const QUIET_SEEDS = { warmUp: 200, counted: 30 };
/** Each counted seed is run so often, and its quickest run counts: what else a shared machine does only ever adds to it. */
const ROUNDS = 4;

export interface Cost {
  readonly cpuMicros: number;
  readonly result: RunResult;
}

export function costOfRun(subject: Scenario, seed: string, limits?: RunLimits): Cost {
  const before = process.cpuUsage();
  const result = executeRun(subject, { seed, ...(limits === undefined ? {} : { limits }) });
  const { user, system } = process.cpuUsage(before);
  return { cpuMicros: user + system, result };
}

/** Of every seed the run that took least. */
export function leastCosts(
  subject: Scenario,
  seeds: readonly string[],
  { rounds = ROUNDS, limits }: { readonly rounds?: number; readonly limits?: RunLimits } = {},
): readonly Cost[] {
  const least = seeds.map((seed) => costOfRun(subject, seed, limits));
  for (let round = 1; round < rounds; round++) {
    for (const [index, seed] of seeds.entries()) {
      const cost = costOfRun(subject, seed, limits);
      if (cost.cpuMicros < least[index]!.cpuMicros) least[index] = cost;
    }
  }
  return least;
}

/** The standard scenario with other numbers. */
export function variant(
  name: string,
  change: (spec: KafkaScenario['spec']) => Partial<KafkaScenario['spec']>,
): KafkaScenario {
  return scenario(name, { ...leaderCrash.spec, ...change(leaderCrash.spec) });
}

const quietScenario = variant('quiet', ({ workload }) => ({
  workload: produceAndConsume({ ...workload.settings, recordsPerSecond: 10 }),
}));

interface Costs {
  readonly first: Cost;
  readonly warm: readonly Cost[];
}

function costs(subject: Scenario, seeds: { readonly warmUp: number; readonly counted: number }): Costs {
  const first = costOfRun(subject, 'first');
  for (let seed = 1; seed < seeds.warmUp; seed++) costOfRun(subject, `warm-up ${seed}`);
  const counted = Array.from({ length: seeds.counted }, (_, seed) => `bench ${seed}`);
  return { first, warm: leastCosts(subject, counted) };
}

const microsPerRecord = ({ cpuMicros, result }: Cost): number => cpuMicros / result.records;
const virtualPerSecond = ({ cpuMicros, result }: Cost): number => result.endedAtMicros / cpuMicros;

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
  const busy = costs(leaderCrash, BUSY_SEEDS);
  const quiet = costs(quietScenario, QUIET_SEEDS);
  const perRecord = median(busy.warm.map(microsPerRecord));
  const speed = median(quiet.warm.map(virtualPerSecond));
  const floorPerRecord = median(
    busy.warm.map(({ result }) => bareHeapMicros(result.events) / result.records),
  );
  const floorSpeed = median(
    quiet.warm.map(({ result }) => result.endedAtMicros / Math.max(1, bareHeapMicros(result.events))),
  );
  const eventsPerRecord = median(busy.warm.map(({ result }) => result.events / result.records));
  return [
    row('whole stack, busy: CPU per record', perRecord, 'µs', {
      floor: floorPerRecord,
      aim: 7,
      holds: perRecord <= 20,
    }),
    row('whole stack, busy: first run of a process', microsPerRecord(busy.first), 'µs', {
      aim: 20,
      holds: true,
    }),
    row('whole stack, busy: events per record', eventsPerRecord, 'events', { aim: 12, holds: true }),
    row('whole stack, quiet: speed', speed, 'virtual s/s', {
      floor: floorSpeed,
      aim: 3_000,
      holds: speed >= 1_000,
    }),
  ];
}
