/**
 * How cost grows: two workers against one over the same seeds (the quickest turn of each), and the work and the CPU time
 * of an event with more partitions and brokers.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runCampaign } from '../harness/runner/campaign.js';
import type { SeedExecutor } from '../harness/runner/seed-executor.js';
import { workerPool } from '../harness/runner/worker-pool.js';
import { leaderCrash } from '../scenarios/leader-crash.js';
import { nanosPerRead } from './bare-reads.js';
import { type BenchRow, median, row } from './bench-row.js';
import { wholeCampaign } from './campaign-options.js';
import { type Dimension, scaled } from './scaled.js';
import { costOfRun, leastCosts } from './whole-stack.js';

/** As a campaign goes on: of the first hundred runs of a worker a tenth of the CPU time is compilation. */
const FULL = { seeds: 120, warmUp: 100, turns: 6, partitions: [10, 100, 1_000], brokers: [3, 9, 27] };
const QUICK = { seeds: 12, warmUp: 4, turns: 1, partitions: [10, 100], brokers: [3, 9] };

export async function measureScale(workerUrl: URL, quick: boolean): Promise<BenchRow[]> {
  const size = quick ? QUICK : FULL;
  return [
    ...(await workers(workerUrl, size)),
    ...growth('partitions', size.partitions),
    ...growth('brokers', size.brokers),
  ];
}

/** Turn about, so that both see the machine in all its moods; of each the quickest turn counts. */
async function workers(
  workerUrl: URL,
  size: { readonly seeds: number; readonly warmUp: number; readonly turns: number },
): Promise<BenchRow[]> {
  const executors = [1, 2].map((count) => workerPool({ workerUrl, workers: count }));
  const quickest = executors.map(() => Number.POSITIVE_INFINITY);
  try {
    for (const executor of executors)
      await campaignSeconds(executor, 1_000, size.warmUp * executor.concurrency);
    for (let turn = 0; turn < size.turns; turn++) {
      for (const [index, executor] of executors.entries())
        quickest[index] = Math.min(quickest[index]!, await campaignSeconds(executor, 0, size.seeds));
    }
  } finally {
    await Promise.all(executors.map((executor) => executor.close()));
  }
  const speedUp = quickest[0]! / quickest[1]!;
  return [row('scale: 2 workers against 1', speedUp, '×', { floor: 1, aim: 1.95, holds: speedUp >= 1.85 })];
}

async function campaignSeconds(executor: SeedExecutor, firstSeed: number, seeds: number): Promise<number> {
  const { wallSeconds } = await runCampaign(wholeCampaign(leaderCrash, firstSeed, seeds, executor));
  return wallSeconds;
}

/** CPU microseconds per event, warm: the median over a few seeds of the quickest run of each. */
function perEvent(subject: Parameters<typeof costOfRun>[0]): number {
  for (let seed = 0; seed < 8; seed++) costOfRun(subject, `warm-up ${seed}`);
  const costs = leastCosts(subject, ['scale 0', 'scale 1', 'scale 2'], { rounds: 3 });
  return median(costs.map(({ cpuMicros, result }) => cpuMicros / result.events));
}

interface Point {
  readonly count: number;
  /** CPU microseconds per event. */
  readonly cost: number;
  /** Basic blocks per event. */
  readonly work: number;
  readonly nanosPerRead: number;
}

/**
 * About what is kept of a replica's log, in memory and on the simulated disk, by its broker, the others, the clients and the
 * checkers: the live heap of 1,000 partitions less that of 10.
 */
const BYTES_PER_LOG = 16 * 1024;
const REPLICAS = 3;
/** More work per event than this is an algorithm that grows with the cluster. */
const WORK_GROWTH_MAX = 1.5;

/**
 * Flat is the aim. At least: the work does not grow, and its price grows no faster than that of a bare read among as many bytes as
 * the cluster keeps. What is touched once in three seconds is in no cache, and memory cannot be made nearer.
 */
function growth(dimension: Dimension, counts: readonly number[]): BenchRow[] {
  const points = counts.map((count) => pointAt(dimension, count));
  return points.flatMap((point) => judged(dimension, point, points[0]!));
}

function pointAt(dimension: Dimension, count: number): Point {
  const stateBytes = count * REPLICAS * BYTES_PER_LOG;
  return {
    count,
    cost: perEvent(scaled(dimension, count)),
    work: countWork(dimension, count),
    nanosPerRead: median([0, 1, 2].map(() => nanosPerRead(stateBytes))),
  };
}

function judged(dimension: Dimension, { count, cost, work, nanosPerRead }: Point, first: Point): BenchRow[] {
  const priceOfWork = first.cost * Math.max(1, nanosPerRead / first.nanosPerRead);
  return [
    row(`scale: ${count} ${dimension}, work per event`, work, 'blocks', {
      floor: first.work,
      aim: first.work,
      holds: work <= WORK_GROWTH_MAX * first.work,
    }),
    row(`scale: ${count} ${dimension}, CPU per event`, cost, 'µs', {
      floor: first.cost,
      aim: first.cost,
      holds: cost <= priceOfWork,
    }),
    row(`scale: ${count} ${dimension}, a bare read among them`, nanosPerRead, 'ns', {
      floor: first.nanosPerRead,
      aim: first.nanosPerRead,
      holds: true,
    }),
  ];
}

function countWork(dimension: Dimension, count: number): number {
  const script = fileURLToPath(new URL('./count-work.js', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, dimension, `${count}`], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`counting work: ${stderr}`);
  return (JSON.parse(stdout) as { blocksPerEvent: number }).blocksPerEvent;
}
